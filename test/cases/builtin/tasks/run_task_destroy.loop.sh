#!/usr/bin/env bash
# run_task_destroy.loop: the task leaves nothing that would have to be removed.
set -euo pipefail

STEP='run_task_destroy.loop'

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

echo "nothing to clean up"
