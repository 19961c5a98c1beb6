#!/usr/bin/env bash
# fetch_repo.app: clones or updates a git repository, so that its work tree is exactly one commit.
# Local changes that are in the way are kept as a git stash; ignored files stay.
set -euo pipefail

STEP='fetch_repo.app'
URL="${FETCH_REPO_APP_URL}"
REF='' # branch, tag or commit; empty: the default branch
WORKTREE='checkouts/it'\''s'
DEPTH='' # commits of history; empty: all
SUBMODULES=false

# Hands a value to the steps that come after.
output() { printf '%s=%s\n' "$1" "$2" >>"${CLOCKWORK_OUTPUT:-/dev/stdout}"; }

fail() { printf '%s: %s\n' "$STEP" "$1" >&2; exit 1; }

cd -- "${CLOCKWORK_STACK_DIR:-.}"

command -v git >/dev/null || fail "git is not installed"
export GIT_TERMINAL_PROMPT=0
case "$WORKTREE" in /*) ;; *) WORKTREE="$PWD/$WORKTREE" ;; esac
# Never takes a repository around the folder for the one in it.
export GIT_CEILING_DIRECTORIES="${WORKTREE%/*}"
if [ -d "$URL" ]; then URL="$(cd -- "$URL" && pwd -P)"; fi

in_tree() { git -C "$WORKTREE" -c core.hooksPath=/dev/null -c advice.detachedHead=false "$@"; }
changes() { in_tree status --porcelain --ignore-submodules=all; }
head() { in_tree rev-parse --verify --quiet HEAD; }

made=''
cleanup() {
  if [ -n "$made" ]; then rm -rf -- "$WORKTREE"; fi
}
trap cleanup EXIT

if [ ! -e "$WORKTREE/.git" ]; then
  if [ -e "$WORKTREE" ] || [ -L "$WORKTREE" ]; then
    rmdir -- "$WORKTREE" 2>/dev/null || fail "$WORKTREE exists and is not a clone of $URL"
  fi
  made=yes
  mkdir -p -- "$WORKTREE"
  in_tree -c init.defaultBranch=main init --quiet
fi
origin="$(in_tree config --get remote.origin.url || :)"
if [ -z "$origin" ] && ! head >/dev/null && [ -z "$(changes)" ]; then
  # New, or left like this by a crash.
  in_tree config remote.origin.url "$URL"
elif [ "$origin" != "$URL" ]; then
  fail "$WORKTREE exists and is not a clone of $URL"
fi
if [ -n "${CLOCKWORK_LINEAGE:-}" ]; then in_tree config clockwork.stack "$CLOCKWORK_LINEAGE"; fi

whole=(--tags --force)
if [ "$(in_tree rev-parse --is-shallow-repository)" = true ]; then whole+=(--unshallow); fi
if [ -n "$DEPTH" ]; then history=(--no-tags --force --depth "$DEPTH"); else history=("${whole[@]}" --no-tags); fi

# What the remote calls REF: a branch goes before a tag, and only then is it taken for a commit.
refs="$(in_tree ls-remote -- origin "${REF:-HEAD}" | cut -f 2)" || fail "cannot read $URL"
has_ref() { printf '%s\n' "$refs" | grep -F -x -- "$1" >/dev/null; }
wanted=''
if [ -z "$REF" ]; then
  wanted=HEAD
elif has_ref "refs/heads/$REF"; then
  wanted="refs/heads/$REF"
elif has_ref "refs/tags/$REF"; then
  wanted="refs/tags/$REF"
elif has_ref "$REF"; then
  wanted="$REF"
fi

if [ -n "$wanted" ]; then
  in_tree fetch --quiet "${history[@]}" origin "$wanted" || fail "cannot fetch $wanted of $URL"
  commit="$(in_tree rev-parse --verify --quiet 'FETCH_HEAD^{commit}')"
elif printf '%s' "$REF" | grep -q -E '^[0-9a-fA-F]{4,64}$'; then
  # A full commit can be asked for by name; a short one is looked up in the whole history.
  commit="$(in_tree rev-parse --verify --quiet "$REF^{commit}")" ||
    { in_tree fetch --quiet "${history[@]}" origin "$REF" 2>/dev/null &&
      commit="$(in_tree rev-parse --verify --quiet 'FETCH_HEAD^{commit}')"; } ||
    { in_tree fetch --quiet "${whole[@]}" origin '+refs/heads/*:refs/remotes/origin/*' &&
      commit="$(in_tree rev-parse --verify --quiet "$REF^{commit}")"; } ||
    fail "$URL has no branch, tag or commit $REF"
else
  fail "$URL has no branch, tag or commit $REF"
fi

if head >/dev/null && [ -n "$(changes)" ]; then
  in_tree -c user.name=clockwork -c user.email=clockwork@localhost \
    stash push --quiet --include-untracked --message "before $STEP"
  echo "local changes in $WORKTREE are kept in its git stash"
fi
if [ "$(head || :)" != "$commit" ]; then in_tree checkout --quiet --force --detach "$commit"; fi
if [ "$SUBMODULES" = true ]; then
  # Submodules of a local repository may be local too; git allows that only on request.
  case "$URL" in /* | file://*) allow=always ;; *) allow=user ;; esac
  in_tree submodule --quiet sync --recursive
  in_tree -c "protocol.file.allow=$allow" submodule --quiet update --init --recursive --force
fi
made=''

workdir="$(cd -- "$WORKTREE" && pwd -P)"
echo "$URL ${REF:-(default branch)} is $commit in $workdir"
output APP_COMMIT "$commit"
