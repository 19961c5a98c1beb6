import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { artifactHashes, readBuild } from "../../../server/src/forge/artifacts.ts";
import { manifestPath, manifestText, readManifest } from "../../../server/src/forge/manifest.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { MemoryFiles } from "../../../server/src/host/memory-files.ts";
import { actions, artifact, build, buildDir, bundleOf, manifestIn } from "./samples.ts";

const [web, db] = ["ensure_service.web", "ensure_service.db"];
const stack = () =>
  bundleOf(
    [
      artifact("scripts/web.sh", web, "#!/usr/bin/env bash\necho web\n"),
      artifact("scripts/lib/retry.sh", web, "retry() { :; }\n", { mode: "0644" }),
      artifact("scripts/db.sh", db, "echo db\n"),
      artifact("files/db.conf", db, "", { lang: "text", mode: "0600" }),
    ],
    { SIZE: "3" },
  );
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");

async function built(): Promise<MemoryFiles> {
  const { files } = memoryHost();
  await build(files, stack());
  return files;
}
const read = async (files: MemoryFiles, ...ids: string[]) =>
  readBuild(files, buildDir, actions(...(ids.length ? ids : [web, db])));
const codes = async (files: MemoryFiles): Promise<string[]> =>
  (await read(files)).diagnostics.map((d) => d.code);

describe("what stands in build/", () => {
  test("is read back as it was written", async () => {
    const { value, hashes, edited, diagnostics } = await read(await built());
    expect(diagnostics).toEqual([]);
    expect(edited).toEqual(new Set());
    const written = stack();
    expect(value?.artifacts.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
      written.artifacts.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    );
    expect(value?.vars).toEqual({ SIZE: "3" });
    expect(value?.steps).toEqual([
      {
        purpose: web,
        command: { runtime: "bash", flags: [], script: "scripts/web.sh", args: [] },
        vars: { SIZE: "3" },
      },
      {
        purpose: db,
        command: { runtime: "bash", flags: [], script: "scripts/db.sh", args: [] },
        vars: { SIZE: "3" },
      },
    ]);
    expect(hashes.get("scripts/db.sh")).toBe(sha("echo db\n"));
  });

  test("follows the actions' order and leaves other steps out", async () => {
    const files = await built();
    expect((await read(files, db, web)).value?.steps.map((s) => s.purpose)).toEqual([db, web]);
    const { value, hashes } = await read(files, db);
    expect(value?.steps.map((s) => s.purpose)).toEqual([db]);
    expect([...hashes.keys()].sort()).toEqual(["files/db.conf", "scripts/db.sh"]);
  });

  test("is what a person made of it", async () => {
    const files = await built();
    files.set(`${buildDir}/scripts/db.sh`, "echo edited\n");
    const { value, hashes, edited } = await read(files);
    expect(edited).toEqual(new Set(["scripts/db.sh"]));
    expect(value?.artifacts.find((a) => a.path === "scripts/db.sh")?.content).toBe("echo edited\n");
    expect(hashes.get("scripts/db.sh")).toBe(sha("echo edited\n"));
  });

  test("may have files beside it that a person put there", async () => {
    const files = await built();
    files.set(`${buildDir}/scripts/notes.md`, "mine\n");
    files.set(`${buildDir}/scripts/lib/mine.sh`, "x\n");
    expect(await codes(files)).toEqual([]);
  });

  test("is missing a step when nothing was built for it", async () => {
    const files = await built();
    const { value, diagnostics } = await readBuild(files, buildDir, actions(web, "ensure_service.new"));
    expect(value).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toEqual(["U-MISSING"]);
    expect(
      (await readBuild(memoryHost().files, buildDir, actions(web))).diagnostics.map((d) => d.code),
    ).toEqual(["U-MISSING"]);
  });
});

describe("build/ is checked like a reply", () => {
  const script = `${buildDir}/scripts/web.sh`;
  test.each<readonly [string, string, (f: MemoryFiles) => unknown]>([
    ["a deleted script", "S-ARTIFACT", (f) => f.remove(script)],
    ["a control character", "C-TEXT", (f) => f.set(script, "echo \u001b[2J\n")],
    ["bytes that are no text", "C-TEXT", (f) => f.set(script, new Uint8Array([0x23, 0xff]))],
    ["a secret", "C-SECRET", (f) => f.set(script, `T=ghp_${"a".repeat(36)}\n`)],
    ["another shebang", "C-SHEBANG", (f) => f.set(script, "#!/usr/bin/perl\n")],
    ["a link to elsewhere", "build-unsafe", (f) => f.link(script, "/etc/passwd")],
    ["a pipe", "build-unsafe", (f) => f.special(script)],
    [
      "a folder that is a link",
      "build-unsafe",
      (f) => {
        f.link(`${buildDir}/scripts`, "/etc");
      },
    ],
    ["a setuid script", "build-unsafe", (f) => f.set(script, "x\n", 0o4755)],
    ["an unlisted module beside it", "P-SHADOW", (f) => f.set(`${buildDir}/scripts/json.py`, "evil\n")],
    ["an unlisted package.json", "P-AUTOLOAD", (f) => f.set(`${buildDir}/scripts/lib/package.json`, "{}\n")],
    [
      "unlisted node_modules",
      "P-AUTOLOAD",
      (f) => f.set(`${buildDir}/scripts/node_modules/x/index.js`, "evil\n"),
    ],
  ])("%s: %s", async (_, code, spoil) => {
    const files = await built();
    await spoil(files);
    const { value, diagnostics } = await read(files);
    expect(value).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toContain(code);
  });

  const tampered = async (change: (text: string) => string): Promise<readonly string[]> => {
    const files = await built();
    files.set(manifestPath(buildDir), change(manifestText(await manifestIn(files))));
    return codes(files);
  };
  test.each<readonly [string, string, (text: string) => string]>([
    ["a command", "S-FLAG", (t) => t.replace(/("cmd": \[\s+)"bash",/, '$1"bash", "-c",')],
    ["a runtime", "S-RUNTIME", (t) => t.replace(/("cmd": \[\s+)"bash",/, '$1"/tmp/bash",')],
    ["a variable", "V-NAME", (t) => t.replace('"SIZE"', '"BASH_ENV"')],
    ["a path out of build/", "P-SEG", (t) => t.replaceAll("files/db.conf", "files/../../passwd")],
    ["an absolute path", "P-ROOT", (t) => t.replaceAll("files/db.conf", "/etc/passwd")],
    ["an unknown field", "build-unreadable", (t) => t.replace('"version"', '"hooks": [], "version"')],
    ["a field twice", "build-unreadable", (t) => t.replace('"version"', '"version": "1", "version"')],
    ["__proto__", "build-unreadable", (t) => t.replace('"SIZE"', '"__proto__"')],
    ["half of it", "build-unreadable", (t) => t.slice(0, t.length / 2)],
    ["another version", "build-unreadable", (t) => t.replace('"version": "1"\n', '"version": "2"\n')],
    [
      "a knob out of range",
      "build-unreadable",
      (t) => t.replace('"steps"', '"knobs": {"ensure_service.web": {"retries": 99}}, "steps"'),
    ],
    [
      "an unknown knob",
      "build-unreadable",
      (t) => t.replace('"steps"', '"knobs": {"ensure_service.web": {"image": "x"}}, "steps"'),
    ],
  ])("a manifest with %s changed: %s", async (_, code, change) => {
    expect(await tampered(change)).toContain(code);
  });

  test("a manifest that is a link or a pipe is not read", async () => {
    for (const put of [
      (f: MemoryFiles) => f.link(manifestPath(buildDir), "/etc/passwd"),
      (f: MemoryFiles) => f.special(manifestPath(buildDir)),
    ]) {
      const { files } = memoryHost();
      put(files);
      expect((await readManifest(files, buildDir)).diagnostics.map((d) => d.code)).toEqual(["build-unsafe"]);
    }
  });

  test("knobs of the closed list are kept through a build", async () => {
    const files = await built();
    const knobs = { [web]: { retries: 3, interval_s: 10 }, "ensure_service.gone": { retries: 1 } };
    files.set(manifestPath(buildDir), manifestText({ ...(await manifestIn(files)), knobs }));
    await build(files, stack());
    expect((await manifestIn(files)).knobs).toEqual({ [web]: { retries: 3, interval_s: 10 } });
  });
});

test("hashes for planning leave out what is missing or no plain file", async () => {
  const files = await built();
  const manifest = await manifestIn(files);
  await files.remove(`${buildDir}/scripts/db.sh`);
  files.link(`${buildDir}/scripts/web.sh`, "/etc/passwd");
  expect(await artifactHashes(files, buildDir, manifest)).toEqual(
    new Map([
      ["files/db.conf", sha("")],
      ["scripts/lib/retry.sh", sha("retry() { :; }\n")],
    ]),
  );
});
