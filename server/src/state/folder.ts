import { HostError, type WriteFiles } from "../host/ports.ts";

const gitignore = `# Written by Clockwork. What this machine knows and did stays out of version control; build/ can be committed.
/state.json*
/lock*
/logs/
/runs/
/services/
/proposals/
/work/
/repos/
/.*.tmp
`;

/** Those that Clockwork writes into. */
const folders = new Set(["build", "logs", "runs", "services", "proposals", "work"]);

/**
 * Makes a stack's `.clockwork/`, with the .gitignore that keeps state and logs out of git unless the user wrote another.
 * Rejects with ENOTDIR where a link stands for one of its folders: a repository from elsewhere could bring such, and have
 * everything written somewhere else.
 */
export async function makeClockworkFolder(files: WriteFiles, stackDir: string): Promise<void> {
  const folder = `${stackDir}/.clockwork`;
  const there = await files.stat(folder);
  if (there && there.kind !== "directory") throw notPlain(folder);
  await files.makeDirectory(folder);
  for (const { name, kind } of await files.list(folder)) {
    if (folders.has(name) && kind !== "directory") throw notPlain(`${folder}/${name}`);
  }
  const path = `${folder}/.gitignore`;
  if ((await files.stat(path)) === undefined) await files.writeAtomic(path, gitignore);
}

function notPlain(path: string): HostError {
  return new HostError("ENOTDIR", `ENOTDIR: not a plain folder, '${path}'`);
}
