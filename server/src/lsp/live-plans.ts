import type { Analysis } from "../analyse.ts";
import { keepsNames, keptNames } from "../assembly/kept.ts";
import type { Plan } from "../assembly/plan.ts";
import type { Seal } from "../assembly/sealed.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lineIndex } from "../diagnostics/line-index.ts";
import { absolute, type Span } from "../diagnostics/span.ts";
import type { ReadFiles } from "../host/ports.ts";
import { type Drift, driftOf } from "../ide/drift.ts";
import { OnBlocks, type PlannedBlocks, placeOfChange, plannedBlocks } from "../ide/planned.ts";
import type { EnvFacts } from "../intake/facts.ts";
import { asksForFacts } from "../intake/facts-value.ts";
import type { Made } from "../intake/world.ts";
import { everything, planStack } from "../plan.ts";
import type { BlockPlace, DriftRecord } from "../protocol.ts";
import { readObservations } from "../state/observations.ts";
import { readState, type StateReading } from "../state/store.ts";
import { StackPlaces } from "./stack-places.ts";

/** The plan of a stack, as far as it is known. */
export interface LivePlan {
  /** The last one that could be made. */
  readonly plan: Plan | undefined;
  /** Why it is not the plan of what the files say now. */
  readonly stale: string | undefined;
  /** It waits for the facts of this machine. */
  readonly needsFacts: boolean;
  readonly blocks: PlannedBlocks;
  /** Of the files as they are now: a broken one still has most of its blocks. */
  readonly analysis: Analysis;
  /** Of the plan's changes, by their indexes; undefined where no block is left. */
  readonly places: readonly (BlockPlace | undefined)[];
  /** Where the reason stands, with which it begins; undefined where that is nowhere in the files. */
  readonly obstaclePlace: BlockPlace | undefined;
  /** What is not as it was left, as somebody saw it last. */
  readonly drift: readonly DriftRecord[];
  readonly driftBlocks: OnBlocks<DriftRecord>;
  /** Differs where anything that clients see of the plan does: what it says, or the lines where its blocks stand. */
  readonly look: string;
}

type Found = Pick<LivePlan, "plan" | "needsFacts" | "analysis"> & {
  readonly obstacle: Obstacle | undefined;
  readonly drift: readonly Drift[];
};

/** What stands in the way of a plan, in a line. */
interface Obstacle {
  readonly text: string;
  readonly span?: Span | undefined;
}

export interface PlanPorts {
  /** As the editor has them now. */
  files(): ReadFiles;
  seal(): Promise<Seal>;
  /** What the files of a stack say when more is known than the editor's own look at them takes in. */
  analyse(
    folder: string,
    more: { readonly made: Made; readonly facts: EnvFacts | undefined },
  ): Promise<Analysis>;
  /** The editor's own look at the stack in a folder, with all edits so far; undefined where there is none. */
  look(folder: string): Promise<Analysis | undefined>;
  /** Gives the address of a stack's file by its name in spans. */
  uris(folder: string): (file: string) => string;
  /** A fault of ours: one plan failed, the server lives on. */
  report(error: unknown): void;
}

interface Live {
  /** The last look at the files; undefined when they are to be looked at again. */
  analysis: Analysis | undefined;
  /** Counts what may have made it another plan. */
  changes: number;
  /** The changes that `plan` has. */
  seen: number;
  plan: LivePlan | undefined;
  running: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** How long the last one took, in milliseconds. */
  tookMs: number;
  readonly waiting: (() => void)[];
}

/** Shortest time without a new analysis before a plan is made, in milliseconds. */
const quietMs = 250;
/** A plan is waited for this many times as long as the last one took: who types is not kept waiting by a large stack's. */
const patience = 4;

/**
 * Keeps a plan of each stack that somebody wants one of. It is made after a quiet moment, one at a time for a stack, and
 * dropped when something has overtaken it: diagnostics come first.
 */
export class LivePlans {
  readonly #ports: PlanPorts;
  readonly #lives = new Map<string, Live>();
  readonly #listeners: ((folder: string, plan: LivePlan | undefined) => void)[] = [];
  #facts: EnvFacts | undefined;

  constructor(ports: PlanPorts) {
    this.#ports = ports;
  }

  /** Tells of each plan that is another one than before. */
  onChanged(listener: (folder: string, plan: LivePlan | undefined) => void): void {
    this.#listeners.push(listener);
  }

  /** Somebody wants to be told of this stack's plan. */
  want(folder: string): void {
    if (!this.#lives.has(folder)) this.#schedule(folder, this.#live(folder));
  }

  /** What the files of a stack say is no longer what it was. */
  analysed(folder: string, analysis: Analysis): void {
    const live = this.#lives.get(folder);
    if (!live) return;
    live.analysis = analysis;
    this.#changed(folder, live);
  }

  /** Something has changed below a folder: its state, its artifacts, what its attributes name. */
  touched(path: string): void {
    for (const [folder, live] of this.#lives) {
      if (!path.startsWith(`${folder}/`)) continue;
      // What the files say does not depend on what runs leave there.
      if (!path.startsWith(`${folder}/.clockwork/`)) live.analysis = undefined;
      this.#changed(folder, live);
    }
  }

  set facts(facts: EnvFacts) {
    this.#facts = facts;
    for (const [folder, live] of this.#lives) this.#changed(folder, live);
  }

  /** The plan as it was seen last, which may be a moment old; waits for nothing. */
  known(folder: string): LivePlan | undefined {
    this.want(folder);
    return this.#lives.get(folder)?.plan;
  }

  /** The plan with all edits so far; undefined where there is no stack. */
  async of(folder: string): Promise<LivePlan | undefined> {
    const analysis = await this.#ports.look(folder);
    if (!analysis) return undefined;
    const live = this.#live(folder);
    if (live.analysis !== analysis) live.changes++;
    live.analysis = analysis;
    while (live.seen !== live.changes) {
      const done = new Promise<void>((resolve) => live.waiting.push(resolve));
      clearTimeout(live.timer);
      void this.#run(folder, live);
      await done;
    }
    return live.plan;
  }

  #live(folder: string): Live {
    const live = this.#lives.get(folder) ?? newLive();
    this.#lives.set(folder, live);
    return live;
  }

  #changed(folder: string, live: Live): void {
    live.changes++;
    this.#schedule(folder, live);
  }

  #schedule(folder: string, live: Live): void {
    clearTimeout(live.timer);
    const run = () => void this.#run(folder, live);
    live.timer = setTimeout(run, Math.max(quietMs, patience * live.tookMs));
  }

  async #run(folder: string, live: Live): Promise<void> {
    if (live.running || live.seen === live.changes) return;
    live.running = true;
    const { changes } = live;
    const start = performance.now();
    try {
      const made = await this.#make(folder, live);
      if (live.changes === changes) this.#settle(folder, live, made);
    } catch (error) {
      this.#ports.report(error);
      live.seen = changes;
    } finally {
      live.running = false;
      live.tookMs = performance.now() - start;
      for (const go of live.waiting.splice(0)) go();
    }
    if (live.seen !== live.changes) this.#schedule(folder, live);
  }

  #settle(folder: string, live: Live, made: LivePlan | undefined): void {
    const isNew = live.plan?.look !== made?.look;
    live.plan = made;
    live.seen = live.changes;
    if (isNew) for (const listener of this.#listeners) listener(folder, made);
  }

  /** Undefined where there is no stack any more. What has been overtaken may be anything. */
  async #make(folder: string, live: Live): Promise<LivePlan | undefined> {
    const { changes } = live;
    const seen = live.analysis ?? (await this.#ports.look(folder));
    if (!seen) return undefined;
    live.analysis ??= seen;
    const files = this.#ports.files();
    const state = await readState(files, folder);
    const sight = state.value && (await readObservations(files, folder, state.value));
    const needsFacts = this.#facts === undefined && asksForFacts(seen.files);
    const analysis = await this.#withMore(folder, seen, state);
    const ground = { files, stackDir: folder, state, observe: async () => new Map(), decidedBy: null };
    const seal = await this.#ports.seal();
    if (live.changes !== changes) return undefined;
    const { value, diagnostics } = needsFacts
      ? { value: undefined, diagnostics: [] }
      : await planStack(analysis, { ...ground, seal }, everything);
    // What a plan works out when it is asked is asked in pieces, so that a key that was pressed meanwhile waits for one of them.
    for (const piece of [() => value?.plan.changes, () => value?.plan.planId]) {
      await nextTurn();
      if (live.changes !== changes) return undefined;
      piece();
    }
    await nextTurn();
    if (live.changes !== changes) return undefined;
    const obstacle = value ? undefined : needsFacts ? factsMissing : obstacleIn(diagnostics, seen);
    const plan = value?.plan ?? live.plan?.plan;
    const drift = sight ? driftOf(sight, seen.folders[0]) : [];
    return this.#placed(folder, { plan, obstacle, needsFacts, analysis: seen, drift });
  }

  #placed(folder: string, found: Found): LivePlan {
    const { plan, needsFacts, obstacle, analysis } = found;
    const stale = obstacle?.text;
    const shown = plan ?? { changes: [] };
    const root = analysis.folders[0];
    const stackPlaces = new StackPlaces(analysis.files, this.#ports.uris(folder));
    const places = shown.changes.map((change) => {
      const span = placeOfChange(change, root, analysis.ir);
      return span && stackPlaces.of(span);
    });
    const drift = found.drift.map(
      ({ span, ...seen }): DriftRecord => ({ ...seen, ...(span && { place: stackPlaces.of(span) }) }),
    );
    const look = JSON.stringify([plan?.planId ?? null, stale ?? null, places, drift]);
    const obstaclePlace = obstacle?.span && stackPlaces.of(obstacle.span);
    const blocks = plannedBlocks(shown, root);
    const driftBlocks = new OnBlocks(drift, root);
    return { plan, stale, needsFacts, blocks, analysis, places, obstaclePlace, drift, driftBlocks, look };
  }

  /** The editor's own look at the files knows neither the state nor the machine, which a stack seldom asks for. */
  async #withMore(folder: string, analysis: Analysis, { value: state }: StateReading): Promise<Analysis> {
    const facts = asksForFacts(analysis.files) ? this.#facts : undefined;
    if (!facts && !keepsNames(state, analysis.ir)) return analysis;
    const made: Made = (moves, kinds) => keptNames(state, moves, kinds);
    return this.#ports.analyse(folder, { made, facts });
  }
}

/** Lets everything go first that has come meanwhile. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const newLive = (): Live => ({
  analysis: undefined,
  changes: 1,
  seen: 0,
  plan: undefined,
  running: false,
  timer: undefined,
  tookMs: 0,
  waiting: [],
});

const factsMissing: Obstacle = {
  text: "The files ask for facts of this machine, which are looked for in a trusted workspace alone",
};

function obstacleIn(diagnostics: readonly Diagnostic[], { files }: Analysis): Obstacle {
  const first = diagnostics.find(({ severity }) => severity === "error");
  if (!first) throw new Error("a plan is missing without an error");
  const { message, span } = first;
  if (!span) return { text: message };
  const { file, start } = absolute(span);
  const text = files.find((source) => source.file === file)?.text ?? "";
  const { line, column } = lineIndex(text).positionAt(start);
  return { text: `${file}:${line + 1}:${column + 1}: ${message}`, span };
}
