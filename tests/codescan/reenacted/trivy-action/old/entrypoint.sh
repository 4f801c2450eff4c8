#!/usr/bin/env bash
set -euo pipefail

scan_type="${1:-fs}"
trivy "$scan_type" "${2:-.}"
