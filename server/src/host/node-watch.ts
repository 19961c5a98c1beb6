import { watch } from "node:fs";
import type { WatchFolder } from "./ports.ts";

/** By the system's own means (inotify, FSEvents, ReadDirectoryChangesW), of which there may be too few. */
export const watchFolder: WatchFolder = (folder, onChange) => {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => onChange(name ?? ""));
    // A folder that goes takes its watcher along.
    watcher.on("error", () => watcher.close());
    return { close: () => watcher.close() };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
};
