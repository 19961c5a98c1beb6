/** The variables and local values that the expressions of a folder refer to, counted chunk by chunk. */
import type { Expression } from "../../syntax/ast.ts";
import type { Chunk, SourceFile } from "../../syntax/chunk.ts";
import { difference } from "../difference.ts";

/**
 * What an expression uses, itself alone: `var.x`, `local.x`, or `var` where some variable is meant and nobody knows which.
 * Whatever branch is taken, and whatever a `for` calls its variables: rather too much counts as used. `own`: the variable whose
 * block it stands in.
 */
export function usedBy(e: Expression, own: string | undefined): string | undefined {
  if (e.type === "get-attribute" && e.object.type === "variable") {
    const { name: root } = e.object;
    const isOwn = root === "var" && e.name.name === own;
    return isSpace(root) && !isOwn ? `${root}.${e.name.name}` : undefined;
  }
  // `var["x"]` is an error, but it shows that somebody means something by it.
  if (e.type === "index" && e.collection.type === "variable" && isSpace(e.collection.name))
    return e.collection.name;
  return undefined;
}

const isSpace = (root: string): boolean => root === "var" || root === "local";

export class Uses {
  readonly #usesIn: (chunk: Chunk) => readonly string[];
  readonly #counts = new Map<string, number>();
  #before: ReadonlyMap<string, readonly Chunk[]> = new Map();

  constructor(usesIn: (chunk: Chunk) => readonly string[]) {
    this.#usesIn = usesIn;
  }

  /** `name` is `x`, `space` is `var` or `local`. */
  has(space: "var" | "local", name: string): boolean {
    return this.#counts.has(space) || this.#counts.has(`${space}.${name}`);
  }

  /** The files as they are now: chunks that came are counted, those that went no longer. */
  update(files: readonly SourceFile[]): void {
    const now = new Map(files.map(({ file, chunks }) => [file, chunks]));
    for (const [file, chunks] of now) this.#replace(this.#before.get(file) ?? [], chunks);
    for (const [file, chunks] of this.#before) if (!now.has(file)) this.#replace(chunks, []);
    this.#before = now;
  }

  #replace(before: readonly Chunk[], now: readonly Chunk[]): void {
    if (before === now) return;
    const { gone, come } = difference(before, now);
    for (const chunk of gone) this.#count(chunk, -1);
    for (const chunk of come) this.#count(chunk, 1);
  }

  #count(chunk: Chunk, by: 1 | -1): void {
    for (const name of this.#usesIn(chunk)) {
      const count = (this.#counts.get(name) ?? 0) + by;
      if (count === 0) this.#counts.delete(name);
      else this.#counts.set(name, count);
    }
  }
}
