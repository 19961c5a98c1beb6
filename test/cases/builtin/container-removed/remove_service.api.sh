#!/usr/bin/env bash
# remove_service.api: stops and removes a service's container.
set -euo pipefail

STEP='remove_service.api'
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
STOP_TIMEOUT=10 # seconds it gets to end
NAME='api'

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
label() { "$ENGINE" container inspect --format "{{ index .Config.Labels \"$1\" }}" "$NAME"; }

if ! "$ENGINE" container inspect "$NAME" >/dev/null 2>&1; then
  echo "container $NAME is not there"
  exit 0
fi
# A container that somebody started from our image has the image's clockwork.stack, but no clockwork.config.
if [ "$(label clockwork.stack)" != "${CLOCKWORK_LINEAGE:?}" ] || [ -z "$(label clockwork.config)" ]; then
  [ -n "${CLOCKWORK_ADOPT:-}" ] || fail "the container $NAME was not made by this stack"
fi
"$ENGINE" stop -t "$STOP_TIMEOUT" "$NAME" >/dev/null || fail "$ENGINE could not stop $NAME"
"$ENGINE" rm --force "$NAME" >/dev/null || fail "$ENGINE could not remove $NAME"
echo "removed container $NAME"
