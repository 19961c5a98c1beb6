#!/usr/bin/env bash
# run_task.late: runs a command in the stack's folder.
set -euo pipefail

STEP='run_task.late'

# Makes WORDS of the JSON in the variable $1: the items of a list, or the NAME=VALUE of a map.
words() {
  local word count=''
  WORDS=()
  while IFS= read -r -d '' word; do
    if [ -z "$count" ]; then count="$word"; else WORDS+=("$word"); fi
  done < <(printf '%s' "${!1}" | node -e '
    const value = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const words = Array.isArray(value) ? value : Object.entries(value).map((field) => field.join("="));
    process.stdout.write([words.length, ...words].map((word) => word + "\0").join(""));
  ')
  [ "${#WORDS[@]}" = "${count:-none}" ] || fail "cannot read the run-time value $1"
}

# Hands a value to the steps that come after.
output() { printf '%s=%s\n' "$1" "$2" >>"${CLOCKWORK_OUTPUT:-/dev/stdout}"; }

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

run() (
  words RUN_TASK_LATE_COMMAND
  COMMAND=("${WORDS[@]}")
  words RUN_TASK_LATE_ENV
  for entry in ${WORDS[@]+"${WORDS[@]}"}; do export "${entry?}" || exit 1; done
  exec "${COMMAND[@]}"
)

exec 3>&1
last="$(
  exec 4>&1
  run 3>&- 4>&- | tee >(awk 'NF { line = $0 } END { sub(/\r$/, "", line); print line }' >&4) >&3
)" || fail "the command ended with code $?"
output LATE_STDOUT "$last"
