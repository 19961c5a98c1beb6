#!/usr/bin/env bash
# build_image.app: builds a container image from a folder.
# The label clockwork.stack says which stack the image belongs to.
set -euo pipefail

STEP='build_image.app'
IFS= read -r -d '' SECRET_TOKEN <"${SECRET_TOKEN_FILE:?}" || : # a secret
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
CONTEXT='./app'
DOCKERFILE='docker/Dockerfile.prod' # inside CONTEXT
TARGET='final'
PLATFORM='linux/amd64'
BUILD_ARGS=(
  'VERSION='"${APP_COMMIT}"
  'it'\''s=x'
)

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

words BUILD_IMAGE_APP_TAGS
TAGS=("${WORDS[@]}")

[ -d "$CONTEXT" ] || fail "the folder $CONTEXT does not exist"
CONTEXT="$(cd -- "$CONTEXT" && pwd -P)"

options=(--label "clockwork.stack=${CLOCKWORK_LINEAGE:?}")
for tag in "${TAGS[@]}"; do options+=(--tag "$tag"); done
options+=(--file "$CONTEXT/$DOCKERFILE")
options+=(--target "$TARGET")
options+=(--platform "$PLATFORM")
for argument in "${BUILD_ARGS[@]}"; do options+=(--build-arg "$argument"); done
export TOKEN="${SECRET_TOKEN}"
options+=(--build-arg TOKEN)

"$ENGINE" build "${options[@]}" "$CONTEXT" || fail "$ENGINE could not build ${TAGS[0]}"

# Earlier versions go with their layers; one that a container still uses stays until next time.
for old in $("$ENGINE" images --quiet --no-trunc --filter dangling=true --filter "label=clockwork.stack=${CLOCKWORK_LINEAGE:?}"); do
  "$ENGINE" image rm "$old" >/dev/null 2>&1 || true
done

image="$("$ENGINE" image inspect --format '{{.Id}}' "${TAGS[0]}")"
echo "built ${TAGS[0]} ($image)"
output APP_REF "${TAGS[0]}"
