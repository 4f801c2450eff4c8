#!/usr/bin/env bash
# Brings the intelligence database up to date, and names it by its digest for the cache.
# PRATIQUE_RESTORED is the key that it was restored under, if any: what is not what the key says is thrown away.
set -euo pipefail

key() {
  "$PRATIQUE_HOME/bin/python" -I - "$PRATIQUE_CACHE_PREFIX" "$PRATIQUE_INTEL_DIR" <<'PYTHON'
import hashlib, sys
from pathlib import Path

whole, root = hashlib.sha256(), Path(sys.argv[2])
for path in sorted(root.rglob("*.sqlite")):
    with path.open("rb") as file:
        whole.update(f"{path.relative_to(root).as_posix()} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
print(sys.argv[1] + whole.hexdigest())
PYTHON
}

mkdir -p "$PRATIQUE_INTEL_DIR"
if [[ -n ${PRATIQUE_RESTORED:-} && $(key) != "$PRATIQUE_RESTORED" ]]; then
  echo "pratique: the cached database is not what its key says: fetched anew" >&2
  rm -rf -- "${PRATIQUE_INTEL_DIR:?}"
  mkdir -p "$PRATIQUE_INTEL_DIR"
fi

young() {
  "$PRATIQUE_HOME/bin/pratique" intel status --json | "$PRATIQUE_HOME/bin/python" -I -c '
import json, sys
feeds = json.load(sys.stdin)["feeds"]
sys.exit(not feeds or any(feed["status"] != "fresh" or feed["age_hours"] > 12 for feed in feeds))'
}

# A push every few minutes need not ask every few minutes.
if young; then
  echo "key=$(key)" >> "$GITHUB_OUTPUT"
  exit 0
fi

arguments=()
while IFS= read -r name; do
  if [[ -n $name ]]; then arguments+=("--ecosystem=$name"); fi
done <<< "${PRATIQUE_ECOSYSTEMS:-}"
if [[ -n ${PRATIQUE_INTEL_FROM:-} ]]; then arguments+=("--from=$PRATIQUE_INTEL_FROM"); fi
# A sync that fails leaves the old database; the scan says how old it is, and whether that is too old.
"$PRATIQUE_HOME/bin/pratique" intel sync ${arguments[@]+"${arguments[@]}"} || echo "pratique: intel sync ended with $?" >&2
echo "key=$(key)" >> "$GITHUB_OUTPUT"
