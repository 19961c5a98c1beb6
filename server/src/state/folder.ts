import { HostError, type WriteFiles } from "../host/ports.ts";

const gitignore = `# Written by Clockwork. What this machine knows and did stays out of version control; build/ can be committed.
/state.json*
/lock*
/observations.json
/daemon/
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

/** A stack's `.clockwork/`, with the .gitignore that keeps state and logs out of git unless the user wrote another. */
export async function makeClockworkFolder(files: WriteFiles, stackDir: string): Promise<void> {
  await makePlainFolder(files, stackDir);
  const path = `${stackDir}/.clockwork/.gitignore`;
  if ((await files.stat(path)) === undefined) await files.writeAtomic(path, gitignore);
}

/**
 * The folder alone. Rejects with ENOTDIR where a link stands for one of its folders: a repository from elsewhere could bring
 * such, and have everything written somewhere else.
 */
export async function makePlainFolder(files: WriteFiles, stackDir: string): Promise<void> {
  const folder = `${stackDir}/.clockwork`;
  const there = await files.stat(folder);
  if (there && there.kind !== "directory") throw notPlain(folder);
  await files.makeDirectory(folder);
  for (const { name, kind } of await files.list(folder)) {
    if (folders.has(name) && kind !== "directory") throw notPlain(`${folder}/${name}`);
  }
}

/** Where files are written, each by way of a temporary one beside it, by those who have the lock or are about to look. */
const swept = ["", "/build", "/proposals", "/runs"];

/** Removes the temporary files that a crash has left. To be called under the lock, because all others are somebody's. */
export async function sweepTemporaries(files: WriteFiles, stackDir: string): Promise<void> {
  for (const folder of swept) await sweep(files, `${stackDir}/.clockwork${folder}`, folder !== "");
}

async function sweep(files: WriteFiles, folder: string, isDeep: boolean): Promise<void> {
  if ((await files.stat(folder))?.kind !== "directory") return;
  for (const { name, kind } of await files.list(folder)) {
    const path = `${folder}/${name}`;
    // Temporary locks are of those who have none yet.
    if (kind === "file" && /^\..+\.[0-9a-f]{16}\.tmp$/.test(name) && !name.startsWith(".lock"))
      await files.remove(path);
    if (kind === "directory" && isDeep) await sweep(files, path, true);
  }
}

function notPlain(path: string): HostError {
  return new HostError("ENOTDIR", `ENOTDIR: not a plain folder, '${path}'`);
}
