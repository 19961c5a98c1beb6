import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { nodeFiles } from "../../server/src/host/node-files.ts";
import { HostError } from "../../server/src/host/ports.ts";
import { measured } from "../support/record.ts";
import { runs } from "../support/runs.ts";

/** Puts a link to `outside` in the place of a folder and takes it away again, as fast as it can. */
const swapper = `
  const { renameSync, symlinkSync, unlinkSync } = require("node:fs");
  const [, folder, outside] = process.argv;
  process.stdout.write("ready");
  for (;;) {
    renameSync(folder, folder + ".kept");
    symlinkSync(outside, folder);
    for (let i = 0; i < 2000; i++);
    unlinkSync(folder);
    renameSync(folder + ".kept", folder);
    for (let i = 0; i < 2000; i++);
  }`;

async function raced(own: string) {
  const root = await mkdtemp(join(tmpdir(), "race-"));
  const [scripts, outside] = [join(root, own, "build/scripts"), join(root, "outside")];
  await mkdir(scripts, { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, "precious.sh"), "precious\n");
  const child = spawn(process.execPath, ["-e", swapper, scripts, outside], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(root, { recursive: true, force: true });
  });
  if (child.stdout) await once(child.stdout, "data");
  return { scripts, outside };
}

const files = nodeFiles();

/** Every way in which a file gets there or goes. */
const ways: readonly ((path: string) => Promise<unknown>)[] = [
  (path) => files.writeAtomic(path, "ours\n", 0o755),
  (path) => files.writeNew(path, "ours\n", 0o600),
  (path) => files.makeDirectory(`${path}.folder/inner`),
  (path) => files.append(path).then((file) => file.close()),
  (path) => files.remove(join(path, "../precious.sh")),
  (path) => files.rename(join(path, "../precious.sh"), `${path}.moved`),
];

async function tryAll(scripts: string, count: number): Promise<{ refused: number; done: number }> {
  let refused = 0;
  for (let i = 0; i < count; i++) {
    try {
      await ways[i % ways.length]?.(`${scripts}/${i}.sh`);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      expect(["ENOTDIR", "ENOENT", "ELOOP", "EEXIST"]).toContain(error.code);
      refused++;
    }
  }
  return { refused, done: count - refused };
}

test.skipIf(process.platform !== "linux")(
  "a link that takes a folder's place during a write leads nothing outside",
  async () => {
    const count = runs(600);
    const { scripts, outside } = await raced(".clockwork");
    const { refused, done } = await tryAll(scripts, count);
    const strays = (await readdir(outside)).filter((name) => name !== "precious.sh");
    const lost = (await readdir(outside)).includes("precious.sh") ? 0 : 1;
    // Otherwise nobody raced.
    expect(refused).toBeGreaterThan(0);
    expect(done).toBeGreaterThan(0);
    measured({
      count,
      found: strays.length + lost,
      figures: { "refused because of the link": refused, "files outside": strays.length + lost },
    });
    expect({ strays, lost }).toEqual({ strays: [], lost: 0 });
  },
  60_000,
);
