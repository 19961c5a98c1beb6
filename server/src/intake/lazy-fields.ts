import type { Value } from "./value.ts";

/** Fields of an object that are worked out one by one, when somebody asks for them. */
export class LazyFields implements ReadonlyMap<string, Value> {
  readonly #find: (name: string) => Value | undefined;
  readonly #makeAll: () => ReadonlyMap<string, Value>;
  #all: ReadonlyMap<string, Value> | undefined;

  /** `all` in the order objects iterate in. */
  constructor(find: (name: string) => Value | undefined, all: () => ReadonlyMap<string, Value>) {
    this.#find = find;
    this.#makeAll = all;
  }

  get(name: string): Value | undefined {
    return this.#all ? this.#all.get(name) : this.#find(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get size(): number {
    return this.#fields().size;
  }

  keys() {
    return this.#fields().keys();
  }

  values() {
    return this.#fields().values();
  }

  entries() {
    return this.#fields().entries();
  }

  [Symbol.iterator]() {
    return this.#fields()[Symbol.iterator]();
  }

  forEach(visit: (value: Value, name: string, fields: ReadonlyMap<string, Value>) => void): void {
    this.#fields().forEach((value, name) => {
      visit(value, name, this);
    });
  }

  #fields(): ReadonlyMap<string, Value> {
    this.#all ??= this.#makeAll();
    return this.#all;
  }
}
