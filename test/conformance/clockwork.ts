import { readdirSync, readFileSync } from "node:fs";
import { evaluateText, type Surroundings } from "../../server/src/cli/expression.ts";
import { hasErrors } from "../../server/src/diagnostics/diagnostic.ts";
import { renderValue } from "../../server/src/intake/render.ts";
import { renderType } from "../../server/src/intake/render-type.ts";
import { objectValue, typeOf } from "../../server/src/intake/values.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { analyseText, problems, testGrammar } from "../support/stack.ts";
import type { Answer } from "./answer.ts";
import { stackFolder } from "./terraform.ts";

/** Clockwork, in the stack of the tests. */
export async function clockwork(): Promise<(expression: string) => Promise<Answer>> {
  const names = readdirSync(stackFolder);
  const analysis = await analyseText(
    Object.fromEntries(names.map((name) => [name, readFileSync(`${stackFolder}/${name}`, "utf8")])),
  );
  if (hasErrors(analysis.diagnostics)) throw new Error(problems(analysis).join("\n"));
  const loaded = await testGrammar();
  const around: Surroundings = { evaluate: analysis.evaluate, outputs: () => undefined };
  return (expression) => answer(loaded, expression, around);
}

async function answer(grammar: Grammar, expression: string, around: Surroundings): Promise<Answer> {
  const { value, diagnostics } = await evaluateText(grammar, expression, around);
  const [problem] = diagnostics;
  if (!value || problem) return { error: problem ? `${problem.code}: ${problem.message}` : "" };
  // Theirs are attributes of one object.
  const whole = objectValue(new Map([["e", value]]));
  const text = renderValue(whole).slice('{\n  "e" = '.length, -"\n}".length);
  return { type: renderType(typeOf(whole)).slice("object({\n    e: ".length, -",\n})".length), text };
}
