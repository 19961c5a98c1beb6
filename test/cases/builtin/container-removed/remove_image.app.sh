#!/usr/bin/env bash
# remove_image.app: removes the names of an image; with the last one goes the image.
set -euo pipefail

STEP='remove_image.app'
ENGINE=podman
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # podman needs iptables
TAGS=(
  'app:1'
  'app:latest'
)

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
for tag in "${TAGS[@]}"; do
  if ! "$ENGINE" image inspect "$tag" >/dev/null 2>&1; then
    echo "image $tag is not there"
    continue
  fi
  stack="$("$ENGINE" image inspect --format '{{ index .Config.Labels "clockwork.stack" }}' "$tag")"
  if [ "$stack" != "${CLOCKWORK_LINEAGE:?}" ] && [ -z "${CLOCKWORK_ADOPT:-}" ]; then
    fail "the image $tag was not built by this stack"
  fi
  "$ENGINE" image rm "$tag" >/dev/null
  echo "removed image $tag"
done

# Earlier versions go with their layers; one that a container still uses stays until next time.
for old in $("$ENGINE" images --quiet --no-trunc --filter dangling=true --filter "label=clockwork.stack=${CLOCKWORK_LINEAGE:?}"); do
  "$ENGINE" image rm "$old" >/dev/null 2>&1 || true
done
