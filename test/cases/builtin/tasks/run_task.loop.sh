#!/usr/bin/env bash
# run_task.loop: runs a script in the stack's folder.
set -euo pipefail

STEP='run_task.loop'
IFS= read -r -d '' SCRIPT <<'END_OF_SCRIPT' || :
set -x
for i in 1 2; do
  echo "$i ${APP_WORKDIR}"
done
END_OF_SCRIPT

# Hands a value to the steps that come after.
output() { printf '%s=%s\n' "$1" "$2" >>"${CLOCKWORK_OUTPUT:-/dev/stdout}"; }

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

run() (
  bash -eo pipefail <(printf '%s\n' "$SCRIPT")
)

exec 3>&1
last="$(
  exec 4>&1
  run 3>&- 4>&- | tee >(awk 'NF { line = $0 } END { sub(/\r$/, "", line); print line }' >&4) >&3
)" || fail "the script ended with code $?"
output LOOP_STDOUT "$last"
