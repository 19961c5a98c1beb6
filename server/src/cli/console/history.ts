import { join } from "node:path";
import type { Environment, WriteFiles } from "../../host/ports.ts";

/** More lines are not kept. */
const maxLines = 1000;

/** Lines typed at earlier consoles, in the user's own folder for such things: never in a stack, where they would be shared. */
export interface History {
  /** Oldest first. */
  readonly lines: readonly string[];
  readonly add: (line: string) => void;
  /** Keeps what was added, readable by the user alone. */
  readonly save: () => Promise<void>;
}

export async function openHistory(files: WriteFiles, environment: Environment): Promise<History> {
  const path = historyFile(environment);
  const lines = path === undefined ? [] : await read(files, path);
  const added: string[] = [];
  return {
    lines,
    add: (line) => void (line.trim() !== "" && line !== added.at(-1) && added.push(line)),
    save: async () => {
      if (path === undefined || added.length === 0) return;
      // Another console may have kept its lines meanwhile.
      const all = [...(await read(files, path)), ...added].slice(-maxLines);
      await files.writeAtomic(path, `${all.join("\n")}\n`, 0o600);
    },
  };
}

/** Undefined where the system names no home. Source: the XDG base directory specification. */
function historyFile({ variables, platform }: Environment): string | undefined {
  const home = variables["HOME"];
  const state =
    variables["XDG_STATE_HOME"] ||
    (platform === "win32" ? variables["LOCALAPPDATA"] : home && join(home, ".local", "state"));
  return state ? join(state, "clockwork", "console-history") : undefined;
}

async function read(files: WriteFiles, path: string): Promise<readonly string[]> {
  if ((await files.stat(path))?.kind !== "file") return [];
  return (await files.readText(path))
    .split("\n")
    .filter((line) => line !== "")
    .slice(-maxLines);
}
