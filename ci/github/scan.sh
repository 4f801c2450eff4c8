#!/usr/bin/env bash
# Scans what the event brings; writes the reports, the summary of the step, annotations, and the step's outputs.
# Every input arrives in the environment (PRATIQUE_…), never in the text of a command.
# Ends with 0 even where something was found, so that the report can be published: gate.sh ends with `status`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PRATIQUE_INTEL_DIR=${PRATIQUE_INTEL_DIR:-$RUNNER_TEMP/pratique-intel}
reports=$(mktemp -d "$RUNNER_TEMP/pratique-reports.XXXXXX")

base=
number='' trusted='' default='' head=''
while IFS='=' read -r name value; do
  case $name in
    base) base=$value ;;
    head) head=$value ;;
    default) default=$value ;;
    number) number=$value ;;
    trusted) trusted=$value ;;
  esac
done < <("$PRATIQUE_HOME/bin/python" -I "$here/event.py")

finish() {
  {
    echo "status=$1"
    echo "base=$base"
    echo "number=$number"
    echo "trusted=$trusted"
    for kind in markdown sarif json; do
      if [[ -f $reports/report.$kind ]]; then echo "$kind=$reports/report.$kind"; fi
    done
  } >> "$GITHUB_OUTPUT"
}

# Usage: refuse STATUS WHY
refuse() {
  echo "pratique: $2" >&2
  printf '**pratique did not run**: %s\n' "$2" >> "$GITHUB_STEP_SUMMARY"
  finish "$1"
  exit 0
}

# The payload's base may be older than the one that GitHub merged with: what arrived there in between is not this
# change's doing, and the policy of today counts. The merge says it, in its first parent.
parents=$(git -c 'safe.directory=*' cat-file commit HEAD 2> /dev/null | sed -n 's/^parent //p; /^$/q') || true
if [[ -n $head && $parents == *$'\n'"$head" ]]; then base=${parents%%$'\n'*}; fi
base=${PRATIQUE_BASE:-$base}

[[ -n $trusted ]] || refuse 2 "the payload of this event could not be read"
# A line break would forge a further output; no revision has one.
if [[ $base == *[[:cntrl:]]* ]]; then
  base=
  refuse 2 "the input base holds a control character"
fi

if [[ -z $base && -n $default ]]; then
  base=refs/pratique/default
  bash "$here/fetch.sh" "+refs/heads/$default:$base" "$base" ||
    refuse 3 "this push is a new branch, and the branch to compare it with could not be fetched. Set fetch-depth: 0 at actions/checkout, or base:"
elif [[ $base =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]]; then
  bash "$here/fetch.sh" "$base" "$base" ||
    refuse 3 "the base $base is not in this checkout and could not be fetched. Set fetch-depth: 0 at actions/checkout, or base:"
fi

arguments=(--format text)
for one in markdown=markdown step-summary=summary sarif-github=sarif json=json github-annotations=annotations; do
  arguments+=(--format "${one%%=*}=$reports/report.${one#*=}")
done
# Further reports: one NAME=FILE a line.
while IFS= read -r wanted; do
  if [[ -n $wanted ]]; then arguments+=(--format "$wanted"); fi
done <<< "${PRATIQUE_FORMAT:-}"
if [[ -n $base ]]; then arguments+=("--base=$base"); fi
if [[ -n ${PRATIQUE_POLICY:-} ]]; then arguments+=("--policy=$PRATIQUE_POLICY"); fi
if [[ -n ${PRATIQUE_FAIL_ON:-} ]]; then arguments+=("--fail-on=$PRATIQUE_FAIL_ON"); fi
if [[ ${PRATIQUE_CODE:-false} != true ]]; then arguments+=(--no-code); fi

# What stands in a log is read for commands to the runner, a line that an attacker named a package for, too: not
# between these two lines, whose word nobody can guess.
word=$("$PRATIQUE_HOME/bin/python" -I -c 'import secrets; print(secrets.token_hex(16))')
status=0
echo "::stop-commands::$word"
"$PRATIQUE_HOME/bin/pratique" scan "${arguments[@]}" -- "${PRATIQUE_PATH:-.}" 2>&1 || status=$?
printf '\n::%s::\n' "$word"

if [[ -f $reports/report.annotations ]]; then cat "$reports/report.annotations"; fi
if [[ -f $reports/report.summary ]]; then
  cat "$reports/report.summary" >> "$GITHUB_STEP_SUMMARY"
else
  printf '**pratique ended with status %s and made no report**: the log of this step says why.\n' "$status" >> "$GITHUB_STEP_SUMMARY"
fi
finish "$status"
