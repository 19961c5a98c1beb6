/** A node of a JavaScript syntax tree, as far as all of them are alike: fields by their names in the ESTree's manner. */
export interface AstNode extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

export function isNode(value: unknown): value is AstNode {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string" &&
    "start" in value &&
    typeof value.start === "number" &&
    "end" in value &&
    typeof value.end === "number"
  );
}

/** The node and all below it. Without recursion: trees are as deep as somebody makes them. */
export function nodesBelow(root: AstNode): readonly AstNode[] {
  const found: AstNode[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (isNode(value)) found.push(value);
    else if (!Array.isArray(value)) continue;
    for (const inner of Object.values(value)) {
      if (typeof inner === "object" && inner !== null) waiting.push(inner);
    }
  }
  return found;
}
