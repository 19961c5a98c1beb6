#!/usr/bin/env bash
# run_task_destroy.install: runs a task's clean-up command in the stack's folder.
set -euo pipefail

STEP='run_task_destroy.install'
ENVIRONMENT=('A=it'\''s')
COMMAND=(
  'rm'
  '-rf'
  'cache'
)

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

run() (
  for entry in "${ENVIRONMENT[@]}"; do export "${entry?}" || exit 1; done
  exec "${COMMAND[@]}"
)

run || fail "the command ended with code $?"
