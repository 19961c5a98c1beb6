import { expect } from "vitest";
import type { Action } from "../../server/src/assembly/actions.ts";
import { compileBuiltin } from "../../server/src/forge/builtin/compile.ts";
import type { EnvFacts } from "../../server/src/intake/facts.ts";
import type { SeenRequest } from "./messages-server.ts";
import { bundleFor, type ShownStep, stepsOf } from "./stack.ts";

/**
 * The answer of an agent that is as good as our own templates: it knows no more than what the request says.
 *
 * @param write the bash scripts of steps that have no template, those of kinds that a guide describes
 * @param isGuided which those are
 */
export function fromTemplates(
  request: SeenRequest,
  isGuided: (step: ShownStep) => boolean = () => false,
  write: (step: ShownStep) => string = () => "",
): string {
  const steps = stepsOf(request);
  const actions = steps
    .filter((step) => !isGuided(step))
    .map(({ path: _, environment, ...step }): Action => {
      const { id, name, args, provides, secrets } = step as unknown as Action;
      const uses = environment.length > 0 ? { uses: [...environment] } : {};
      return { id, name, args, ...uses, ...(provides && { provides }), ...(secrets && { secrets }) };
    });
  const shown = /<data \w+ of="machine"[^>]*>\n(.*)\n/.exec(request.body.messages[0]?.content ?? "");
  const { engine, os, arch } = JSON.parse(shown?.[1] ?? "{}");
  const facts: EnvFacts = { os, arch, runtimes: {}, ...(engine && { engine: { ...engine, path: "" } }) };
  const { value, diagnostics } = compileBuiltin(actions, facts);
  expect(diagnostics).toEqual([]);
  const guided = JSON.parse(bundleFor(request, write)) as Parts;
  const parts = (kind: keyof Parts) =>
    steps.map((step) => (isGuided(step) ? guided : value)[kind].find(({ purpose }) => purpose === step.id));
  return JSON.stringify({ ...value, artifacts: parts("artifacts"), steps: parts("steps"), vars: [] });
}

/** What of a bundle is there for each step. */
interface Parts {
  readonly artifacts: readonly { readonly purpose: string }[];
  readonly steps: readonly { readonly purpose: string }[];
}
