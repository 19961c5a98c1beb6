import type { ActionList } from "../../../server/src/assembly/actions.ts";
import type { Artifact, CheckedBundle, RunStep } from "../../../server/src/forge/bundle.ts";
import { checkBundle } from "../../../server/src/forge/check.ts";
import { emptyManifest, type Manifest, readManifest } from "../../../server/src/forge/manifest.ts";
import { type WriteOptions, type WriteReport, writeBundle } from "../../../server/src/forge/write.ts";
import type { WriteFiles } from "../../../server/src/host/ports.ts";

export const buildDir = "/stack/.clockwork/build";
export const proposalsDir = "/stack/.clockwork/proposals";

export const actions = (...ids: string[]): ActionList => ({
  version: "1",
  steps: ids.map((id) => ({ name: id.split(".")[0] ?? id, id, args: { name: id.split(".")[1] ?? id } })),
});

export const artifact = (
  path: string,
  purpose: string,
  content: string,
  more: Partial<Artifact> = {},
): Artifact => ({
  path,
  mode: "0755",
  purpose,
  lang: "bash",
  content,
  ...more,
});

/** One script a step, checked. */
export function bundleOf(
  artifacts: readonly Artifact[],
  vars: Record<string, string> = {},
  steps: readonly RunStep[] = artifacts
    .filter((a) => !a.path.includes("/lib/") && a.path.startsWith("scripts/"))
    .map((a) => ({ purpose: a.purpose, run: { cmd: ["bash", a.path] } })),
): CheckedBundle {
  const ids = [...new Set(steps.map((s) => s.purpose))];
  const { value, diagnostics } = checkBundle({ version: "1", artifacts, steps, vars }, actions(...ids));
  if (!value) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return value;
}

export const fingerprint = (letter: string): string => letter.repeat(64);

const nothing = {
  manifest: emptyManifest,
  written: [],
  kept: [],
  merged: [],
  conflicts: [],
  replaced: [],
  removed: [],
};

/** Reads the manifest, writes the bundle, all purposes in use unless said otherwise. */
export async function build(
  files: WriteFiles,
  bundle: CheckedBundle,
  options: Partial<WriteOptions> & { dir?: string } = {},
): Promise<WriteReport> {
  const dir = options.dir ?? buildDir;
  const read = await readManifest(files, dir);
  if (!read.value) return { ...nothing, diagnostics: [...read.diagnostics] };
  const manifest = read.value;
  const purposes = bundle.steps.map((s) => s.purpose);
  return writeBundle(files, dir, manifest, bundle, {
    fingerprints: new Map(purposes.map((p) => [p, fingerprint("a")])),
    origin: () => ({ compiler: "builtin", version: "0.1.0" }),
    keep: new Set([...purposes, ...manifest.steps.map((s) => s.purpose)]),
    proposalsDir: `${dir.slice(0, -"/build".length)}/proposals`,
    ...options,
  });
}

export async function manifestIn(files: WriteFiles, dir = buildDir): Promise<Manifest> {
  const { value, diagnostics } = await readManifest(files, dir);
  if (!value) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return value;
}
