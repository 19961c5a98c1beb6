/** What `eval` and `console` share: the stack around an expression, and how its value and its problems are shown. */
import { type Analysis, analyse } from "../analyse.ts";
import { recordedOutputs } from "../assembly/changes.ts";
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { allFacts } from "../intake/facts-value.ts";
import { lower } from "../intake/lower.ts";
import { encodeJson, renderValue } from "../intake/to-json.ts";
import type { Value } from "../intake/value.ts";
import { containsSensitive, hasInfinity, isWhollyKnown } from "../intake/values.ts";
import { localStateStore } from "../state/store.ts";
import type { Grammar } from "../syntax/parser.ts";
import type { CliContext } from "./context.ts";
import { type Evaluated, evaluateText, type Surroundings } from "./expression.ts";
import { type CommonFlags, findFacts, stackDir, variableInputs } from "./options.ts";

export interface Session extends Surroundings {
  readonly grammar: Grammar;
  /** Absent where expressions stand alone: no stack was named, or its folder has no files. */
  readonly analysis?: Analysis;
  /** The stack's folder, with `analysis`. */
  readonly folder?: string;
}

/** `dir` is the stack's folder or one of its files, `text` what will be evaluated, where that is known. */
export async function openSession(
  context: CliContext,
  flags: CommonFlags,
  dir: string | undefined,
  text?: string,
): Promise<Session> {
  const folder = dir === undefined ? undefined : await stackDir(context, flags, dir);
  const grammar = await context.grammar(folder);
  if (folder === undefined) return alone(grammar);
  const find = findFacts(context, flags, folder);
  const asksForFacts = text === undefined || text.includes("facts");
  const analysis = await analyse(context.host.files, grammar, folder, variableInputs(context, flags), {
    findFacts: (need) => find(asksForFacts ? allFacts : need),
  });
  if (analysis.diagnostics.some((d) => d.code === "no-files")) return alone(grammar);
  const { value: state } = await localStateStore(context.host.files, folder).read();
  return { grammar, analysis, folder, evaluate: analysis.evaluate, outputs: recordedOutputs(state) };
}

function alone(grammar: Grammar): Session {
  const empty = lower({ stack: [], files: [], texts: [] }).value;
  return {
    grammar,
    evaluate: (placed, outputs) => Promise.resolve(empty.evaluate(placed, outputs)),
    outputs: () => undefined,
  };
}

/** Evaluates a text; a name that only a stack has gets the way to one as its hint. */
export async function evaluateIn(session: Session, text: string, hint: string): Promise<Evaluated> {
  const evaluated = await evaluateText(session.grammar, text, session);
  if (session.analysis) return evaluated;
  return {
    ...evaluated,
    diagnostics: evaluated.diagnostics.map((d) => (ofStacks.has(d.code) ? { ...d, hint } : d)),
  };
}

/** Problems that a stack would not have. */
const ofStacks: ReadonlySet<Code> = new Set(["unknown-variable", "unknown-local", "unknown-resource"]);

/** The value as people read it: what `terraform console` prints. */
export const shown = (value: Value, { isType }: Evaluated): string =>
  isType && value.kind === "string" ? value.value : renderValue(value);

/** The value as JSON with all its digits, or why it has none. */
export function asJson({ value, diagnostics }: Evaluated): {
  json?: string;
  diagnostics: readonly Diagnostic[];
} {
  if (!value || hasErrors(diagnostics)) return { diagnostics };
  const problem = withoutJson(value);
  return problem ? { diagnostics: [...diagnostics, problem] } : { json: encodeJson(value), diagnostics };
}

function withoutJson(value: Value): Diagnostic | undefined {
  if (!isWhollyKnown(value)) {
    const message = "The value, or a part of it, is known only when the stack has been applied";
    return diagnostic("not-known-yet", message);
  }
  if (containsSensitive(value)) {
    const hint = "To show it on purpose: nonsensitive(EXPR).";
    return diagnostic("usage", "The value, or a part of it, is sensitive: --json does not print it", {
      hint,
    });
  }
  return hasInfinity(value)
    ? diagnostic("usage", "The value has an infinite number, and JSON has none", {
        hint: "tostring(EXPR) makes a text of it.",
      })
    : undefined;
}
