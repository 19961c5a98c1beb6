/** Gives back to the system what a program has done with. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * A collection of all garbage, which takes tens of milliseconds. V8 makes one only when a program goes on using memory, so one
 * that has come to rest keeps what it has last used, for as long as it lives. V8 shows its collector to a context that is made
 * while this flag is set, and to no other.
 */
export function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  if (typeof collect !== "function") throw new Error("V8 has no collector that can be called.");
  // With any argument Node 20's collects the young generation alone.
  return () => {
    collect();
  };
}
