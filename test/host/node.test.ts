import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryHost } from "../../server/src/host/memory.ts";
import { nodeEnvironment, nodeHost } from "../../server/src/host/node.ts";
import { processTable, psTable } from "../../server/src/host/node-table.ts";
import type { Host, WriteFiles } from "../../server/src/host/ports.ts";

let folder: string;
let real: Host;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-host-"));
  real = nodeHost(nodeEnvironment());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What both hosts promise. Links are made by the test, because no port makes any. */
const worlds: [
  string,
  () => { files: WriteFiles; root: string; link: (path: string, target: string) => void },
][] = [
  ["disk", () => ({ files: real.files, root: folder, link: (path, target) => symlinkSync(target, path) })],
  [
    "memory",
    () => {
      const { files } = memoryHost({ "/root/.keep": "" });
      return { files, root: "/root", link: (path, target) => files.link(path, target) };
    },
  ],
];

describe.each(worlds)("files: %s", (_, world) => {
  it("come back as written, with mode and folders", async () => {
    const { files, root } = world();
    await files.writeAtomic(`${root}/a/b/c.sh`, "echo é\n", 0o755);
    expect(await files.readText(`${root}/a/b/c.sh`)).toBe("echo é\n");
    expect(await files.readBytes(`${root}/a/b/c.sh`)).toHaveLength(8);
    expect(await files.stat(`${root}/a/b/c.sh`)).toMatchObject({
      name: "c.sh",
      kind: "file",
      size: 8,
      mode: 0o755,
    });
    expect(await files.stat(`${root}/a/b`)).toMatchObject({ kind: "directory", mode: 0o755 });
    await files.writeAtomic(`${root}/a/b/c.sh`, new Uint8Array([1, 2, 255]));
    expect([...(await files.readBytes(`${root}/a/b/c.sh`))]).toEqual([1, 2, 255]);
    expect(await files.stat(`${root}/a/b/c.sh`)).toMatchObject({ mode: 0o644 });
  });

  it("are listed in code unit order", async () => {
    const { files, root } = world();
    for (const name of ["b", "B", "a10", "a2", "é"]) await files.writeAtomic(`${root}/l/${name}`, "");
    await files.makeDirectory(`${root}/l/folder`);
    expect((await files.list(`${root}/l`)).map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      "B:file",
      "a10:file",
      "a2:file",
      "b:file",
      "folder:directory",
      "é:file",
    ]);
    await expect(files.list(`${root}/none`)).rejects.toMatchObject({ code: "ENOENT", name: "HostError" });
  });

  it("that are not there are no failure where that is an answer", async () => {
    const { files, root } = world();
    expect(await files.stat(`${root}/none/x`)).toBeUndefined();
    await files.remove(`${root}/none`);
    await expect(files.readText(`${root}/none`)).rejects.toMatchObject({ code: "ENOENT", name: "HostError" });
  });

  it("are not written, appended or plainly read through links", async () => {
    const { files, root, link } = world();
    await files.writeAtomic(`${root}/target`, "mine");
    link(`${root}/link`, `${root}/target`);
    expect(await files.stat(`${root}/link`)).toMatchObject({ kind: "symlink" });
    expect(await files.readText(`${root}/link`)).toBe("mine");
    await expect(files.readPlain(`${root}/link`, 100)).rejects.toMatchObject({ code: "ELOOP" });
    await expect(files.append(`${root}/link`)).rejects.toMatchObject({ code: "ELOOP" });
    await files.writeAtomic(`${root}/link`, "other");
    expect(await files.stat(`${root}/link`)).toMatchObject({ kind: "file" });
    expect(await files.readText(`${root}/target`)).toBe("mine");
  });

  it("are plainly read only up to a size, and never as folders", async () => {
    const { files, root } = world();
    await files.writeAtomic(`${root}/a`, "12345");
    expect(await files.readPlain(`${root}/a`, 5)).toHaveLength(5);
    await expect(files.readPlain(`${root}/a`, 4)).rejects.toMatchObject({ code: "EFBIG" });
    await expect(files.readPlain(root, 100)).rejects.toMatchObject({ code: "EINVAL" });
  });

  it("are appended to in the order of the calls", async () => {
    const { files, root } = world();
    const file = await files.append(`${root}/logs/a.log`);
    await Promise.all([
      file.write("one\n"),
      file.write(new TextEncoder().encode("two\n")),
      file.sync(),
      file.write("three\n"),
    ]);
    await file.close();
    const again = await files.append(`${root}/logs/a.log`);
    await again.write("four\n");
    await again.close();
    expect(await files.readText(`${root}/logs/a.log`)).toBe("one\ntwo\nthree\nfour\n");
    expect(await files.stat(`${root}/logs/a.log`)).toMatchObject({ mode: 0o600 });
  });

  it("move and go with what is in them", async () => {
    const { files, root } = world();
    await files.writeAtomic(`${root}/from/a/b`, "x");
    await files.rename(`${root}/from`, `${root}/to`);
    expect(await files.readText(`${root}/to/a/b`)).toBe("x");
    expect(await files.stat(`${root}/from`)).toBeUndefined();
    await files.remove(`${root}/to`);
    expect(await files.stat(`${root}/to/a/b`)).toBeUndefined();
  });
});

describe("the disk", () => {
  it("leaves no temporary file when a write fails, and the old one stands", async () => {
    mkdirSync(join(folder, "taken/full"), { recursive: true });
    await expect(real.files.writeAtomic(join(folder, "taken"), "x")).rejects.toMatchObject({
      name: "HostError",
    });
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  it("does not write into other names of a file", async () => {
    writeFileSync(join(folder, "a"), "old");
    linkSync(join(folder, "a"), join(folder, "b"));
    expect(await real.files.stat(join(folder, "a"))).toMatchObject({ links: 2 });
    await real.files.writeAtomic(join(folder, "a"), "new");
    expect(readFileSync(join(folder, "b"), "utf8")).toBe("old");
  });

  it("does not wait for the writer of a pipe", async () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await expect(real.files.readPlain(join(folder, "pipe"), 10)).rejects.toMatchObject({ code: "EINVAL" });
    await expect(real.files.append(join(folder, "pipe"))).rejects.toMatchObject({ name: "HostError" });
  });

  it("gives modes as asked whatever the umask", async () => {
    const before = process.umask(0o077);
    await real.files.writeAtomic(join(folder, "f"), "", 0o755);
    await real.files.makeDirectory(join(folder, "d"), 0o755);
    process.umask(before);
    expect([statSync(join(folder, "f")).mode & 0o777, statSync(join(folder, "d")).mode & 0o777]).toEqual([
      0o755, 0o755,
    ]);
  });
});

describe("helper commands", () => {
  it("give code, output and nothing of a shell", async () => {
    const run = (argv: string[], env?: Record<string, string>) =>
      real.processes.run(argv, { timeoutMs: 5000, cwd: folder, ...(env && { env }) });
    expect(await run(["printf", "%s", "$HOME; ls"])).toEqual({ code: 0, stdout: "$HOME; ls", stderr: "" });
    expect(await run(["/bin/sh", "-c", "echo no >&2; exit 3"])).toEqual({
      code: 3,
      stdout: "",
      stderr: "no\n",
    });
    expect(await run(["/bin/sh", "-c", "kill -9 $$"])).toMatchObject({ code: 137 });
    expect((await run(["/usr/bin/env"], { ONLY: "this" })).stdout).toBe("ONLY=this\n");
    expect((await run(["/bin/pwd"])).stdout.trim()).toBe(folder);
  });

  it("reject when they are not there, take too long, print too much or are not wanted any more", async () => {
    const run = (argv: string[], timeoutMs = 5000, signal?: AbortSignal) =>
      real.processes.run(argv, { timeoutMs, ...(signal && { signal }) });
    await expect(run(["no-such-program"])).rejects.toMatchObject({ code: "ENOENT", name: "HostError" });
    const began = Date.now();
    await expect(run(["/bin/sh", "-c", "sleep 100 & sleep 100"], 200)).rejects.toMatchObject({
      code: "ETIMEDOUT",
    });
    await expect(run(["/bin/sh", "-c", "cat /dev/zero"])).rejects.toMatchObject({ code: "ENOBUFS" });
    await expect(run(["sleep", "100"], 5000, AbortSignal.timeout(100))).rejects.toMatchObject({
      name: "TimeoutError",
    });
    expect(Date.now() - began).toBeLessThan(4000);
  });

  it("do not wait for what they leave behind", async () => {
    const began = Date.now();
    const { stdout } = await real.processes.run(["/bin/sh", "-c", "sleep 3 & echo done"], {
      timeoutMs: 9000,
    });
    expect(stdout).toBe("done\n");
    expect(Date.now() - began).toBeLessThan(2000);
  });
});

describe.skipIf(process.platform !== "linux")("the process list", () => {
  it.each([
    ["/proc", processTable("linux")],
    ["ps", psTable],
  ])("knows this process, its parent and group: %s", async (_, table) => {
    const rows = await table.list();
    const own = rows.get(process.pid);
    expect(own).toMatchObject({ pid: process.pid, parent: process.ppid });
    expect(own?.startTime).toBe(await table.startTime(process.pid));
    expect(rows.get(own?.parent ?? 0)?.startTime).toBeTruthy();
    expect(await table.startTime(4_000_000)).toBeUndefined();
    expect(await table.marked({})).toEqual([]);
  });

  it("says what the shell says", async () => {
    const fields = readFileSync(`/proc/${process.pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    expect(await real.jobs.startTime(process.pid)).toBe(fields[19]);
    expect(readlinkSync("/proc/self")).toBe(String(process.pid));
    expect(await real.jobs.bootId()).toMatch(/^[0-9a-f-]{36}$/);
  });
});
