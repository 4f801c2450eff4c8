#!/usr/bin/env bash
# Ends with the status of the scan; a scan that left none has crashed.
set -euo pipefail

[[ ${PRATIQUE_STATUS:-} =~ ^[0-9]+$ ]] || PRATIQUE_STATUS=70
exit "$PRATIQUE_STATUS"
