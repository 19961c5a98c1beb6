import { type Diagnostic, diagnostic, type Fix } from "../../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../../diagnostics/span.ts";
import type { Expression, Node } from "../../syntax/ast.ts";
import type { Stack } from "../stack.ts";

/** The variables and local values that no expression refers to so far. */
export class Unused {
  readonly #variables: Set<string>;
  readonly #locals: Set<string>;

  constructor(stack: Stack) {
    this.#variables = new Set(stack.variables.keys());
    this.#locals = new Set(stack.locals.keys());
  }

  /** Whatever branch is taken, and whatever a `for` calls its variables: rather too much counts as used. `own`: the variable
   * whose block it stands in. */
  see(e: Expression, own?: string): void {
    if (e.type === "get-attribute" && e.object.type === "variable") {
      if (e.object.name === "var") {
        if (e.name.name !== own) this.#variables.delete(e.name.name);
      } else if (e.object.name === "local") this.#locals.delete(e.name.name);
    } else if (e.type === "index" && e.collection.type === "variable") {
      // `var["x"]` is an error, but it shows that somebody means something by it.
      if (e.collection.name === "var") this.#variables.clear();
      else if (e.collection.name === "local") this.#locals.clear();
    }
  }

  /**
   * `isGiven`: whether something gives a variable a value, which would be left behind. `textOf`: a file's text.
   */
  problems(stack: Stack, isGiven: (name: string) => boolean, textOf: (file: string) => string): Diagnostic[] {
    const variables = [...this.#variables].flatMap((name): Diagnostic[] => {
      const declaration = stack.variables.get(name);
      if (!declaration) return [];
      const { block, origin } = declaration;
      const fix = isGiven(name) ? undefined : removal(block, origin, textOf, `Remove variable "${name}"`);
      return [
        diagnostic("unused-variable", `The variable "${name}" is not used`, {
          span: span(origin, block.labels[0] ?? block.keyword),
          fix,
        }),
      ];
    });
    const locals = [...this.#locals].flatMap((name): Diagnostic[] => {
      const local = stack.locals.get(name);
      if (!local) return [];
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
