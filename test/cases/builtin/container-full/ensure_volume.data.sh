#!/usr/bin/env bash
# ensure_volume.data: makes a volume of the container engine where there is none.
# The label clockwork.stack says which stack the volume belongs to.
set -euo pipefail

STEP='ensure_volume.data'
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
NAME='data'

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

"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
if "$ENGINE" volume inspect "$NAME" >/dev/null 2>&1; then
  stack="$("$ENGINE" volume inspect --format '{{ index .Labels "clockwork.stack" }}' "$NAME")"
  if [ "$stack" != "${CLOCKWORK_LINEAGE:?}" ] && [ -z "${CLOCKWORK_ADOPT:-}" ]; then
    fail "the volume $NAME was not made by this stack"
  fi
  echo "volume $NAME is there"
else
  options=(--label "clockwork.stack=${CLOCKWORK_LINEAGE:?}")
  words ENSURE_VOLUME_DATA_LABELS
  for label in ${WORDS[@]+"${WORDS[@]}"}; do options+=(--label "$label"); done
  "$ENGINE" volume create "${options[@]}" "$NAME" >/dev/null || fail "$ENGINE could not make the volume $NAME"
  echo "made volume $NAME"
fi
output VOLUME_DATA_ID "$NAME"
