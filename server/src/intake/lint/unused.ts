import { type Diagnostic, diagnostic, type Fix } from "../../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../../diagnostics/span.ts";
import type { Node } from "../../syntax/ast.ts";
import type { Stack } from "../stack.ts";
import type { Uses } from "./uses.ts";

/**
 * The variables and local values that no expression refers to. `isGiven`: whether something gives a variable a value, which
 * would be left behind. `textOf`: a file's text.
 */
export function unusedNames(
  stack: Stack,
  uses: Uses,
  isGiven: (name: string) => boolean,
  textOf: (file: string) => string,
): Diagnostic[] {
  const variables = [...stack.variables].flatMap(([name, declaration]): Diagnostic[] => {
    if (uses.has("var", name)) return [];
    const { block, origin } = declaration;
    const fix = isGiven(name) ? undefined : removal(block, origin, textOf, `Remove variable "${name}"`);
    return [
      diagnostic("unused-variable", `The variable "${name}" is not used`, {
        span: span(origin, block.labels[0] ?? block.keyword),
        fix,
      }),
    ];
  });
  const locals = [...stack.locals].flatMap(([name, local]): Diagnostic[] => {
    if (uses.has("local", name)) return [];
    const { origin, expression } = local;
    const node = { start: local.span.start, end: expression.end };
    return [
      diagnostic("unused-local", `The local value "${name}" is not used`, {
        span: local.span,
        fix: removal(node, origin, textOf, `Remove ${name}`),
      }),
    ];
  });
  return [...variables, ...locals];
}

const span = (origin: Origin, { start, end }: Node): Span => ({ origin, start, end });

/** Takes a node out, with its lines where nothing else stands on them. */
function removal(node: Node, origin: Origin, textOf: (file: string) => string, title: string): Fix {
  const text = textOf(origin.file);
  let start = origin.start + node.start;
  let end = origin.start + node.end;
  while (/[ \t]/.test(text[start - 1] ?? "")) start--;
  while (/[ \t]/.test(text[end] ?? "")) end++;
  const lineBreak = /^(?:\r?\n|$)/.exec(text.slice(end, end + 2));
  const wholeLines = lineBreak && (start === 0 || text[start - 1] === "\n");
  const range = wholeLines
    ? { start: start - origin.start, end: end + lineBreak[0].length - origin.start }
    : node;
  return { title, edits: [{ span: span(origin, range), text: "" }] };
}
