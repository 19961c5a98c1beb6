/** What is at a path. */
import { createHash } from "node:crypto";
import { type FileStat, type Host, HostError, type ReadFiles } from "../../host/ports.ts";

/** Absolute, for a path of the stack; `.` and `..` are left to the system. */
export function inStack(stackDir: string, path: string): string {
  return path.startsWith("/") ? path : `${stackDir}/${path.replace(/^(\.\/)+/, "")}`;
}

/** Larger files are not read only to see whether somebody changed them. */
const maxBytes = 256 * 1024 * 1024;

export type Looked =
  | { readonly status: "found"; readonly stat: FileStat }
  | { readonly status: "absent" }
  | { readonly status: "unknown"; readonly detail: string };

export async function look(files: ReadFiles, path: string): Promise<Looked> {
  try {
    const stat = await files.stat(path);
    return stat ? { status: "found", stat } : { status: "absent" };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    // A file where a folder of the path should be.
    if (error.code === "ENOTDIR" || error.code === "ENOENT") return { status: "absent" };
    return { status: "unknown", detail: `${path} cannot be looked at (${error.code})` };
  }
}

/** The file's hash, or a clause that says why there is none. */
export async function hashFile(
  { files }: Pick<Host, "files">,
  path: string,
): Promise<{ readonly sha256: string } | { readonly problem: string }> {
  try {
    return { sha256: sha256(await files.readPlain(path, maxBytes)) };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { problem: `${path} cannot be read (${error.code})` };
  }
}

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** `0644`, as a number; the fallback for anything else. */
export function modeBits(text: unknown, fallback: number): number {
  return typeof text === "string" && /^(0o)?[0-7]{1,4}$/.test(text)
    ? Number.parseInt(text.replace("0o", ""), 8)
    : fallback;
}

export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
