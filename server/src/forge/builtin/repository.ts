/** `repository`: a git work tree that is exactly one commit. */
import { repositoryFolder } from "../../state/observe/repository-folder.ts";
import { bashOutputs, bashScript } from "./bash-script.ts";
import { bashText } from "./bash-source.ts";
import { missing, type Step, type Template } from "./step.ts";

export const fetchRepo: Template = (step) => {
  const { args, id } = step;
  const url = args.bash("url");
  if (url === undefined) return missing(step, "url");
  return {
    lang: "bash",
    content: bashScript(step, {
      about: [
        `${id}: clones or updates a git repository, so that its work tree is exactly one commit.`,
        "Local changes that are in the way are kept as a git stash; ignored files stay.",
      ],
      constants: [
        `URL=${url}`,
        `REF=${args.bash("ref") ?? "''"} # branch, tag or commit; empty: the default branch`,
        `WORKTREE=${workTree(step)}`,
        `DEPTH=${args.bash("depth") ?? "''"} # commits of history; empty: all`,
        `SUBMODULES=${args.bash("submodules") ?? "false"}`,
      ],
      body: `${gitSetup}
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
if [ -n "\${CLOCKWORK_LINEAGE:-}" ]; then in_tree config clockwork.stack "$CLOCKWORK_LINEAGE"; fi

whole=(--tags --force)
if [ "$(in_tree rev-parse --is-shallow-repository)" = true ]; then whole+=(--unshallow); fi
if [ -n "$DEPTH" ]; then history=(--no-tags --force --depth "$DEPTH"); else history=("\${whole[@]}" --no-tags); fi

# What the remote calls REF: a branch goes before a tag, and only then is it taken for a commit.
refs="$(in_tree ls-remote -- origin "\${REF:-HEAD}" | cut -f 2)" || fail "cannot read $URL"
has_ref() { printf '%s\\n' "$refs" | grep -F -x -- "$1" >/dev/null; }
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
  in_tree fetch --quiet "\${history[@]}" origin "$wanted" || fail "cannot fetch $wanted of $URL"
  commit="$(in_tree rev-parse --verify --quiet 'FETCH_HEAD^{commit}')"
elif printf '%s' "$REF" | grep -q -E '^[0-9a-fA-F]{4,64}$'; then
  # A full commit can be asked for by name; a short one is looked up in the whole history.
  commit="$(in_tree rev-parse --verify --quiet "$REF^{commit}")" ||
    { in_tree fetch --quiet "\${history[@]}" origin "$REF" 2>/dev/null &&
      commit="$(in_tree rev-parse --verify --quiet 'FETCH_HEAD^{commit}')"; } ||
    { in_tree fetch --quiet "\${whole[@]}" origin '+refs/heads/*:refs/remotes/origin/*' &&
      commit="$(in_tree rev-parse --verify --quiet "$REF^{commit}")"; } ||
    fail "$URL has no branch, tag or commit $REF"
else
  fail "$URL has no branch, tag or commit $REF"
fi

if head >/dev/null && [ -n "$(changes)" ]; then
  in_tree -c user.name=clockwork -c user.email=clockwork@localhost \\
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
echo "$URL \${REF:-(default branch)} is $commit in $workdir"
${bashOutputs(step.action.provides, { workdir: '"$workdir"', commit: '"$commit"' })}`,
    }),
  };
};

export const removeRepo: Template = (step) => {
  const url = step.args.bash("url");
  if (url === undefined) return missing(step, "url");
  return {
    lang: "bash",
    content: bashScript(step, {
      about: [`${step.id}: removes a clone, unless it holds changes that are nowhere else.`],
      constants: [`URL=${url}`, `WORKTREE=${workTree(step)}`],
      body: `${gitSetup}
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
`,
    }),
  };
};

/** A relative URL that is a folder is one of the stack's; git would take it relative to the clone. */
const gitSetup = `command -v git >/dev/null || fail "git is not installed"
export GIT_TERMINAL_PROMPT=0
case "$WORKTREE" in /*) ;; *) WORKTREE="$PWD/$WORKTREE" ;; esac
# Never takes a repository around the folder for the one in it.
export GIT_CEILING_DIRECTORIES="\${WORKTREE%/*}"
if [ -d "$URL" ]; then URL="$(cd -- "$URL" && pwd -P)"; fi
`;

function workTree(step: Step): string {
  const path = step.args.bash("path");
  if (path !== undefined) return path;
  const url = step.args.known("url");
  return bashText(repositoryFolder(step.id, typeof url === "string" ? url : ""));
}
