/**
 * Secrets of a job that sees the disk as we do: files of the user's own, so that programs of every language can read them by a
 * path, in a file system that is in memory, for as long as the job runs. What a crash of ours leaves is removed by the next
 * run. Where the system has no such file system (macOS) they are in the user's folder for temporary files.
 */
import { constants } from "node:fs";
import { access, mkdtemp, readdir, rm, stat, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "./node-error.ts";
import { type ProcessTable, pidNamespace } from "./node-table.ts";

export interface SecretFiles {
  /** By NAME_FILE, their paths. */
  readonly env: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

export async function secretFiles(
  secrets: Readonly<Record<string, string>>,
  table: ProcessTable,
): Promise<SecretFiles> {
  const entries = Object.entries(secrets);
  if (entries.length === 0) return { env: {}, remove: async () => undefined };
  const [prefix, started] = [prefixOf(process.pid), await startOf(process.pid, table)];
  // Made with 0700.
  const folder = await mkdtemp(join(await memory(), `${prefix}${started}-`));
  const env: Record<string, string> = {};
  for (const [name, text] of entries) {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o400, flag: "wx" });
    env[`${name}_FILE`] = path;
  }
  return { env, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Removes what those of us left that were killed. */
export async function removeAbandoned(table: ProcessTable): Promise<void> {
  const base = await memory();
  for (const name of await readdir(base)) {
    const [prefix = "", pid, startTime] = /^clockwork-secrets-\d*\.(\d+)\.(\w*)-/.exec(name) ?? [];
    // In another namespace its pid means somebody else.
    if (pid === undefined || !prefix.startsWith(prefixOf(Number(pid)))) continue;
    const folder = join(base, name);
    if ((await startOf(Number(pid), table)) === startTime || !(await isOurs(folder))) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of the folders of a process. */
function prefixOf(pid: number): string {
  return `clockwork-secrets-${(pidNamespace(process.pid) ?? "").replaceAll(/\D/g, "")}.${pid}.`;
}

/** With characters of names alone; empty where there is no such process. */
async function startOf(pid: number, table: ProcessTable): Promise<string> {
  return ((await table.startTime(pid)) ?? "").replaceAll(/\W/g, "_");
}

/** Source: statfs(2), TMPFS_MAGIC. */
const tmpfs = 0x01021994;

/** The user's own folder of the session, else the one of shared memory that every Linux has. */
async function memory(): Promise<string> {
  for (const folder of [process.env["XDG_RUNTIME_DIR"], "/dev/shm"]) {
    if (folder && (await isMemory(folder))) return folder;
  }
  return tmpdir();
}

async function isMemory(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return (await statfs(folder)).type === tmpfs;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

async function isOurs(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).uid === process.getuid?.();
  } catch (error) {
    // Another one of us was faster.
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
