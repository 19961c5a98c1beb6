import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBuild, sha256 } from "../../../server/src/forge/artifacts.ts";
import { emptyManifest } from "../../../server/src/forge/manifest.ts";
import { proposal } from "../../../server/src/forge/proposals/format.ts";
import { writeBundle } from "../../../server/src/forge/write.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { MemoryFiles } from "../../../server/src/host/memory-files.ts";
import { runs } from "../../support/runs.ts";
import {
  actions,
  artifact,
  build,
  buildDir,
  bundleOf,
  fingerprint,
  manifestIn,
  proposalsDir,
} from "./samples.ts";

const path = "scripts/web.sh";
const id = "ensure_service.web";
const generated = "#!/usr/bin/env bash\nset -eu\nstart web\nwait web\necho done\n";
const web = (content = generated) => bundleOf([artifact(path, id, content)]);
const onDisk = (files: MemoryFiles, name = path): string | undefined => files.texts()[`${buildDir}/${name}`];

async function built(content = generated): Promise<MemoryFiles> {
  const { files } = memoryHost();
  await build(files, web(content));
  return files;
}

describe("a first build", () => {
  test("writes artifacts with their modes, and the manifest", async () => {
    const { files } = memoryHost();
    const report = await build(files, web());
    expect(report).toMatchObject({
      written: [path],
      kept: [],
      merged: [],
      conflicts: [],
      removed: [],
      diagnostics: [],
    });
    expect(onDisk(files)).toBe(generated);
    expect(await files.stat(`${buildDir}/${path}`)).toMatchObject({ mode: 0o755 });
    expect(await manifestIn(files)).toEqual(report.manifest);
    expect(report.manifest.artifacts[path]).toMatchObject({
      base: generated,
      purpose: id,
      fingerprint: fingerprint("a"),
    });
    expect(Object.keys(files.texts())).toEqual(
      ["manifest.json", "provenance.json", path].map((name) => `${buildDir}/${name}`),
    );
  });

  test("gives the same bytes whatever the order of things", async () => {
    const [a, b] = [
      artifact("scripts/a.sh", "ensure_service.a", "echo a\n"),
      artifact("scripts/b.sh", "ensure_service.b", "echo b\n"),
    ];
    const one = memoryHost().files;
    const two = memoryHost().files;
    await build(one, bundleOf([a, b], { ONE: "1", TWO: "2" }));
    await build(two, bundleOf([b, a], { TWO: "2", ONE: "1" }));
    expect(one.texts()).toEqual(two.texts());
  });
});

describe("a later build", () => {
  test("replaces what nobody edited", async () => {
    const files = await built();
    expect(await build(files, web("echo new\n"))).toMatchObject({ written: [path], diagnostics: [] });
    expect(onDisk(files)).toBe("echo new\n");
  });

  test("leaves an edit when the compiler says the same", async () => {
    const files = await built();
    files.set(`${buildDir}/${path}`, `${generated}mine\n`, 0o755);
    expect(await build(files, web())).toMatchObject({ written: [], kept: [path] });
    expect(onDisk(files)).toBe(`${generated}mine\n`);
  });

  test("merges an edit with a change elsewhere", async () => {
    const files = await built();
    files.set(`${buildDir}/${path}`, generated.replace("set -eu", "set -euo pipefail"), 0o755);
    const theirs = generated.replace("echo done", "echo ready");
    expect(await build(files, web(theirs))).toMatchObject({ merged: [path], diagnostics: [] });
    expect(onDisk(files)).toBe(theirs.replace("set -eu", "set -euo pipefail"));
    expect((await manifestIn(files)).artifacts[path]?.base).toBe(theirs);
  });

  test("writes a deleted file anew", async () => {
    const files = await built();
    await files.remove(`${buildDir}/${path}`);
    expect(await build(files, web())).toMatchObject({ written: [path] });
    expect(onDisk(files)).toBe(generated);
  });

  test("keeps a mode that a person changed and follows the compiler's otherwise", async () => {
    const files = await built();
    const asData = bundleOf([artifact(path, id, generated, { mode: "0644" })]);
    await build(files, asData);
    expect(await files.stat(`${buildDir}/${path}`)).toMatchObject({ mode: 0o644 });
    files.set(`${buildDir}/${path}`, generated, 0o500);
    await build(files, web());
    expect(await files.stat(`${buildDir}/${path}`)).toMatchObject({ mode: 0o500 });
  });
});

describe("a conflict", () => {
  const mine = generated.replace("start web", "start web --fast");
  const theirs = generated.replace("start web", "start web --safe");
  const clash = async (): Promise<MemoryFiles> => {
    const files = await built();
    files.set(`${buildDir}/${path}`, mine, 0o755);
    return files;
  };
  const proposals = (files: MemoryFiles): string[] =>
    Object.keys(files.texts()).filter((p) => p.startsWith(proposalsDir));

  test("leaves the file, stores the new text and says so", async () => {
    const files = await clash();
    const report = await build(files, web(theirs), { fingerprints: new Map([[id, fingerprint("b")]]) });
    expect(report.conflicts).toEqual([path]);
    expect(report.diagnostics.map((d) => d.code)).toEqual(["build-conflict"]);
    expect(onDisk(files)).toBe(mine);
    const entry = report.manifest.artifacts[path];
    expect(entry).toMatchObject({ base: generated, fingerprint: fingerprint("a") });
    const folder = `${proposalsDir}/${entry?.conflict}`;
    expect(proposals(files)).toEqual([
      `${folder}/base-web.sh`,
      `${folder}/proposal.json`,
      `${folder}/theirs-web.sh`,
    ]);
    expect(files.texts()[`${folder}/theirs-web.sh`]).toBe(theirs);
    expect(files.texts()[`${folder}/base-web.sh`]).toBe(generated);
    expect(proposal.parse(JSON.parse(files.texts()[`${folder}/proposal.json`] ?? ""))).toEqual({
      version: "1",
      id: entry?.conflict,
      kind: "artifact",
      reason: "conflict",
      step: id,
      path,
      mode: "0755",
      lang: "bash",
      theirs: { file: "theirs-web.sh" },
      base: { file: "base-web.sh", sha256: sha256(generated) },
      yours: { sha256: sha256(mine) },
      compiler: { compiler: "builtin", version: "0.1.0" },
      fingerprint: fingerprint("b"),
    });
  });

  test("is the same proposal when it comes again", async () => {
    const files = await clash();
    await build(files, web(theirs));
    const before = files.texts();
    expect(await build(files, web(theirs))).toMatchObject({ conflicts: [path] });
    expect(files.texts()).toEqual(before);
  });

  test("comes again when somebody removed the proposal", async () => {
    const files = await clash();
    const { manifest } = await build(files, web(theirs));
    await files.remove(`${proposalsDir}/${manifest.artifacts[path]?.conflict}`);
    expect(await build(files, web(theirs))).toMatchObject({ conflicts: [path], manifest });
    expect(onDisk(files)).toBe(mine);
  });

  test("is over, proposal and all, when the file takes the new text", async () => {
    const files = await clash();
    await build(files, web(theirs));
    files.set(`${buildDir}/${path}`, theirs, 0o755);
    expect(await build(files, web(theirs))).toMatchObject({ conflicts: [], diagnostics: [] });
    expect(proposals(files)).toEqual([]);
  });

  test("arises with a file that no manifest knows", async () => {
    const { files } = memoryHost({ [`${buildDir}/${path}`]: "foreign\n" });
    expect(await build(files, web())).toMatchObject({ conflicts: [path] });
    expect(await build(files, web())).toMatchObject({ conflicts: [path] });
    expect(onDisk(files)).toBe("foreign\n");
  });

  test("arises with bytes that are no text", async () => {
    const files = await built();
    files.set(`${buildDir}/${path}`, new Uint8Array([0xff, 0xfe, 0]));
    expect(await build(files, web("echo new\n"))).toMatchObject({ conflicts: [path] });
    expect(await files.readBytes(`${buildDir}/${path}`)).toEqual(new Uint8Array([0xff, 0xfe, 0]));
  });
});

describe("artifacts that are no longer made", () => {
  const both = bundleOf([
    artifact(path, id, generated),
    artifact("scripts/db.sh", "ensure_service.db", "echo db\n"),
  ]);

  test("of a purpose still in use stay", async () => {
    const { files } = memoryHost();
    await build(files, both);
    const report = await build(files, web("echo new\n"));
    expect(report.removed).toEqual([]);
    expect(report.manifest.steps.map((s) => s.purpose)).toEqual(["ensure_service.db", id]);
    expect(onDisk(files, "scripts/db.sh")).toBe("echo db\n");
  });

  test("go when nobody edited them", async () => {
    const { files } = memoryHost();
    await build(files, both);
    const report = await build(files, web(), { keep: new Set([id]) });
    expect(report.removed).toEqual(["scripts/db.sh"]);
    expect(report.manifest.steps.map((s) => s.purpose)).toEqual([id]);
    expect(onDisk(files, "scripts/db.sh")).toBeUndefined();
  });

  test("stay when somebody did, and are reported", async () => {
    const { files } = memoryHost();
    await build(files, both);
    files.set(`${buildDir}/scripts/db.sh`, "echo mine\n");
    const report = await build(files, web(), { keep: new Set([id]) });
    expect(report).toMatchObject({ removed: [], kept: ["scripts/db.sh"], diagnostics: [] });
    expect(onDisk(files, "scripts/db.sh")).toBe("echo mine\n");
    expect(report.manifest.artifacts["scripts/db.sh"]?.base).toBe("echo db\n");
  });

  test("of a step that has others now are a conflict when edited", async () => {
    const files = await built();
    files.set(`${buildDir}/${path}`, "echo mine\n");
    const report = await build(files, bundleOf([artifact("scripts/other.sh", id, "echo\n")]));
    expect(report).toMatchObject({ written: ["scripts/other.sh"], kept: [path] });
    expect(report.diagnostics.map((d) => d.code)).toEqual(["build-conflict"]);
    expect(onDisk(files)).toBe("echo mine\n");
    const { value } = await readBuild(files, buildDir, actions(id));
    expect(value?.artifacts.map((a) => a.path)).toEqual(["scripts/other.sh"]);
  });
});

describe("variables", () => {
  test("of an older bundle stay with its steps", async () => {
    const { files } = memoryHost();
    await build(files, bundleOf([artifact(path, id, generated)], { NAME: "web", SIZE: "1" }));
    await build(
      files,
      bundleOf([artifact("scripts/db.sh", "ensure_service.db", "echo db\n")], { NAME: "db" }),
    );
    const { value, diagnostics } = await readBuild(files, buildDir, actions(id, "ensure_service.db"));
    expect(diagnostics).toEqual([]);
    expect(value?.steps.map((s) => [s.purpose, s.vars])).toEqual([
      [id, { NAME: "web", SIZE: "1" }],
      ["ensure_service.db", { NAME: "db" }],
    ]);
  });
});

describe("a write that was cut off", () => {
  test("is no edit to the next one", async () => {
    const files = await built();
    const writeAtomic = files.writeAtomic.bind(files);
    let writes = 0;
    files.writeAtomic = async (to, content, mode) => {
      // The next manifest and the script arrive, the manifest does not.
      if (++writes === 3) throw new Error("power lost");
      return writeAtomic(to, content, mode);
    };
    await expect(build(files, web("echo new\n"))).rejects.toThrow("power lost");
    files.writeAtomic = writeAtomic;
    expect(onDisk(files)).toBe("echo new\n");
    expect(await build(files, web("echo newer\n"))).toMatchObject({ written: [path], conflicts: [] });
    expect(onDisk(files)).toBe("echo newer\n");
    expect(files.texts()[`${buildDir}/manifest.next.json`]).toBeUndefined();
  });
});

describe("a file that changes while we merge", () => {
  test("is merged again, with what it has become", async () => {
    const files = await built();
    const readPlain = files.readPlain.bind(files);
    let reads = 0;
    files.readPlain = async (from, most) => {
      const bytes = await readPlain(from, most);
      // The first reading looks for obstacles, the second is merged.
      if (from.endsWith(path) && ++reads === 2) files.set(from, `mine\n${generated}`, 0o755);
      return bytes;
    };
    const theirs = `${generated}more\n`;
    expect(await build(files, web(theirs))).toMatchObject({ merged: [path] });
    expect(onDisk(files)).toBe(`mine\n${theirs}`);
  });
});

describe("what is in the way", () => {
  test.each([
    ["a link for the artifact", (f: MemoryFiles) => f.link(`${buildDir}/${path}`, "/etc/passwd")],
    ["a pipe for the artifact", (f: MemoryFiles) => f.special(`${buildDir}/${path}`)],
    ["a folder for the artifact", (f: MemoryFiles) => f.set(`${buildDir}/${path}/x`, "")],
    ["a link for scripts/", (f: MemoryFiles) => f.link(`${buildDir}/scripts`, "/etc")],
    ["a link for build/", (f: MemoryFiles) => f.link(buildDir, "/etc")],
    ["a link for .clockwork/", (f: MemoryFiles) => f.link("/stack/.clockwork", "/etc")],
    ["a file for scripts/", (f: MemoryFiles) => f.set(`${buildDir}/scripts`, "")],
    ["a link for the manifest", (f: MemoryFiles) => f.link(`${buildDir}/manifest.json`, "/etc/passwd")],
    [
      "a link for the next manifest",
      (f: MemoryFiles) => f.link(`${buildDir}/manifest.next.json`, "/etc/passwd"),
    ],
    ["a link for proposals/", (f: MemoryFiles) => f.link(proposalsDir, "/etc")],
    ["a setuid file", (f: MemoryFiles) => f.set(`${buildDir}/${path}`, "", 0o4755)],
  ])("%s: nothing is written", async (_, put) => {
    const { files } = memoryHost({ "/etc/passwd": "root\n" });
    put(files);
    const before = files.texts();
    const report = await writeBundle(files, buildDir, emptyManifest, web(), {
      fingerprints: new Map([[id, fingerprint("a")]]),
      origin: () => ({ compiler: "builtin", version: "0.1.0" }),
      keep: new Set([id]),
      proposalsDir,
    });
    expect(report.diagnostics.map((d) => d.code)).toEqual(["build-unsafe"]);
    expect(files.texts()).toEqual(before);
  });
});

test("whatever people and compilers do, a person's lines are on disk", async () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 8 });
  const act = fc.record({ edit: fc.boolean(), at: fc.nat({ max: 8 }), theirs: lines, gone: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), async (acts) => {
      const files = await built("echo\n");
      const mine: string[] = [];
      for (const [i, { edit, at, theirs }] of acts.entries()) {
        if (edit) {
          const now = (onDisk(files) ?? "").split("\n");
          now.splice(Math.min(at, now.length), 0, `mine ${i}`);
          mine.push(`mine ${i}`);
          files.set(`${buildDir}/${path}`, now.join("\n"), 0o755);
        }
        await build(files, web(`echo\n${theirs.join("\n")}\n`));
        const after = (onDisk(files) ?? "").split("\n");
        for (const line of mine) expect(after).toContain(line);
      }
    }),
    { numRuns: runs(300) },
  );
});
