import { readdirSync, readFileSync } from "node:fs";
import { evaluateIn, type Session, shown } from "../../server/src/cli/session.ts";
import { hasErrors } from "../../server/src/diagnostics/diagnostic.ts";
import { renderValue } from "../../server/src/intake/render.ts";
import { renderType } from "../../server/src/intake/render-type.ts";
import { objectValue, typeOf } from "../../server/src/intake/values.ts";
import { analyseText, problems, testGrammar } from "../support/stack.ts";
import type { Answer } from "./answer.ts";
import { stackFolder } from "./terraform.ts";

/** Clockwork, in the stack of the tests. */
export async function clockwork(): Promise<(expression: string) => Promise<Answer>> {
  const session = await testSession();
  return (expression) => answer(session, expression);
}

/** What our console prints for a line, with nothing around it; undefined when it refuses. */
export async function clockworkConsole(): Promise<(line: string) => Promise<string | undefined>> {
  const session = await testSession();
  return async (line) => {
    const evaluated = await evaluateIn(session, line, "");
    return evaluated.value && evaluated.diagnostics.length === 0
      ? shown(evaluated.value, evaluated)
      : undefined;
  };
}

async function testSession(): Promise<Session> {
  const names = readdirSync(stackFolder);
  const analysis = await analyseText(
    Object.fromEntries(names.map((name) => [name, readFileSync(`${stackFolder}/${name}`, "utf8")])),
  );
  if (hasErrors(analysis.diagnostics)) throw new Error(problems(analysis).join("\n"));
  const grammar = await testGrammar();
  return { grammar, analysis, evaluate: analysis.evaluate, outputs: () => undefined };
}

async function answer(session: Session, expression: string): Promise<Answer> {
  const { value, isType, diagnostics } = await evaluateIn(session, expression, "");
  // Theirs stand in a file, where there is no type().
  if (isType) return { error: "unknown-function" };
  const [problem] = diagnostics;
  if (!value || problem) return { error: problem ? `${problem.code}: ${problem.message}` : "" };
  // Theirs are attributes of one object.
  const whole = objectValue(new Map([["e", value]]));
  const text = renderValue(whole).slice('{\n  "e" = '.length, -"\n}".length);
  return { type: renderType(typeOf(whole)).slice("object({\n    e: ".length, -",\n})".length), text };
}
