#!/usr/bin/env bash
# run_task.quoted: runs a script in the stack's folder.
# It does nothing where the path it makes already exists.
set -euo pipefail

STEP='run_task.quoted'
CREATES='done'
SCRIPT='echo '\''in '"${APP_WORKDIR}"''\''
cat <<EOF
${HOME}
EOF
'

# Hands a value to the steps that come after.
output() { printf '%s=%s\n' "$1" "$2" >>"${CLOCKWORK_OUTPUT:-/dev/stdout}"; }

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

if [ -e "$CREATES" ]; then
  echo "$CREATES exists: nothing to do"
  output QUOTED_STDOUT ''
  exit 0
fi

run() (
  bash -eo pipefail <(printf '%s\n' "$SCRIPT")
)

exec 3>&1
last="$(
  exec 4>&1
  run 3>&- 4>&- | tee >(awk 'NF { line = $0 } END { sub(/\r$/, "", line); print line }' >&4) >&3
)" || fail "the script ended with code $?"
[ -e "$CREATES" ] || fail "it ended well but did not make $CREATES"
output QUOTED_STDOUT "$last"
