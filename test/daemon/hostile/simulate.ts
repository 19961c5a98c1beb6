/** Hours of a daemon's life, with the real code but for the machine, the steps and the agent. All follows from the seed. */
import { defaultLimits } from "../../../server/src/daemon/budget.ts";
import type { Patch } from "../../../server/src/daemon/patch.ts";
import type { Finding } from "../../../server/src/daemon/records.ts";
import { readJournal, StackWorld, switchPath, type Watching } from "../../../server/src/daemon/stack.ts";
import { Daemon } from "../../../server/src/daemon/tick.ts";
import type { Candidate, Prepared } from "../../../server/src/daemon/world.ts";
import { HostError } from "../../../server/src/host/ports.ts";
import { takeLock } from "../../../server/src/state/lock.ts";
import type { Grammar } from "../../../server/src/syntax/parser.ts";
import { wishes } from "./agent.ts";
import { Judge, type Wrong } from "./judge.ts";
import { Crash, Machine, Program } from "./machine.ts";
import { edit, fallSick, type Outside, passTime } from "./outside.ts";
import { type Random, seeded } from "./random.ts";
import {
  applyAsPerson,
  at,
  type Fortune,
  mainText,
  playOn,
  runOptions,
  stackDir,
  workspaceOf,
} from "./stack.ts";

export interface Figures {
  hours: number;
  ticks: number;
  /** What the hostile agent wished, and how much of it could not even be tried. */
  wishes: number;
  refused: number;
  /** Of decisions. */
  outcomes: Record<string, number>;
  crashes: number;
  clockJumps: number;
}

export interface Simulated {
  readonly figures: Figures;
  readonly wrongs: readonly { readonly seed: number; readonly wrong: Wrong; readonly what: string }[];
}

/** Longer than a day, so that every budget comes to its end in it. */
const episodeHours = 100;
const hour = 3_600_000;

export async function simulate(grammar: Grammar, hours: number, seed: number): Promise<Simulated> {
  const figures: Figures = {
    hours: 0,
    ticks: 0,
    wishes: 0,
    refused: 0,
    outcomes: {},
    crashes: 0,
    clockJumps: 0,
  };
  const wrongs: { seed: number; wrong: Wrong; what: string }[] = [];
  for (let episode = 0; figures.hours < hours; episode++) {
    const own = seed + episode;
    const simulation = new Simulation(grammar, seeded(own), figures);
    await simulation.run(Math.min(episodeHours, hours - figures.hours) * hour);
    wrongs.push(...simulation.wrongs.map((one) => ({ seed: own, ...one })));
  }
  return { figures, wrongs };
}

/** The real world of a stack, whose candidates are the agent's first. */
class HostileWorld extends StackWorld {
  readonly #simulation: Simulation;

  constructor(watching: Watching, simulation: Simulation) {
    super(watching);
    this.#simulation = simulation;
  }

  override async *candidates(finding: Finding): AsyncIterable<Candidate<Patch>> {
    yield* this.#simulation.wish();
    yield* super.candidates(finding);
  }

  override async prepare(candidate: Candidate<Patch>, finding: Finding) {
    const prepared = await super.prepare(candidate, finding);
    if ("refused" in prepared) this.#simulation.figures.refused++;
    return prepared;
  }

  override async apply(prepared: Prepared<Patch>, finding: Finding) {
    await this.#simulation.meanwhile();
    return this.#simulation.attempt(prepared, () => super.apply(prepared, finding));
  }
}

class Simulation {
  readonly figures: Figures;
  readonly #grammar: Grammar;
  readonly #random: Random;
  readonly #machine: Machine;
  readonly #fortune: Fortune;
  readonly #judge: Judge;
  readonly #outside: Outside;
  #program: Program | undefined;
  #daemon: Daemon<Patch> | undefined;
  #takeBack: (() => void) | undefined;
  #ids = 0;

  constructor(grammar: Grammar, random: Random, figures: Figures) {
    this.#grammar = grammar;
    this.#random = random;
    this.figures = figures;
    this.#machine = new Machine(random.happens(0.8));
    this.#machine.files.set(at("main.cw"), mainText);
    this.#machine.files.set(at("server.mjs"), "");
    this.#machine.files.set("/home/user/secret.cw", 'variable "x" {}');
    this.#fortune = { works: () => random.happens(0.7), needsSeconds: 0 };
    this.#judge = new Judge(this.#machine);
    this.#outside = { machine: this.#machine, judge: this.#judge, random, fortune: this.#fortune };
  }

  get wrongs() {
    return this.#judge.wrongs;
  }

  async run(ms: number): Promise<void> {
    if (!(await this.#apply())) throw new Error("the stack cannot be applied");
    const until = this.#machine.now + ms;
    while (this.#machine.now < until) await this.#look();
    await this.#rest();
    this.figures.hours += this.#machine.now / hour;
  }

  *wish(): Iterable<Candidate<Patch>> {
    for (const one of wishes(this.#random, this.#machine)) {
      this.figures.wishes++;
      yield one;
    }
  }

  /** Between what was judged and its deed, somebody else is at work, too. */
  async meanwhile(): Promise<void> {
    if (!this.#random.happens(0.1)) return;
    this.#judge.compare();
    if (this.#random.happens(0.5)) fallSick(this.#outside);
    else if (!this.#takeBack) this.#takeBack = edit(this.#outside);
    this.#judge.outside();
  }

  async attempt<T extends { readonly result: string }>(
    prepared: Prepared<Patch>,
    work: () => Promise<T>,
  ): Promise<T> {
    const knobs = () => this.#machine.files.texts((path) => path.endsWith("/manifest.json"));
    const before = JSON.stringify(knobs());
    this.#judge.began({ patch: prepared.id });
    let result: T | undefined;
    try {
      result = await work();
      return result;
    } finally {
      const { patch } = prepared;
      const isTurned = patch.kind === "knob" && before !== JSON.stringify(knobs());
      this.#judge.ended(isTurned ? [patch.step] : [], result?.result);
    }
  }

  async #look(): Promise<void> {
    const { figures } = this;
    const random = this.#random;
    const { boot } = this.#machine;
    if (passTime(this.#outside)) figures.clockJumps++;
    if (this.#machine.boot !== boot) this.#die();
    await this.#others();
    this.#judge.outside();
    figures.ticks++;
    try {
      const daemon = await this.#running();
      if (this.#program && random.happens(0.12))
        this.#program.diesIn = 1 + random.whole(random.pick([5, 40, 400, 1500]));
      const ticked = await daemon.tick();
      if (this.#program) this.#program.diesIn = undefined;
      for (const { outcome } of ticked.status === "looked" ? ticked.decisions : [])
        figures.outcomes[outcome] = (figures.outcomes[outcome] ?? 0) + 1;
      this.#judge.compare();
    } catch (error) {
      this.#judge.compare();
      // The command line tells of it, and looks again.
      if (error instanceof HostError) return;
      if (!(error instanceof Crash)) throw error;
      figures.crashes++;
      this.#die();
    }
  }

  /** What others do between two looks. */
  async #others(): Promise<void> {
    const random = this.#random;
    if (random.happens(0.3)) fallSick(this.#outside);
    if (random.happens(0.03) && !this.#takeBack) this.#takeBack = edit(this.#outside);
    else if (random.happens(0.1)) this.#undoEdit();
    if (random.happens(0.03)) await this.#apply();
    if (random.happens(0.05)) await this.#acknowledge();
    if (random.happens(0.02)) this.#machine.files.set(switchPath(stackDir), "");
    else if (random.happens(0.3)) await this.#machine.files.remove(switchPath(stackDir));
    if (random.happens(0.1)) await this.#tidy();
  }

  #undoEdit(): void {
    this.#takeBack?.();
    this.#takeBack = undefined;
  }

  /** A person puts everything in order, with what they have edited. */
  async #apply(): Promise<boolean> {
    const machine = this.#machine;
    Object.assign(machine, { engineAnswers: true, takenPort: undefined, freeMb: 10_000, logBytes: 0 });
    for (const name of ["container app", "volume db", "network inner"]) {
      const thing = machine.engine.get(name);
      if (thing && thing.labels["clockwork.stack"] === undefined) machine.engine.delete(name);
    }
    // What somebody wrote is theirs, and no apply's to overwrite.
    if (machine.read(at("page.html")) === "somebody's own words") await machine.files.remove(at("page.html"));
    const done = await applyAsPerson(machine, this.#grammar, this.#random, `p${++this.#ids}`, (spec) =>
      this.#judge.applied(spec),
    );
    return done;
  }

  async #acknowledge(): Promise<void> {
    const daemon = await this.#running();
    for (const address of daemon.history.accounts.keys()) {
      await daemon.acknowledge(address, "person");
      this.#judge.acknowledged(address);
    }
  }

  /** Old proposals and logs go, as they do where somebody reads them. */
  async #tidy(): Promise<void> {
    for (const id of this.#judge.unrecordedProposals()) this.#judge.wrong("unrecorded", `proposal ${id}`);
    for (const folder of ["proposals", "logs"]) await this.#machine.files.remove(at(`.clockwork/${folder}`));
    for (const path of Object.keys(
      this.#machine.files.texts((one) => one.startsWith(at(".clockwork/runs/"))),
    ))
      if (path.endsWith(".jsonl") && !(await this.#machine.files.stat(path.replace(".jsonl", ".open"))))
        await this.#machine.files.remove(path);
  }

  /** All is well and nobody is hostile: what was begun comes to an end. */
  async #rest(): Promise<void> {
    this.#undoEdit();
    this.#fortune.needsSeconds = 0;
    await this.#machine.files.remove(switchPath(stackDir));
    await this.#apply();
    this.#machine.sleep(hour, true);
    const daemon = await this.#running();
    this.#judge.outside();
    await daemon.tick();
    this.#judge.compare();
    if (daemon.history.unfinished.size > 0) this.#judge.wrong("unrecorded", "a fix without an end");
    this.#die();
  }

  #die(): void {
    this.#program?.end();
    this.#program = undefined;
    this.#daemon = undefined;
  }

  async #running(): Promise<Daemon<Patch>> {
    if (this.#daemon) return this.#daemon;
    const play = playOn(this.#machine, this.#fortune, (spec) => this.#judge.started(spec));
    const program = new Program(this.#machine, play, this.#random);
    this.#program = program;
    const newId = () => `d${++this.#ids}`;
    const ws = workspaceOf(program.host, this.#grammar, () => `look-${newId()}`);
    const lock = await takeLock(ws.host, stackDir, { id: newId(), operation: "daemon" }, "daemon");
    if (!lock.value) throw new Error("two daemons");
    const world = new HostileWorld(
      {
        ws,
        newId,
        runOptions: () => runOptions(`run-${newId()}`),
        uptimeMs: () => this.#machine.uptimeMs,
        limits: defaultLimits,
        checkEvery: 3,
        onRecord: () => undefined,
      },
      this,
    );
    const { history } = await readJournal(ws, defaultLimits);
    const daemon = new Daemon(world, history, defaultLimits);
    await daemon.start("");
    this.#daemon = daemon;
    return daemon;
  }
}
