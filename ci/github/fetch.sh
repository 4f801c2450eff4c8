#!/usr/bin/env bash
# Usage: fetch.sh WHAT REVISION
# Makes REVISION, and the commit where HEAD left it, be in this checkout: fetches WHAT (a commit's id, a refspec) where
# they are not. Ends with 1 where they cannot be had.
set -euo pipefail

# Nothing that lies in the checkout runs: no hook, no monitor, no submodule.
quiet=(git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c 'safe.directory=*' -c gc.auto=0)
common() { "${quiet[@]}" merge-base "$1" HEAD > /dev/null 2>&1; }
fetch() { "${quiet[@]}" fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head "$@" >&2; }

if common "$2"; then exit 0; fi
head=$("${quiet[@]}" rev-parse --verify --quiet HEAD^0)
# Most changes left their base a few commits ago; the whole history is the last resort.
if fetch --depth=50 origin "$1" "$head" && common "$2"; then exit 0; fi
if [[ $("${quiet[@]}" rev-parse --is-shallow-repository) == true ]]; then
  fetch --unshallow origin "$1" "$head" || exit 1
else
  fetch origin "$1" || exit 1
fi
# Histories that share nothing are compared as they stand; pratique says so.
"${quiet[@]}" rev-parse --verify --quiet "$2^{commit}" > /dev/null
