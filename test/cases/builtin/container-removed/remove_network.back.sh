#!/usr/bin/env bash
# remove_network.back: removes a network of the container engine.
set -euo pipefail

STEP='remove_network.back'
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
NAME='back'

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
if "$ENGINE" network inspect "$NAME" >/dev/null 2>&1; then
  stack="$("$ENGINE" network inspect --format '{{ index .Labels "clockwork.stack" }}' "$NAME")"
  if [ "$stack" != "${CLOCKWORK_LINEAGE:?}" ] && [ -z "${CLOCKWORK_ADOPT:-}" ]; then
    fail "the network $NAME was not made by this stack"
  fi
  "$ENGINE" network rm "$NAME" >/dev/null || fail "$ENGINE could not remove the network $NAME"
  echo "removed network $NAME"
else
  echo "network $NAME is not there"
fi
