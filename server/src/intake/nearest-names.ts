import { nearest } from "../diagnostics/suggest.ts";

/** Suggestions for names that nothing has, each looked for once: one missing name may stand in thousands of places. */
export class NearestNames {
  readonly #known = new Map<string, string | undefined>();

  /** `space` tells equal names of different things apart. */
  find(space: string, name: string, names: () => Iterable<string>): string | undefined {
    const key = `${space} ${name}`;
    if (!this.#known.has(key)) this.#known.set(key, nearest(name, names()));
    return this.#known.get(key);
  }
}
