/**
 * Whose problem something is. Values are worked out on demand, one in the middle of another, so what is found wrong is put
 * down under the part of the stack that is being worked out right then, and goes when that part is looked at again.
 */
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";

export class Owners {
  /** The part that is being worked out; undefined for what concerns the stack as a whole. */
  current: string | undefined;
  readonly #problems = new Map<string, Diagnostic[]>();
  /** Those that asked for files. */
  readonly #readers = new Set<string>();

  /** Whatever `work` finds wrong belongs to `owner`. */
  run<T>(owner: string | undefined, work: () => T): T {
    const around = this.current;
    if (owner !== undefined) this.current = owner;
    const result = work();
    this.current = around;
    return result;
  }

  report(problem: Diagnostic): void {
    const owner = this.current ?? "";
    const found = this.#problems.get(owner);
    if (found) found.push(problem);
    else this.#problems.set(owner, [problem]);
  }

  /** The owner of now asks for a file. */
  reads(): void {
    this.#readers.add(this.current ?? "");
  }

  problemsOf(owner: string): readonly Diagnostic[] {
    return this.#problems.get(owner) ?? none;
  }

  /** Those with a problem. */
  troubled(): Iterable<[string, readonly Diagnostic[]]> {
    return this.#problems;
  }

  get readers(): ReadonlySet<string> {
    return this.#readers;
  }

  hasErrors(): boolean {
    return [...this.#problems.values()].some(hasErrors);
  }

  forget(owner: string): void {
    this.#problems.delete(owner);
    this.#readers.delete(owner);
  }
}

const none: readonly Diagnostic[] = [];
