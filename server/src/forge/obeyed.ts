/**
 * Files in a stack's folder that other programs run or obey by themselves: an editor's tasks, git's hooks, a shell's
 * environment, an agent's instructions. A step that may write to the folder could plant one and have it run with a person's
 * rights, outside of every sandbox. Those that are there are mounted read-only; new ones are taken away after the step.
 */
import { HostError, type ReadFiles, type WriteFiles } from "../host/ports.ts";

const names: ReadonlySet<string> = new Set([
  // Editors.
  ...[".vscode", ".idea", ".fleet", ".zed", ".vs", ".nvim.lua", ".nvimrc", ".exrc", ".vimrc", ".lvimrc"],
  ...[".dir-locals.el", ".devcontainer", ".devcontainer.json", ".editorconfig"],
  // Version control and what runs at its hooks.
  ...[
    ".git",
    ".gitmodules",
    ".gitattributes",
    ".gitconfig",
    ".hg",
    ".jj",
    ".husky",
    ".pre-commit-config.yaml",
  ],
  ...["lefthook.yml", "lefthook.yaml"],
  // Services that build what is pushed.
  ...[
    ".github",
    ".gitea",
    ".forgejo",
    ".gitlab-ci.yml",
    ".circleci",
    ".buildkite",
    ".drone.yml",
    ".travis.yml",
  ],
  ...["jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".ci"],
  // Shells and the tools that change them.
  ...[
    ".envrc",
    ".env",
    ".mise.toml",
    "mise.toml",
    ".tool-versions",
    ".autoenv",
    ".bashrc",
    ".profile",
    ".zshrc",
  ],
  // Package managers' settings.
  ...[".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".cargo", "pip.conf", ".curlrc", ".wgetrc"],
  // What agents are told.
  ...[".claude", "claude.md", "claude.local.md", "agents.md", "agents.override.md", "gemini.md", ".mcp.json"],
  ...[
    ".cursor",
    ".cursorrules",
    ".windsurf",
    ".windsurfrules",
    ".codex",
    ".gemini",
    ".aider.conf.yml",
    ".roo",
  ],
]);

const isObeyed = (name: string): boolean =>
  // Some file systems take letters of either case for the same.
  names.has(name.toLowerCase()) || /\.(?:cw|cwvars|code-workspace|sublime-project)$/i.test(name);

/**
 * Those that are there, but for what the step is there to write. A stack's own files are among them.
 *
 * @param targets absolute paths
 */
export async function obeyed(
  files: ReadFiles,
  folder: string,
  targets: readonly string[],
): Promise<readonly string[]> {
  const there = await entries(files, folder);
  return there
    .filter(isObeyed)
    .map((name) => `${folder}/${name}`)
    .filter((path) => !targets.some((target) => target === path || target.startsWith(`${path}/`)));
}

async function entries(files: ReadFiles, folder: string): Promise<readonly string[]> {
  try {
    return (await files.list(folder)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof HostError && error.code === "ENOENT") return [];
    throw error;
  }
}

/**
 * Moves what was planted meanwhile to a folder where nothing obeys it, and returns its names.
 *
 * @param to relative to the folder
 */
export async function quarantine(
  files: WriteFiles,
  folder: string,
  before: readonly string[],
  after: readonly string[],
  to: string,
): Promise<readonly string[]> {
  const planted = after.filter((path) => !before.includes(path)).map((path) => path.slice(folder.length + 1));
  if (planted.length > 0) await files.makeDirectory(`${folder}/${to}`, 0o700);
  for (const name of planted) await files.rename(`${folder}/${name}`, `${folder}/${to}/${name}`);
  return planted;
}
