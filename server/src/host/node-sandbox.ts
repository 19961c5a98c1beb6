/**
 * The sandbox of steps. It is what protects the machine from a script; checking the script protects only us. Which one there
 * is depends on the machine and on the user's own wish, never on a stack's.
 */
import { bubblewrap } from "./node-bubblewrap.ts";
import { none, type SandboxDriver } from "./node-sandbox-driver.ts";

/** Finding out costs some process starts, so it is done once and kept. */
export function sandboxing(platform: string, wish: string | undefined): () => Promise<SandboxDriver> {
  let probed: Promise<SandboxDriver> | undefined;
  return () => {
    probed ??= probe(platform, wish);
    return probed;
  };
}

async function probe(platform: string, wish: string | undefined): Promise<SandboxDriver> {
  if (wish === "none") return none("CLOCKWORK_SANDBOX=none");
  // Something else than what was wished for is never taken without a word: it may protect less.
  if (wish !== undefined && wish !== "" && wish !== "bwrap")
    return none(`CLOCKWORK_SANDBOX=${wish} is none that there is`, "Set it to bwrap or none, or to nothing");
  return platform === "linux" ? bubblewrap(process.arch) : none("there is none for this system yet");
}
