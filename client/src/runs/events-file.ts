import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { FollowPorts, Piece } from "./follow.ts";

/** How often the file is looked at, in milliseconds. Watching it would tell no sooner, and not on every file system. */
const intervalMs = 100;
/** Most that is read at once. */
const maxBytes = 1024 * 1024;

/** An events file on the disk. */
export function eventsFile(path: string): FollowPorts {
  return {
    read: async (offset) => {
      const file = await openThere(path);
      try {
        return file && (await readPiece(file, offset));
      } finally {
        await file?.close();
      }
    },
    pause: async (signal) => {
      if (signal.aborted) return;
      try {
        await sleep(intervalMs, undefined, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

async function openThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function readPiece(file: FileHandle, offset: number): Promise<Piece> {
  const { size, ino, birthtimeMs } = await file.stat();
  const buffer = new Uint8Array(Math.max(0, Math.min(maxBytes, size - offset)));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
  return { bytes: buffer.subarray(0, bytesRead), size, identity: `${ino} ${birthtimeMs}` };
}
