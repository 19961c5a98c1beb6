import { nearest } from "../diagnostics/suggest.ts";

/** How many names are compared in all, a second or so: thousands of different missing names are no slips of the pen. */
const patience = 500_000;

/** Suggestions for names that nothing has, each looked for once: one missing name may stand in thousands of places. */
export class NearestNames {
  #left = patience;
  readonly #known = new Map<string, string | undefined>();

  /** `space` tells equal names of different things apart. */
  find(space: string, name: string, names: () => Iterable<string>): string | undefined {
    const key = `${space} ${name}`;
    if (!this.#known.has(key)) this.#known.set(key, nearest(name, this.#counted(names)));
    return this.#known.get(key);
  }

  /** There are other names now. */
  clear(): void {
    this.#left = patience;
    this.#known.clear();
  }

  *#counted(names: () => Iterable<string>): Iterable<string> {
    if (this.#left <= 0) return;
    for (const name of names()) {
      this.#left--;
      yield name;
    }
  }
}
