#!/usr/bin/env bash
# remove_volume.data: removes a volume of the container engine, with the data in it.
set -euo pipefail

STEP='remove_volume.data'
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
NAME='data'

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
if "$ENGINE" volume inspect "$NAME" >/dev/null 2>&1; then
  stack="$("$ENGINE" volume inspect --format '{{ index .Labels "clockwork.stack" }}' "$NAME")"
  if [ "$stack" != "${CLOCKWORK_LINEAGE:?}" ] && [ -z "${CLOCKWORK_ADOPT:-}" ]; then
    fail "the volume $NAME was not made by this stack"
  fi
  "$ENGINE" volume rm "$NAME" >/dev/null || fail "$ENGINE could not remove the volume $NAME"
  echo "removed volume $NAME"
else
  echo "volume $NAME is not there"
fi
