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

/** Makes a stack's `.clockwork/`, with the .gitignore that keeps state and logs out of git unless the user wrote another. */
export async function makeClockworkFolder(files: WriteFiles, stackDir: string): Promise<void> {
  const folder = `${stackDir}/.clockwork`;
  const there = await files.stat(folder);
  // A link would have everything written somewhere else.
  if (there && there.kind !== "directory")
    throw new HostError("ENOTDIR", `ENOTDIR: not a plain folder, '${folder}'`);
  await files.makeDirectory(folder);
  const path = `${folder}/.gitignore`;
  if ((await files.stat(path)) === undefined) await files.writeAtomic(path, gitignore);
}
