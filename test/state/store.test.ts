import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryHost } from "../../server/src/host/memory.ts";
import { nodeFiles } from "../../server/src/host/node-files.ts";
import { sweepTemporaries } from "../../server/src/state/folder.ts";
import type { State } from "../../server/src/state/state.ts";
import { formatState, localStateStore, readState, type StateReading } from "../../server/src/state/store.ts";

const state = (serial: number, outputs: State["outputs"] = {}): State => ({
  version: "1",
  lineage: "b6a3f1f0-0000-4000-8000-000000000000",
  serial,
  resources: {
    "service.web": {
      kind: "service",
      name: "web",
      inputs: { ports: [{ external: 8080, internal: 80 }] },
      outputs: { id: "web" },
      dependsOn: [],
      steps: {
        "ensure_service.web": { fingerprint: "a".repeat(64), artifacts: { "scripts/a.sh": "b".repeat(64) } },
      },
      status: "ok",
    },
  },
  verifies: {},
  outputs,
});

let folder: string;
let path: string;
const store = () => localStateStore(nodeFiles(), folder);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-state-"));
  path = join(folder, ".clockwork/state.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const codes = (reading: StateReading): string[] => reading.diagnostics.map(({ code }) => code);

describe("the local state", () => {
  it("is undefined before the first write, without a word", async () => {
    expect(await store().read()).toEqual({ value: undefined, diagnostics: [] });
    mkdirSync(join(folder, ".clockwork"));
    expect(await store().read()).toEqual({ value: undefined, diagnostics: [] });
  });

  it("comes back as it was written, private, readable, with the one before as backup", async () => {
    await store().write(state(1));
    expect(existsSync(`${path}.backup`)).toBe(false);
    await store().write(state(2, { url: "http://x", list: [1, null, { b: 1, a: 2 }] }));
    expect(await store().read()).toEqual({
      value: state(2, { url: "http://x", list: [1, null, { b: 1, a: 2 }] }),
      diagnostics: [],
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).toMatch(/^\{\n {2}"lineage": /);
    expect(readFileSync(`${path}.backup`, "utf8")).toBe(formatState(state(1)));
  });

  it("has the same bytes whatever the order of keys", () => {
    const { outputs, ...rest } = state(1, { b: 1, a: 2 });
    expect(formatState({ outputs: { a: 2, b: 1 }, ...rest })).toBe(formatState({ ...rest, outputs }));
  });

  it("keeps state out of git and lets build in", async () => {
    await store().write(state(1));
    execFileSync("git", ["init", "-q", folder]);
    mkdirSync(join(folder, ".clockwork/build"));
    mkdirSync(join(folder, ".clockwork/logs"));
    writeFileSync(join(folder, ".clockwork/build/a.sh"), "");
    writeFileSync(join(folder, ".clockwork/logs/a.log"), "");
    const status = execFileSync("git", ["-C", folder, "status", "--porcelain", "-uall"], {
      encoding: "utf8",
    });
    expect(status.trim().split("\n").sort()).toEqual([
      "?? .clockwork/.gitignore",
      "?? .clockwork/build/a.sh",
    ]);
  });
});

describe("a damaged state", () => {
  const damages: [string, (text: string) => string][] = [
    ["cut off", (text) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["zeros", (text) => "\0".repeat(text.length)],
    ["not UTF-8", (text) => `${text.slice(0, 20)}\udcff${text.slice(20)}`],
    ["another value", (text) => text.replace("8080", "8081")],
    ["a field more", (text) => text.replace('"serial"', '"extra": 1,\n  "serial"')],
    ["no checksum", (text) => text.replace(/"sha256": "[0-9a-f]{64}",?\n/, "")],
    ["an array", () => "[]"],
  ];

  it.each(damages)("is replaced by its backup, loudly, and kept: %s", async (_, damage) => {
    await store().write(state(1));
    await store().write(state(2));
    const damaged = damage(readFileSync(path, "utf8"));
    writeFileSync(path, Buffer.from(damaged, "latin1"));
    const reading = await store().read();
    expect(reading.value).toEqual(state(1));
    expect(codes(reading)).toEqual(["state-recovered"]);
    await store().write(state(3));
    expect(await store().read()).toEqual({ value: state(3), diagnostics: [] });
    expect(readFileSync(`${path}.backup`, "utf8")).toBe(formatState(state(1)));
    expect(readFileSync(`${path}.damaged`, "latin1")).toBe(Buffer.from(damaged, "latin1").toString("latin1"));
  });

  it("is never taken for an empty one", async () => {
    await store().write(state(1));
    writeFileSync(path, "{");
    const reading = await store().read();
    expect(reading.value).toBeUndefined();
    expect(codes(reading)).toEqual(["state-unreadable"]);
  });

  it("that is gone is restored from its backup", async () => {
    await store().write(state(1));
    await store().write(state(2));
    rmSync(path);
    const reading = await store().read();
    expect(reading.value).toEqual(state(1));
    expect(codes(reading)).toEqual(["state-recovered"]);
  });

  it("of a newer Clockwork is neither read nor overwritten, nor is the backup used", async () => {
    await store().write(state(1));
    await store().write(state(2));
    writeFileSync(path, '{"version": "2", "things": []}');
    const reading = await store().read();
    expect(reading.value).toBeUndefined();
    expect(codes(reading)).toEqual(["state-unreadable"]);
    await expect(store().write(state(3))).rejects.toMatchObject({ code: "EPERM" });
    expect(readFileSync(path, "utf8")).toContain('"version": "2"');
  });
});

describe("a state that is no plain file", () => {
  it.each<[string, () => void]>([
    ["a link", () => symlinkSync("/etc/passwd", path)],
    ["a link to nothing", () => symlinkSync("/nowhere", path)],
    ["a pipe", () => execFileSync("mkfifo", [path])],
    ["a folder", () => mkdirSync(path)],
  ])("is refused: %s", async (_, make) => {
    mkdirSync(join(folder, ".clockwork"));
    make();
    const reading = await store().read();
    expect(reading.value).toBeUndefined();
    expect(codes(reading)).toEqual(["build-unsafe"]);
    await expect(store().write(state(1))).rejects.toMatchObject({ code: "EPERM" });
  });

  it("nor is a .clockwork that is a link", async () => {
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync("elsewhere", join(folder, ".clockwork"));
    expect(codes(await store().read())).toEqual(["build-unsafe"]);
    expect(codes(await readState(nodeFiles(), folder))).toEqual(["build-unsafe"]);
    await expect(store().write(state(1))).rejects.toMatchObject({ code: "ENOTDIR" });
    expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
  });
});

describe("writing", () => {
  it("sweeps what crashes left", async () => {
    await store().write(state(1));
    const names = ["build/scripts/.a.sh", ".state.json", "..gitignore"];
    mkdirSync(join(folder, ".clockwork/build/scripts"), { recursive: true });
    for (const name of names) writeFileSync(join(folder, `.clockwork/${name}.0123456789abcdef.tmp`), "half");
    await sweepTemporaries(nodeFiles(), folder);
    await store().write(state(2));
    expect(readdirSync(join(folder, ".clockwork/build/scripts"))).toEqual([]);
    expect(readdirSync(join(folder, ".clockwork")).sort()).toEqual([
      ".gitignore",
      "build",
      "state.json",
      "state.json.backup",
    ]);
  });

  it("survives kill -9 at any moment", async () => {
    const script = join(folder, "writer.mjs");
    await writeBundle(script);
    for (let round = 0; round < 12; round++) {
      const writer = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
      let acknowledged = 0;
      writer.stdout.on("data", (chunk: Buffer) => {
        acknowledged = Math.max(acknowledged, ...chunk.toString().trim().split("\n").map(Number));
      });
      await new Promise((resolve) => writer.stdout.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, (round * 7) % 60));
      writer.kill("SIGKILL");
      await new Promise((resolve) => writer.once("close", resolve));
      const reading = await store().read();
      expect(reading.diagnostics).toEqual([]);
      expect(reading.value?.serial).toBeGreaterThanOrEqual(acknowledged);
    }
  });

  it.runIf(process.getuid?.() === 0 && process.platform === "linux")(
    "keeps the old state on a full disk, and leaves nothing lying about",
    async () => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
      try {
        await store().write(state(1));
        await expect(store().write(state(2, { big: "x".repeat(100_000) }))).rejects.toMatchObject({
          code: "ENOSPC",
        });
        expect(await store().read()).toEqual({ value: state(1), diagnostics: [] });
        expect(readdirSync(join(folder, ".clockwork")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      } finally {
        execFileSync("umount", [folder]);
      }
    },
  );

  it("works in memory alike", async () => {
    const { files } = memoryHost();
    const memory = localStateStore(files, "/stack");
    expect(await memory.read()).toEqual({ value: undefined, diagnostics: [] });
    await memory.write(state(1));
    await memory.write(state(2));
    files.set("/stack/.clockwork/state.json", "{}");
    expect((await memory.read()).value).toEqual(state(1));
  });
});

/** A program that writes states with growing serials for ever and says each one that it was told is written. */
async function writeBundle(outfile: string): Promise<void> {
  const { build } = await import("esbuild");
  await build({
    stdin: {
      contents: `
        import { nodeFiles } from "./server/src/host/node-files.ts";
        import { localStateStore } from "./server/src/state/store.ts";
        const store = localStateStore(nodeFiles(), process.argv[2]);
        const { value } = await store.read();
        const first = value ?? ${JSON.stringify(state(0, { padding: "x".repeat(100_000) }))};
        for (let serial = first.serial + 1; ; serial++) {
          await store.write({ ...first, serial });
          process.stdout.write(serial + "\\n");
        }`,
      resolveDir: process.cwd(),
      loader: "ts",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
}
