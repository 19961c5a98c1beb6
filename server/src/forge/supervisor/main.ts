/**
 * The program that keeps one process service running: started detached by a run, it gets the service's description on
 * stdin, starts it, starts it again as its restart policy says, and ends it when it is itself asked to end. It knows
 * nothing of stacks and plans, and outlives the Clockwork that started it.
 */
import { text } from "node:stream/consumers";
import { nodeEnvironment, nodeHost } from "../../host/node.ts";
import { supervisorSpec } from "./spec.ts";
import { supervise } from "./supervise.ts";

async function main(): Promise<void> {
  const spec = supervisorSpec.parse(JSON.parse(await text(process.stdin)));
  // A supervisor has no terminal that could hang up, and ends on SIGTERM alone.
  process.on("SIGHUP", () => {});
  process.on("SIGINT", () => {});
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  await supervise(nodeHost(nodeEnvironment()), spec, stop.signal);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    // Nobody reads this: the run that waits for the status says that there is none.
    console.error(error);
    process.exit(1);
  },
);
