#!/usr/bin/env bash
# ensure_network.back: makes a network of the container engine where there is none.
# The label clockwork.stack says which stack the network belongs to.
set -euo pipefail

STEP='ensure_network.back'
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
NAME='back'
DRIVER='bridge'
LABELS=('team=a b')

# Hands a value to the steps that come after.
output() { printf '%s=%s\n' "$1" "$2" >>"${CLOCKWORK_OUTPUT:-/dev/stdout}"; }

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
if "$ENGINE" network inspect "$NAME" >/dev/null 2>&1; then
  stack="$("$ENGINE" network inspect --format '{{ index .Labels "clockwork.stack" }}' "$NAME")"
  if [ "$stack" != "${CLOCKWORK_LINEAGE:?}" ] && [ -z "${CLOCKWORK_ADOPT:-}" ]; then
    fail "the network $NAME was not made by this stack"
  fi
  echo "network $NAME is there"
else
  options=(--label "clockwork.stack=${CLOCKWORK_LINEAGE:?}")
  options+=(--driver "$DRIVER")
  for label in "${LABELS[@]}"; do options+=(--label "$label"); done
  "$ENGINE" network create "${options[@]}" "$NAME" >/dev/null || fail "$ENGINE could not make the network $NAME"
  echo "made network $NAME"
fi
output NETWORK_BACK_ID "$NAME"
