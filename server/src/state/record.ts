import type { Clock } from "../host/ports.ts";
import type { Json } from "../intake/value.ts";
import type { ResourceRecord, State, StateChange, VerifyRecord } from "./state.ts";
import type { StateStore } from "./store.ts";

/** A stack that has nothing yet. */
export function emptyState(lineage: string): State {
  return { version: "1", lineage, serial: 0, resources: {}, verifies: {}, outputs: {} };
}

/** Where results are entered. */
export interface StateEntries {
  resource(address: string): ResourceRecord | undefined;
  setResource(address: string, record: ResourceRecord): void;
  removeResource(address: string): void;
  setVerify(address: string, record: VerifyRecord): void;
  /** A check whose result no longer says anything is forgotten. */
  removeVerify(address: string): void;
}

/** A change with the serial of the first state that has it: one with an older serial has not. */
export interface SerialChange {
  readonly serial: number;
  readonly change: StateChange;
}

/**
 * The state while steps run. The file is written at checkpoints, so that a run of n steps costs n, not n squared: as often as
 * writing takes at most a tenth of the time, and at the end.
 */
export class StateRecorder implements StateEntries {
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #lineage: string;
  readonly #resources: Map<string, ResourceRecord>;
  readonly #verifies: Map<string, VerifyRecord>;
  #outputs: Readonly<Record<string, Json>>;
  #serial: number;
  #changed = false;
  /** When the last write ended and how long it took, in milliseconds. */
  #last = { at: 0, took: 0 };

  constructor(store: StateStore, clock: Clock, state: State) {
    this.#store = store;
    this.#clock = clock;
    this.#lineage = state.lineage;
    this.#serial = state.serial;
    this.#resources = new Map(Object.entries(state.resources));
    this.#verifies = new Map(Object.entries(state.verifies));
    this.#outputs = state.outputs;
  }

  resource(address: string): ResourceRecord | undefined {
    return this.#resources.get(address);
  }

  setResource(address: string, record: ResourceRecord): void {
    this.#resources.set(address, record);
    this.#changed = true;
  }

  removeResource(address: string): void {
    this.#changed = this.#resources.delete(address) || this.#changed;
  }

  setVerify(address: string, record: VerifyRecord): void {
    this.#verifies.set(address, record);
    this.#changed = true;
  }

  removeVerify(address: string): void {
    this.#changed = this.#verifies.delete(address) || this.#changed;
  }

  /** What some entries would change, without making them. */
  draft(enter: (entries: StateEntries) => void): SerialChange {
    const resources = new Map<string, ResourceRecord | null>();
    const verifies = new Map<string, VerifyRecord | null>();
    enter({
      resource: (address) => {
        const drafted = resources.get(address);
        return drafted === undefined ? this.#resources.get(address) : (drafted ?? undefined);
      },
      setResource: (address, record) => resources.set(address, record),
      removeResource: (address) => resources.set(address, null),
      setVerify: (address, record) => verifies.set(address, record),
      removeVerify: (address) => this.#verifies.has(address) && verifies.set(address, null),
    });
    const change = { resources: Object.fromEntries(resources), verifies: Object.fromEntries(verifies) };
    return { serial: this.#serial + 1, change };
  }

  enter({ resources, verifies }: StateChange): void {
    for (const [address, record] of Object.entries(resources)) {
      if (record) this.setResource(address, record);
      else this.removeResource(address);
    }
    for (const [address, record] of Object.entries(verifies)) {
      if (record) this.setVerify(address, record);
      else this.removeVerify(address);
    }
  }

  /** Checks that are no longer in the files are forgotten. */
  keepVerifies(addresses: ReadonlySet<string>): void {
    for (const address of this.#verifies.keys()) {
      if (!addresses.has(address)) this.#changed = this.#verifies.delete(address) || this.#changed;
    }
  }

  setOutputs(outputs: Readonly<Record<string, Json>>): void {
    if (JSON.stringify(outputs) === JSON.stringify(this.#outputs)) return;
    this.#outputs = outputs;
    this.#changed = true;
  }

  state(): State {
    return {
      version: "1",
      lineage: this.#lineage,
      serial: this.#serial,
      resources: Object.fromEntries(this.#resources),
      verifies: Object.fromEntries(this.#verifies),
      outputs: this.#outputs,
    };
  }

  /** Writes if something changed and the last write is long enough ago. */
  async checkpoint(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#last.at >= 10 * this.#last.took) await this.flush();
  }

  /** Writes if something changed. */
  async flush(): Promise<void> {
    if (!this.#changed) return;
    const started = this.#clock.now();
    this.#serial++;
    await this.#store.write(this.state());
    this.#changed = false;
    this.#last = { at: this.#clock.now(), took: this.#clock.now() - started };
  }

  /** Writes even if nothing changed: the first state of a stack, whose lineage must be known before anything carries it. */
  async begin(): Promise<void> {
    this.#changed = true;
    await this.flush();
  }
}
