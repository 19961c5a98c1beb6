import type { Expression, Identifier, Node } from "../syntax/ast.ts";

/** The names of a reference from its root on, and the expressions in its brackets. */
export interface Chain {
  readonly names: readonly Identifier[];
  /** The names that follow brackets directly: by their index among the names. */
  readonly afterBrackets: ReadonlySet<number>;
  readonly keys: readonly Expression[];
}

/** A reference as written, `service.web[*].id` too; undefined for what does not begin with a name. */
export function chainOf(expression: Expression): Chain | undefined {
  const names: Identifier[] = [];
  const afterBrackets = new Set<number>();
  const keys: Expression[] = [];
  const root = collect(expression, { names, afterBrackets, keys });
  return root ? { names, afterBrackets, keys } : undefined;
}

interface Parts {
  readonly names: Identifier[];
  readonly afterBrackets: Set<number>;
  readonly keys: Expression[];
}

function collect(e: Expression, parts: Parts): boolean {
  switch (e.type) {
    case "variable":
      // The element of a splat.
      if (e.name !== "") parts.names.push(e);
      return true;
    case "get-attribute":
      if (!collect(e.object, parts)) return false;
      parts.names.push(e.name);
      return true;
    case "index":
      if (!collect(e.collection, parts)) return false;
      parts.keys.push(e.key);
      parts.afterBrackets.add(parts.names.length);
      return true;
    case "splat":
      if (!collect(e.source, parts)) return false;
      parts.afterBrackets.add(parts.names.length);
      return collect(e.each, parts);
    default:
      return false;
  }
}

/** An address in quotes, as an old `depends_on` has it: its names where they stand. Undefined for other texts. */
export function quotedChain(expression: Expression): Chain | undefined {
  if (expression.type !== "template") return undefined;
  const [part, ...more] = expression.parts;
  if (part?.type !== "literal" || more.length > 0) return undefined;
  const names: (Identifier & Node)[] = [];
  let start = expression.start + 1;
  // Escapes would move what follows them.
  if (part.value.length !== expression.end - expression.start - 2) return undefined;
  for (const text of part.value.split(".")) {
    if (!/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(text)) break;
    names.push({ name: text, start, end: start + text.length });
    start += text.length + 1;
  }
  return names.length === 0 ? undefined : { names, afterBrackets: new Set(), keys: [] };
}
