/**
 * A program that does one piece of durable work in a folder, to be killed or to be refused a system call meanwhile:
 * worker.cjs PROTOCOL FOLDER. It waits for a byte on stdin, so that a tracer can be attached, and says when its work is done.
 */
import { readSync, writeSync } from "node:fs";
import { protocols } from "./protocols.ts";

async function main([name = "", folder = ""]: readonly string[]): Promise<void> {
  const protocol = protocols[name];
  if (!protocol) throw new Error(`no protocol ${name}`);
  writeSync(1, "up\n");
  readSync(0, Buffer.alloc(1));
  // The thread that makes all calls starts with the first of them.
  await protocol.files.stat(folder);
  writeSync(1, "ready\n");
  readSync(0, Buffer.alloc(1));
  await protocol.work(folder, (acknowledged) => void writeSync(1, `${acknowledged}\n`));
  writeSync(1, "done\n");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  writeSync(2, error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
