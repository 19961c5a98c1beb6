#!/usr/bin/env bash
# build_image: builds a container image from a folder.
# The label clockwork.stack says which stack the image belongs to.
set -euo pipefail

STEP='build_image'
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
CONTEXT="${APP_WORKDIR}"
TAGS=('myapp:latest')

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

[ -d "$CONTEXT" ] || fail "the folder $CONTEXT does not exist"
CONTEXT="$(cd -- "$CONTEXT" && pwd -P)"

options=(--label "clockwork.stack=${CLOCKWORK_LINEAGE:?}")
for tag in "${TAGS[@]}"; do options+=(--tag "$tag"); done

"$ENGINE" build "${options[@]}" "$CONTEXT" || fail "$ENGINE could not build ${TAGS[0]}"

# Earlier versions go with their layers; one that a container still uses stays until next time.
for old in $("$ENGINE" images --quiet --no-trunc --filter dangling=true --filter "label=clockwork.stack=${CLOCKWORK_LINEAGE:?}"); do
  "$ENGINE" image rm "$old" >/dev/null 2>&1 || true
done

image="$("$ENGINE" image inspect --format '{{.Id}}' "${TAGS[0]}")"
echo "built ${TAGS[0]} ($image)"
