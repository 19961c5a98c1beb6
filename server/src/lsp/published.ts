import type { Diagnostic as Wire } from "vscode-languageserver";
import type { LocatedDiagnostic } from "./convert.ts";

interface Told {
  readonly version: number | undefined;
  readonly list: readonly Wire[];
}

/**
 * What the editor was last told, by file and by the stack that found it: two stacks can have something to say about one
 * file (a module's folder that is open by itself), and the protocol has one list a file.
 */
export class Published {
  readonly #byFile = new Map<string, Map<string, readonly Wire[]>>();
  readonly #told = new Map<string, Told>();

  /**
   * Replaces all that one stack said.
   *
   * @param also files to tell the editor of even if they never had a problem
   * @returns the new list of every file whose list this concerns
   */
  replace(
    stack: string,
    found: readonly LocatedDiagnostic[],
    also: readonly string[] = [],
  ): ReadonlyMap<string, readonly Wire[]> {
    const concerned = new Set(also);
    for (const [uri, byStack] of this.#byFile) if (byStack.delete(stack)) concerned.add(uri);
    for (const { uri, diagnostic } of found) {
      concerned.add(uri);
      this.#add(uri, stack, diagnostic);
    }
    return new Map([...concerned].map((uri) => [uri, this.#list(uri)]));
  }

  /** Whether a file's list says anything that the editor does not know; it is taken for told. */
  isNews(uri: string, version: number | undefined, list: readonly Wire[]): boolean {
    const told = this.#told.get(uri);
    this.#told.set(uri, { version, list });
    return !told || told.version !== version || !isSameList(told.list, list);
  }

  /** The editor may not have what it was told any more. */
  forgetTold(): void {
    this.#told.clear();
  }

  #add(uri: string, stack: string, diagnostic: Wire): void {
    const byStack = this.#byFile.get(uri) ?? new Map<string, readonly Wire[]>();
    byStack.set(stack, [...(byStack.get(stack) ?? []), diagnostic]);
    this.#byFile.set(uri, byStack);
  }

  /** Without what two stacks said alike. */
  #list(uri: string): readonly Wire[] {
    const byStack = this.#byFile.get(uri);
    if (byStack?.size === 0) this.#byFile.delete(uri);
    const all = [...(byStack?.values() ?? [])].flat();
    return [...new Map(all.map((d) => [JSON.stringify([d.range, d.code, d.message]), d])).values()];
  }
}

function isSameList(a: readonly Wire[], b: readonly Wire[]): boolean {
  if (a.length !== b.length) return false;
  return a.length === 0 || JSON.stringify(a) === JSON.stringify(b);
}
