/**
 * What other processes of the user can read of our environment. The kernel shows the one we were started with in
 * /proc/PID/environ, whatever happens to `process.env`; a step that no sandbox holds could look there for the keys that it
 * was not given. The bytes lie in our own memory, so they can be overwritten. Elsewhere (`ps eww` on macOS) there is no way.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { codeOf } from "./node-error.ts";

/** Variables are gone from `process.env` afterwards, and from what the kernel shows where that can be. */
export function hideVariables(names: Iterable<string>): void {
  const hidden = [...names].filter((name) => process.env[name] !== undefined);
  if (hidden.length === 0) return;
  // They point to the bytes that are about to change.
  for (const name of hidden) delete process.env[name];
  if (process.platform !== "linux") return;
  try {
    overwrite(new Set(hidden));
  } catch (error) {
    // A system that does not let us write there shows nothing of /proc either, or is not ours to change.
    if (codeOf(error) === undefined) throw error;
  }
}

function overwrite(names: ReadonlySet<string>): void {
  const start = environmentStart();
  const shown = readFileSync("/proc/self/environ");
  const memory = openSync("/proc/self/mem", "r+");
  try {
    for (let at = 0; at < shown.length; ) {
      const end = shown.indexOf(0, at) < 0 ? shown.length : shown.indexOf(0, at);
      const equals = shown.indexOf("=", at);
      if (equals >= 0 && equals < end && names.has(shown.toString("latin1", at, equals))) {
        const from = equals + 1;
        writeSync(memory, Buffer.alloc(end - from, "*"), 0, end - from, start + from);
      }
      at = end + 1;
    }
  } finally {
    closeSync(memory);
  }
}

/** `env_start`, field 50 of /proc/self/stat; the name in field 2 may contain anything. Addresses are below 2^47. */
function environmentStart(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[50 - 3]);
}
