import type { CheckedBundle } from "./bundle.ts";
import { commandWords, type Manifest, type ManifestStep } from "./manifest.ts";

/**
 * The steps and variables after a bundle came in: its own, and the old ones of purposes it does not serve. An old step keeps
 * the variables it was made with, where they are not the same as the new ones.
 */
export function mergedSteps(
  manifest: Manifest,
  bundle: CheckedBundle,
  isKept: (purpose: string) => boolean,
): Pick<Manifest, "steps" | "vars"> {
  const served = new Set(bundle.steps.map((s) => s.purpose));
  const vars = served.size > 0 ? { ...bundle.vars } : manifest.vars;
  const old = manifest.steps
    .filter((s) => !served.has(s.purpose) && isKept(s.purpose))
    .map((s) => withVars(s, s.vars ?? manifest.vars, vars));
  const added = bundle.steps.map((s): ManifestStep => {
    const step = { purpose: s.purpose, run: { cmd: commandWords(s.command) } };
    return withVars(step, s.vars ?? bundle.vars, vars);
  });
  // Stable: the steps of one purpose stay in the order they run.
  const steps = [...old, ...added].sort((a, b) =>
    a.purpose < b.purpose ? -1 : a.purpose > b.purpose ? 1 : 0,
  );
  return { steps, vars };
}

function withVars(
  { purpose, run }: ManifestStep,
  own: Readonly<Record<string, string>>,
  common: Readonly<Record<string, string>>,
): ManifestStep {
  return { purpose, run, ...(!sameVars(own, common) && { vars: { ...own } }) };
}

function sameVars(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((n) => Object.hasOwn(b, n) && a[n] === b[n]);
}

/** The daemon's settings of steps that are still there. */
export function remainingKnobs(manifest: Manifest, keep: ReadonlySet<string>): Pick<Manifest, "knobs"> {
  const left = Object.entries(manifest.knobs ?? {}).filter(([id]) => keep.has(id));
  return left.length > 0 ? { knobs: Object.fromEntries(left) } : {};
}
