/**
 * What stands in build/ now. People edit artifacts and version control replaces them, so every reader comes through here and
 * gets what the check lets pass, never what was once written.
 */
import { createHash } from "node:crypto";
import { type ActionList, actionId } from "../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { Artifact, CheckedBundle, RunStep } from "./bundle.ts";
import { nameFaults } from "./check/path.ts";
import { quoted } from "./check/text.ts";
import { checkBuild } from "./check.ts";
import { type KnobValues, knobNames } from "./knobs.ts";
import { emptyManifest, type Manifest, type ManifestArtifact, readManifest } from "./manifest.ts";
import { forEach, PlainTree, stackDirOf } from "./plain.ts";

export interface BuildRead {
  /** Absent when something is missing or breaks a rule. */
  value?: CheckedBundle;
  /** sha256 in hex of each artifact's bytes, by path in the bundle. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What was turned, by step id. */
  readonly knobs: ReadonlyMap<string, KnobValues>;
  /** See `callsOf`. */
  readonly calls: ReadonlyMap<string, string>;
  /** Paths whose text is not what the compiler wrote. */
  readonly edited: ReadonlySet<string>;
  /** Hashes of those that are not simply the built-in compiler's, by what the manifest says. */
  readonly byHand: ReadonlySet<string>;
  /** Paths that an agent wrote, whoever has edited them since. */
  readonly byAgent: ReadonlySet<string>;
  readonly diagnostics: Diagnostic[];
}

/** Reads and checks the artifacts of those actions. `uid`: the user we run as, so that another's files are refused. */
export async function readBuild(
  files: ReadFiles,
  buildDir: string,
  actions: ActionList,
  uid?: number,
): Promise<BuildRead> {
  const read = await readManifest(files, buildDir);
  const hashes = new Map<string, string>();
  const edited = new Set<string>();
  const byHand = new Set<string>();
  const byAgent = new Set<string>();
  const manifest = read.value ?? emptyManifest;
  const calls = callsOf(manifest);
  if (!read.value)
    return { hashes, knobs: new Map(), calls, edited, byHand, byAgent, diagnostics: [...read.diagnostics] };
  const knobs = new Map(Object.entries(manifest.knobs ?? {}));
  const tree = new PlainTree(files, stackDirOf(buildDir), uid);
  const wanted = new Set(actions.steps.map(actionId));
  const entries = Object.entries(manifest.artifacts).filter(([, a]) => wanted.has(a.purpose));
  const diagnostics: Diagnostic[] = [...(await strangers(files, tree, buildDir, manifest))];
  const artifacts: Artifact[] = [];
  for (const found of await forEach(entries, ([path, entry]) => readArtifact(tree, buildDir, path, entry))) {
    if (found.problem) diagnostics.push(found.problem);
    if (!found.artifact) continue;
    artifacts.push(found.artifact);
    hashes.set(found.artifact.path, found.hash);
    if (found.edited) edited.add(found.artifact.path);
    const { origin } = manifest.artifacts[found.artifact.path] ?? {};
    if (origin?.compiler !== "builtin") byAgent.add(found.artifact.path);
    if (found.edited || origin?.compiler !== "builtin") byHand.add(found.hash);
  }
  const reply = { version: "1" as const, artifacts, steps: stepsOf(manifest, actions), vars: {} };
  const checked = checkBuild(reply, varsOf(manifest), actions);
  diagnostics.push(...checked.diagnostics);
  const passed = checked.value && diagnostics.every((d) => d.severity !== "error");
  return {
    ...(passed && { value: checked.value }),
    hashes,
    knobs,
    calls,
    edited,
    byHand,
    byAgent,
    diagnostics,
  };
}

/**
 * The version of an artifact: its hash, the values that its knobs were turned to, and how it is called (`callsOf`). Another
 * version than the one that ran is a change of its step.
 */
export function artifactVersion(hash: string, knobs: KnobValues | undefined, call?: string): string {
  const turned = knobNames.filter((knob) => knobs?.[knob] !== undefined);
  const further = [
    ...turned.map((knob) => `${knob}=${knobs?.[knob]}`),
    ...(call === undefined ? [] : [`call ${call}`]),
  ];
  return further.length === 0 ? hash : sha256([hash, ...further].join("\n"));
}

/**
 * How the scripts of each step are called, by step id; left out where that is simply one script, without words or variables of
 * its own. With others the same script does something else.
 */
export function callsOf(manifest: Pick<Manifest, "steps" | "vars">): ReadonlyMap<string, string> {
  const byPurpose = new Map<string, [readonly string[], Readonly<Record<string, string>>][]>();
  for (const { purpose, run, vars = manifest.vars } of manifest.steps)
    byPurpose.set(purpose, [...(byPurpose.get(purpose) ?? []), [run.cmd, vars]]);
  const special = [...byPurpose].filter(([, calls]) => calls.length > 1 || !calls.every(isPlain));
  return new Map(
    special.map(([purpose, calls]) => {
      const sorted = calls.map(([words, vars]) => [words, Object.entries(vars).sort(byName)]);
      return [purpose, JSON.stringify(sorted)];
    }),
  );
}

function isPlain([[, ...words], vars]: [readonly string[], Readonly<Record<string, string>>]): boolean {
  const own = words[0] === "run" ? words.slice(1) : words;
  return own.length === 1 && Object.keys(vars).length === 0;
}

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

/** Of every artifact that stands there, by path in the bundle, its version; what is missing or no plain file is left out. */
export async function artifactVersions(
  files: ReadFiles,
  buildDir: string,
  manifest: Manifest,
): Promise<ReadonlyMap<string, string>> {
  const hashes = await artifactHashes(files, buildDir, manifest);
  const { knobs = {} } = manifest;
  const calls = callsOf(manifest);
  return new Map(
    [...hashes].map(([path, hash]) => {
      const { purpose = "" } = manifest.artifacts[path] ?? {};
      return [path, artifactVersion(hash, knobs[purpose], calls.get(purpose))];
    }),
  );
}

/** sha256 in hex of every artifact that stands there, by path in the bundle; what is missing or no plain file is left out. */
export async function artifactHashes(
  files: ReadFiles,
  buildDir: string,
  manifest: Manifest,
): Promise<Map<string, string>> {
  const tree = new PlainTree(files, stackDirOf(buildDir), undefined);
  const paths = Object.keys(manifest.artifacts).sort();
  const found = await forEach(paths, async (path) => {
    const file = `${buildDir}/${path}`;
    const problem = await tree.folderProblem(file.slice(0, file.lastIndexOf("/")));
    const bytes = problem ? undefined : await tree.bytes(file);
    return bytes instanceof Uint8Array ? ([path, sha256(bytes)] as const) : undefined;
  });
  return new Map(found.filter((entry) => entry !== undefined));
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

type FoundArtifact =
  | { readonly artifact: Artifact; readonly hash: string; readonly edited: boolean; readonly problem?: never }
  | { readonly artifact?: never; readonly problem?: Diagnostic };

async function readArtifact(
  tree: PlainTree,
  buildDir: string,
  path: string,
  entry: ManifestArtifact,
): Promise<FoundArtifact> {
  const there = await tree.look(`${buildDir}/${path}`);
  if (there.kind === "absent") return {};
  if (there.kind === "unsafe") return { problem: there.problem };
  if (there.text === undefined)
    return { problem: diagnostic("C-TEXT", `Artifact ${quoted(path)} is not UTF-8`) };
  const { mode, purpose, lang, base } = entry;
  return {
    artifact: { path, mode, purpose, lang, content: there.text },
    hash: sha256(there.bytes),
    edited: there.text !== base,
  };
}

/** The run steps of those actions, in their order. */
function stepsOf(manifest: Manifest, actions: ActionList): RunStep[] {
  const byPurpose = new Map<string, RunStep[]>();
  for (const { purpose, run } of manifest.steps) {
    byPurpose.set(purpose, [...(byPurpose.get(purpose) ?? []), { purpose, run }]);
  }
  return actions.steps.flatMap((action) => byPurpose.get(actionId(action)) ?? []);
}

function varsOf(manifest: Manifest): (purpose: string) => Readonly<Record<string, string>> {
  const own = new Map(manifest.steps.flatMap((s) => (s.vars ? [[s.purpose, s.vars] as const] : [])));
  return (purpose) => own.get(purpose) ?? manifest.vars;
}

const maxDepth = 8;

/**
 * Files below scripts/ that nobody listed but a runtime would find by itself: beside a checked script they are code that
 * nobody checked. Other files there are a person's own and stay out of it.
 */
async function strangers(
  files: ReadFiles,
  tree: PlainTree,
  buildDir: string,
  manifest: Manifest,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  const visit = async (segments: readonly string[]): Promise<void> => {
    const folder = [buildDir, ...segments].join("/");
    for (const { name, kind } of await files.list(folder)) {
      const path = [...segments, name];
      if (kind === "directory" && segments.length < maxDepth) await visit(path);
      const listed = Object.hasOwn(manifest.artifacts, path.join("/"));
      const [fault] = listed || kind === "directory" ? [] : nameFaults(path);
      if (fault)
        found.push(
          diagnostic(fault.code, `${folder}/${name} ${fault.says}`, { hint: "Remove or rename it" }),
        );
    }
  };
  const scripts = `${buildDir}/scripts`;
  const problem = await tree.folderProblem(scripts);
  if (problem) return [problem];
  if ((await files.stat(scripts))?.kind === "directory") await visit(["scripts"]);
  return found;
}
