#!/usr/bin/env bash
# Installs pratique, and says under which names its database lies in the cache: `prefix`, the same for what is fetched
# from the same place. A key has no line breaks, hence a digest of the inputs.
set -euo pipefail

if [[ ${PRATIQUE_CODE:-false} == true ]]; then code=code; else code=; fi
bash "$GITHUB_ACTION_PATH/ci/install.sh" "$RUNNER_TEMP/pratique" $code
sum=$("$RUNNER_TEMP/pratique/bin/python" -I -c '
import hashlib, sys
print(hashlib.sha256("\0".join(sys.argv[1:]).encode()).hexdigest()[:16])' "${PRATIQUE_INTEL_FROM:-}" "${PRATIQUE_ECOSYSTEMS:-}")
echo "prefix=pratique-intel-1-$sum-" >> "$GITHUB_OUTPUT"
