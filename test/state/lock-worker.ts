/**
 * Adds lines to a file, each under the lock, by reading the whole and writing it anew: without the lock lines would get
 * lost. Each line that is there for good is told to the parent.
 */
import { nodeEnvironment, nodeHost } from "../../server/src/host/node.ts";
import { takeLock } from "../../server/src/state/lock.ts";

async function main([stackDir = "", name = ""]: readonly string[]): Promise<void> {
  const host = nodeHost(nodeEnvironment());
  const path = `${stackDir}/lines`;
  for (let i = 0; ; i++) {
    const id = `${name}-${i}`;
    const { value: lock } = await takeLock(host, stackDir, { id, operation: "apply" });
    if (!lock) {
      await host.clock.sleep(1);
      i--;
      continue;
    }
    const before = await host.files.readText(path);
    await host.files.writeAtomic(path, `${before}${id}\n`);
    process.stdout.write(`${id}\n`);
    await lock.release();
  }
}

void main(process.argv.slice(2));
