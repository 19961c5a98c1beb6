import { describe, expect, test } from "vitest";
import { sha256 } from "../../../server/src/forge/artifacts.ts";
import { manifestPath, manifestText } from "../../../server/src/forge/manifest.ts";
import { moveArtifacts } from "../../../server/src/forge/move-artifacts.ts";
import { openProposals } from "../../../server/src/forge/proposals/open.ts";
import { approveProposal, rejectProposal } from "../../../server/src/forge/proposals/resolve.ts";
import { provenance } from "../../../server/src/forge/provenance.ts";
import type { WriteOptions } from "../../../server/src/forge/write.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { MemoryFiles } from "../../../server/src/host/memory-files.ts";
import { artifact, build, buildDir, bundleOf, fingerprint, manifestIn, proposalsDir } from "./samples.ts";

const id = "ensure_service.web";
const path = "scripts/web.sh";
const at = `${buildDir}/${path}`;
const scope = { buildDir, proposalsDir };
const text = (...lines: string[]): string => `${lines.join("\n")}\n`;
const generated = text(
  "#!/usr/bin/env bash",
  "set -eu",
  "cd web",
  "pull web",
  "start web",
  "wait web",
  "echo done",
);
const mine = generated.replace("start web", "start web --fast").replace("set -eu", "set -euo pipefail");
const theirs = generated.replace("start web", "start web --safe").replace("echo done", "echo ready");
const web = (content: string) => bundleOf([artifact(path, id, content)]);
const next: Partial<WriteOptions> = {
  fingerprints: new Map([[id, fingerprint("b")]]),
  origin: () => ({ compiler: "anthropic", version: "1", model: "a-model", request: fingerprint("c") }),
  planId: "plan-2",
};

/** Edited by a person, and then built anew with a text that changes the same line. */
async function clash(options: Partial<WriteOptions> = {}, yours: string | Uint8Array = mine) {
  const { files } = memoryHost();
  await build(files, web(generated));
  files.set(at, yours, 0o755);
  const report = await build(files, web(theirs), { ...next, ...options });
  return { files, report };
}
const onDisk = (files: MemoryFiles): string | undefined => files.texts()[at];
const open = async (files: MemoryFiles) => (await openProposals(files, scope)).value;
async function only(files: MemoryFiles) {
  const [one, ...more] = await open(files);
  if (!one || more.length > 0) throw new Error(`${more.length} too many`);
  return one;
}

describe("a proposal", () => {
  test("has the compiler's text with all that a person changed elsewhere", async () => {
    const { files } = await clash();
    const { proposal, proposed, version, yours } = await only(files);
    expect(proposal).toMatchObject({ step: id, path, planId: "plan-2", compiler: { model: "a-model" } });
    expect(proposed).toBe(theirs.replace("set -eu", "set -euo pipefail"));
    expect(yours).toBe(mine);
    expect(version).toBe(sha256(mine));
  });

  test("follows the file: what a person takes over is no difference any more", async () => {
    const { files } = await clash();
    files.set(at, theirs, 0o755);
    expect(await only(files)).toMatchObject({ stale: "equal", proposed: theirs });
  });

  test("of a file that is gone is the whole text", async () => {
    const { files } = await clash();
    await files.remove(at);
    const one = await only(files);
    expect(one.proposed).toBe(theirs);
    expect(one.version).toBeUndefined();
  });

  test("goes when a build has another text, and when its step is gone", async () => {
    const { files } = await clash();
    await build(files, web(generated.replace("start web", "start web --other")), next);
    expect((await only(files)).theirs).toContain("--other");
    await build(files, bundleOf([artifact("scripts/db.sh", "ensure_service.db", "echo db\n")]), {
      keep: new Set(["ensure_service.db"]),
      fingerprints: new Map([["ensure_service.db", fingerprint("d")]]),
    });
    // The edited file stays with its entry, so what waits for it stays too.
    expect(onDisk(files)).toBe(mine);
    expect(await open(files)).toHaveLength(1);
  });

  test("moves with its artifact", async () => {
    const { files } = memoryHost();
    const own = "scripts/ensure_service.web.sh";
    await build(files, bundleOf([artifact(own, id, generated)]));
    files.set(`${buildDir}/${own}`, mine, 0o755);
    await build(files, bundleOf([artifact(own, id, theirs)]), next);
    await moveArtifacts(files, buildDir, new Map([[id, "ensure_service.site"]]), undefined);
    const { proposal, stale } = await only(files);
    expect(proposal).toMatchObject({ step: "ensure_service.site", path: "scripts/ensure_service.site.sh" });
    expect(stale).toBeUndefined();
  });

  test.each<readonly [string, (files: MemoryFiles, folder: string) => unknown]>([
    ["no JSON", (f, folder) => f.set(`${folder}/proposal.json`, "{")],
    [
      "another id",
      (f, folder) => edit(f, folder, (t) => t.replace(/"id": ".{16}"/, `"id": "${"0".repeat(16)}"`)),
    ],
    ["a path out of build/", (f, folder) => edit(f, folder, (t) => t.replace(path, "scripts/../../x.sh"))],
    [
      "a content file elsewhere",
      (f, folder) => edit(f, folder, (t) => t.replace("theirs-web.sh", "../../x")),
    ],
    ["an unknown field", (f, folder) => edit(f, folder, (t) => t.replace("{", '{"hooks": [],'))],
    ["no text", (f, folder) => f.remove(`${folder}/theirs-web.sh`)],
  ])("with %s is not read", async (_, spoil) => {
    const { files } = await clash();
    const { proposal } = await only(files);
    await spoil(files, `${proposalsDir}/${proposal.id}`);
    const read = await openProposals(files, scope);
    expect(read.value).toEqual([]);
    expect(read.diagnostics.map((d) => d.code)).toEqual(["proposal-unreadable"]);
    expect(await approveProposal(files, scope, { id: proposal.id })).not.toHaveProperty("value");
    expect(onDisk(files)).toBe(mine);
  });
});

function edit(files: MemoryFiles, folder: string, change: (text: string) => string): void {
  const file = `${folder}/proposal.json`;
  files.set(file, change(files.texts()[file] ?? ""));
}

describe("approving", () => {
  test("writes what is proposed, and makes it what later edits are compared with", async () => {
    const { files } = await clash();
    const { proposal, proposed } = await only(files);
    expect(await approveProposal(files, scope, { id: proposal.id })).toEqual({
      value: path,
      diagnostics: [],
    });
    expect(onDisk(files)).toBe(proposed);
    expect(await open(files)).toEqual([]);
    expect((await manifestIn(files)).artifacts[path]).toEqual({
      mode: "0755",
      purpose: id,
      lang: "bash",
      base: theirs,
      origin: next.origin?.(id),
      fingerprint: fingerprint("b"),
    });
    expect(await build(files, web(theirs), next)).toMatchObject({ kept: [path], conflicts: [] });
  });

  test("writes what a person made of it", async () => {
    const { files } = await clash();
    const { proposal } = await only(files);
    const decided = theirs.replace("--safe", "--fast --safe");
    expect(await approveProposal(files, scope, { id: proposal.id, text: decided })).toMatchObject({
      value: path,
    });
    expect(onDisk(files)).toBe(decided);
    expect(await files.stat(at)).toMatchObject({ mode: 0o755 });
  });

  test("is refused once the file is another", async () => {
    const { files } = await clash();
    const { proposal } = await only(files);
    const later = mine.replace("cd web", "cd web # more");
    files.set(at, later, 0o755);
    const refused = await approveProposal(files, scope, { id: proposal.id });
    expect(refused.diagnostics.map((d) => d.code)).toEqual(["proposal-outdated"]);
    expect(onDisk(files)).toBe(later);
    const seen = sha256(later);
    expect(await approveProposal(files, scope, { id: proposal.id, seen })).toMatchObject({ value: path });
    expect(onDisk(files)).toContain("# more");
  });

  test("writes a file that is gone, for whoever saw that it is", async () => {
    const { files } = await clash();
    const { proposal } = await only(files);
    await files.remove(at);
    expect(await approveProposal(files, scope, { id: proposal.id })).not.toHaveProperty("value");
    const approval = { id: proposal.id, seen: "none" };
    expect(await approveProposal(files, scope, approval)).toMatchObject({ value: path });
    expect(onDisk(files)).toBe(theirs);
    expect(await files.stat(at)).toMatchObject({ mode: 0o755 });
  });

  test("is refused with the rule that a text breaks, and where", async () => {
    const { files } = await clash();
    const { proposal } = await only(files);
    const { value, diagnostics } = await approveProposal(files, scope, {
      id: proposal.id,
      text: "echo \u202e\n",
    });
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: "C-TEXT", span: { start: 5, end: 6 } }]);
    expect(onDisk(files)).toBe(mine);
  });

  test("is refused for one that is not there", async () => {
    const { files } = await clash();
    const { diagnostics } = await approveProposal(files, scope, { id: "0".repeat(16) });
    expect(diagnostics.map((d) => d.code)).toEqual(["proposal-outdated"]);
  });

  test("is refused for what a later build replaced", async () => {
    const { files } = await clash();
    const { proposal } = await only(files);
    const { artifacts, ...rest } = await manifestIn(files);
    const entry = artifacts[path];
    if (!entry) throw new Error("no entry");
    const other = { ...entry, conflict: "0".repeat(16) };
    files.set(manifestPath(buildDir), manifestText({ ...rest, artifacts: { [path]: other } }));
    const { diagnostics } = await approveProposal(files, scope, { id: proposal.id });
    expect(diagnostics[0]?.message).toContain("was replaced by a later build");
    expect(onDisk(files)).toBe(mine);
  });
});

test("rejecting keeps the file, and the next build has nothing to say", async () => {
  const { files } = await clash();
  const { proposal } = await only(files);
  expect(await rejectProposal(files, scope, proposal.id)).toEqual({ value: path, diagnostics: [] });
  expect(onDisk(files)).toBe(mine);
  expect(await open(files)).toEqual([]);
  expect(await build(files, web(theirs), next)).toMatchObject({ kept: [path], conflicts: [] });
});

describe("a build that was told how to decide", () => {
  test("keeps mine where both changed a line, and takes the rest", async () => {
    const { files, report } = await clash({ decide: "mine" });
    expect(report).toMatchObject({ merged: [path], conflicts: [], replaced: [], diagnostics: [] });
    expect(onDisk(files)).toBe(mine.replace("echo done", "echo ready"));
    expect(await open(files)).toEqual([]);
    expect((await manifestIn(files)).artifacts[path]).toMatchObject({
      base: theirs,
      fingerprint: fingerprint("b"),
    });
  });

  test("takes theirs there, keeps the rest of mine, and all of it as a proposal", async () => {
    const { files, report } = await clash({ decide: "theirs" });
    expect(report).toMatchObject({ replaced: [path], conflicts: [], diagnostics: [] });
    expect(onDisk(files)).toBe(theirs.replace("set -eu", "set -euo pipefail"));
    const kept = await only(files);
    expect(kept.proposal).toMatchObject({ reason: "replaced", path, step: id });
    expect(kept.proposal.compiler).toBeUndefined();
    expect(kept.theirs).toBe(mine);
    // Approved, it puts the person's line back without undoing what the compiler did elsewhere.
    await approveProposal(files, scope, { id: kept.proposal.id, seen: kept.version ?? "" });
    expect(onDisk(files)).toBe(mine.replace("echo done", "echo ready"));
  });

  test("leaves bytes that are no text where they are, or keeps them beside", async () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0]);
    const kept = await clash({ decide: "mine" }, bytes);
    expect(kept.report).toMatchObject({ kept: [path], conflicts: [] });
    expect(await kept.files.readBytes(at)).toEqual(bytes);
    const gone = await clash({ decide: "theirs" }, bytes);
    expect(gone.report).toMatchObject({ replaced: [path] });
    const { proposal, theirs: none } = await only(gone.files);
    expect(none).toBeUndefined();
    expect(await gone.files.readBytes(`${proposalsDir}/${proposal.id}/theirs-web.sh`)).toEqual(bytes);
    expect(await approveProposal(gone.files, scope, { id: proposal.id })).not.toHaveProperty("value");
  });

  test("writes one step as the compiler has it, and keeps mine as a proposal", async () => {
    const { files } = memoryHost();
    await build(files, web(generated));
    files.set(at, mine, 0o700);
    const report = await build(files, web(generated), { regenerate: new Set([id]) });
    expect(report).toMatchObject({ replaced: [path], kept: [] });
    expect(onDisk(files)).toBe(generated);
    expect(await files.stat(at)).toMatchObject({ mode: 0o755 });
    const kept = await only(files);
    expect(kept.proposed).toBe(mine);
    // A person's text goes by a person's word alone.
    await build(files, web(theirs), next);
    expect((await only(files)).proposal.id).toBe(kept.proposal.id);
    await rejectProposal(files, scope, kept.proposal.id);
    expect(await open(files)).toEqual([]);
  });

  test("regenerates what nobody edited without a word", async () => {
    const { files } = memoryHost();
    await build(files, web(generated));
    const report = await build(files, web(theirs), { ...next, regenerate: new Set([id]) });
    expect(report).toMatchObject({ written: [path], replaced: [] });
    expect(await open(files)).toEqual([]);
  });
});

test("a merge that breaks a rule of the check is a conflict, not a file", async () => {
  const { files } = memoryHost();
  const script = "scripts/a.mjs";
  const steps = [{ purpose: id, run: { cmd: ["node", script] } }];
  const node = (content: string) => bundleOf([artifact(script, id, content, { lang: "node" })], {}, steps);
  const base = text("// one", "// two", "// three");
  await build(files, node(base));
  // Each for itself is sound; together they import from elsewhere.
  const yours = base.replace("// one", "import a from");
  files.set(`${buildDir}/${script}`, yours, 0o755);
  const report = await build(files, node(base.replace("// three", '"https://example.com/a.mjs";')), next);
  expect(report).toMatchObject({ conflicts: [script], merged: [] });
  expect(files.texts()[`${buildDir}/${script}`]).toBe(yours);
});

describe("a person's other deeds", () => {
  test("a renamed artifact stays where it was put, and the step gets its own again", async () => {
    const { files } = memoryHost();
    await build(files, web(generated));
    await files.remove(at);
    files.set(`${buildDir}/scripts/renamed.sh`, mine, 0o755);
    expect(await build(files, web(theirs), next)).toMatchObject({ written: [path] });
    expect(files.texts()[`${buildDir}/scripts/renamed.sh`]).toBe(mine);
    expect(onDisk(files)).toBe(theirs);
  });
});

describe("where artifacts come from", () => {
  const states = async (files: MemoryFiles) => {
    const { value } = await provenance(files, scope);
    return value?.map(({ state, writer, compiler }) => [state, writer, compiler.compiler]);
  };

  test("is told of each state", async () => {
    const { files } = memoryHost();
    await build(files, web(generated));
    expect(await states(files)).toEqual([["generated", "compiler", "builtin"]]);
    files.set(at, mine, 0o755);
    expect(await states(files)).toEqual([["edited", "person", "builtin"]]);
    await build(files, web(theirs), next);
    // What the file is compared with is still the older compiler's.
    expect(await states(files)).toEqual([["conflicted", "person", "builtin"]]);
    await files.remove(at);
    expect(await states(files)).toEqual([["proposed", undefined, "builtin"]]);
    await build(files, web(theirs), next);
    expect(await states(files)).toEqual([["generated", "compiler", "anthropic"]]);
    await files.remove(at);
    expect(await states(files)).toEqual([["missing", undefined, "anthropic"]]);
  });

  test("stands in an in-toto statement, whose digests are those of what compilers wrote", async () => {
    const { files } = memoryHost();
    await build(files, web(generated), next);
    const statement = JSON.parse(files.texts()[`${buildDir}/provenance.json`] ?? "");
    expect(statement).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: path, digest: { sha256: sha256(generated) } }],
      predicateType: "https://slsa.dev/provenance/v1",
      predicate: {
        buildDefinition: {
          externalParameters: { planId: "plan-2" },
          internalParameters: {
            artifacts: { [path]: { step: id, fingerprint: fingerprint("b"), compiler: next.origin?.(id) } },
          },
        },
      },
    });
    expect(JSON.stringify(statement)).not.toContain("/stack");
  });
});
