#!/usr/bin/env bash
# remove_repo.lib["eu"]: removes a clone, unless it holds changes that are nowhere else.
set -euo pipefail

STEP='remove_repo.lib["eu"]'
URL='../upstream'
WORKTREE='.clockwork/repos/lib.eu'

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

command -v git >/dev/null || fail "git is not installed"
export GIT_TERMINAL_PROMPT=0
case "$WORKTREE" in /*) ;; *) WORKTREE="$PWD/$WORKTREE" ;; esac
# Never takes a repository around the folder for the one in it.
export GIT_CEILING_DIRECTORIES="${WORKTREE%/*}"
if [ -d "$URL" ]; then URL="$(cd -- "$URL" && pwd -P)"; fi

if [ ! -e "$WORKTREE" ] && [ ! -L "$WORKTREE" ]; then
  echo "$WORKTREE is not there"
  exit 0
fi
if [ ! -e "$WORKTREE/.git" ] || [ "$(git -C "$WORKTREE" config --get remote.origin.url)" != "$URL" ]; then
  fail "$WORKTREE is not a clone of $URL"
fi
if [ -n "$(git -C "$WORKTREE" status --porcelain --untracked-files=no)" ] ||
  [ -n "$(git -C "$WORKTREE" stash list)" ]; then
  fail "$WORKTREE holds local changes; commit and push them, or remove the folder yourself"
fi
rm -rf -- "$WORKTREE"
echo "removed $WORKTREE"
