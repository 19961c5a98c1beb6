/**
 * The built-in compiler: a template for every built-in step. It needs no key and no network, gives the same bytes for
 * the same actions and facts, and what it makes is a proposal like any other compiler's: the check judges it too.
 */
import { type Action, actionId } from "../../assembly/actions.ts";
import { artifactPath } from "../../assembly/step-files.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import type { EnvFacts } from "../../intake/facts.ts";
import type { Artifact, ArtifactBundle, RunStep } from "../bundle.ts";
import { noOwnSteps, type OwnSteps } from "../capabilities.ts";
import { readArguments } from "./arguments.ts";
import { compileOwn } from "./own-script.ts";
import type { Script, Step } from "./step.ts";
import { templates } from "./templates.ts";

/** One artifact and one run step for each action that has a template; a diagnostic for each other. */
export function compileBuiltin(
  actions: readonly Action[],
  facts: EnvFacts,
  ownSteps: OwnSteps = noOwnSteps,
): { value: ArtifactBundle; diagnostics: Diagnostic[] } {
  const artifacts: Artifact[] = [];
  const steps: RunStep[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const action of actions) {
    const own = ownSteps(action);
    if (own) {
      const made = compileOwn(actionId(action), own);
      if ("problem" in made) diagnostics.push(made.problem);
      else {
        artifacts.push(made.artifact);
        steps.push(made.step);
      }
      continue;
    }
    const step: Step = { id: actionId(action), action, args: readArguments(action), facts };
    const script = compileStep(step);
    if ("problem" in script) {
      diagnostics.push(script.problem);
      continue;
    }
    if (step.args.problems.length > 0) {
      diagnostics.push(...step.args.problems);
      continue;
    }
    const path = artifactPath(step.id, script.lang === "bash" ? "sh" : "mjs");
    artifacts.push({ path, mode: "0755", purpose: step.id, lang: script.lang, content: script.content });
    steps.push({ purpose: step.id, run: { cmd: [script.lang, path] } });
  }
  return { value: { version: "1", artifacts, steps, vars: {} }, diagnostics };
}

function compileStep(step: Step): Script {
  const template = templates.get(step.action.name);
  if (template) return template(step);
  return {
    problem: diagnostic(
      "no-template",
      `The built-in compiler has no template for ${step.id} (${step.action.name})`,
    ),
  };
}
