#!/usr/bin/env bash
# run_task.install: runs a command in the stack's folder.
# It does nothing where the path it makes already exists.
set -euo pipefail

STEP='run_task.install'
CREATES='node_modules'
ENVIRONMENT=('NODE_ENV=production')
COMMAND=(
  'npm'
  'ci'
)

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

if [ -e "$CREATES" ]; then
  echo "$CREATES exists: nothing to do"
  exit 0
fi

run() (
  for entry in "${ENVIRONMENT[@]}"; do export "${entry?}" || exit 1; done
  exec "${COMMAND[@]}"
)

run || fail "the command ended with code $?"
[ -e "$CREATES" ] || fail "it ended well but did not make $CREATES"
