#!/usr/bin/env bash
# Usage: ci/install.sh FOLDER [code]
# Puts pratique, as it lies beside this script, into FOLDER: FOLDER/bin/pratique is the command. What it needs comes
# from the package registry that pip is configured for, by digest, as wheels: nothing is built, no set-up code runs.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=${PRATIQUE_PYTHON:-python3}
wanted=requirements${2:+-$2}.txt

# Python's -m looks for modules in the working directory first, and that may be the pull request under review: hence
# another directory, and -I wherever Python is started.
cd "$folder"
if ! "$python" -I -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'; then
  echo "pratique: $python is no Python 3.11, 3.12 or 3.13: set one up first (actions/setup-python), or set PRATIQUE_PYTHON" >&2
  exit 2
fi
"$python" -I -m venv "$folder"
"$folder/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input \
  --require-hashes --only-binary :all: --requirement "$source/ci/$wanted"
"$folder/bin/python" -I - "$source" <<'PYTHON'
import sys, sysconfig
from pathlib import Path

Path(sysconfig.get_path("purelib"), "pratique.pth").write_text(sys.argv[1] + "\n", encoding="utf-8")
PYTHON
cat > "$folder/bin/pratique" <<COMMAND
#!/bin/sh
exec "$folder/bin/python" -I -m scanner.cli "\$@"
COMMAND
chmod +x "$folder/bin/pratique"
