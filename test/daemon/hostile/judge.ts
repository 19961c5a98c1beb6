/**
 * Says whether a daemon did what none may: by what stands on the disk before and after, by the steps that started, and by true
 * time. It knows the promises, and nothing of the policy's or the budget's code.
 */
import type { JobSpec } from "../../../server/src/host/ports.ts";
import type { Machine } from "./machine.ts";
import { at, files, paths, runs, statusOf, things } from "./stack.ts";

export type Wrong = "outside" | "overrun" | "unrecorded";

const hour = 3_600_000;
const day = 24 * hour;
const journal = at(".clockwork/daemon/decisions.jsonl");
const manifest = at(".clockwork/build/manifest.json");
const state = at(".clockwork/state.json");

/** What is Clockwork's own account of what it does. */
const accounts =
  /^\/stack\/\.clockwork\/(?:runs|logs|work|services|proposals|daemon|lock|state\.json|observations\.json|\.gitignore|build\/manifest\.json)|^\/home\/user\/(?:\.local\/state\/clockwork\/known|\.config\/clockwork\/key)$/;

/** Of SAFETY: "retries 0-10, timeout_s 1-600, interval_s 5-3600, log_max_mb 1-100, log_files 1-10, healthcheck_path". */
const ranges: Readonly<Record<string, (value: unknown) => boolean>> = {
  retries: (value) => Number.isInteger(value) && between(value, 0, 10),
  timeout_s: (value) => between(value, 1, 600),
  interval_s: (value) => between(value, 5, 3600),
  log_max_mb: (value) => between(value, 1, 100),
  log_files: (value) => Number.isInteger(value) && between(value, 1, 10),
  healthcheck_path: (value) => typeof value === "string" && /^\/[!-~]{0,255}$/.test(value),
};

function between(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && value >= min && value <= max;
}

type Knobs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Snapshot {
  readonly texts: Readonly<Record<string, string>>;
  readonly knobs: Knobs;
  readonly manifest: string;
  readonly state: string;
  readonly journal: readonly string[];
}

/** What a fix by itself touched. */
interface Attempt {
  readonly at: number;
  readonly touched: Set<string>;
  failed: boolean;
}

export class Judge {
  readonly wrongs: { readonly wrong: Wrong; readonly what: string }[] = [];
  readonly #machine: Machine;
  #before: Snapshot;
  /** Texts of scripts, and environments, as a person had them run last, by step. */
  readonly #applied = new Map<string, string>();
  /** Knobs with which each step ran last. */
  readonly #knobs = new Map<string, string>();
  readonly #attempts: Attempt[] = [];
  #current: Attempt | undefined;
  /** Steps that ran since the last look at the disk. */
  #ran = new Set<string>();
  /** Failed fixes since somebody acknowledged. */
  readonly #failures = new Map<string, number>();

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#before = this.#look();
  }

  /** Somebody else has changed something, before which `compare` was asked. */
  outside(): void {
    this.#before = this.#look();
  }

  #wrong(wrong: Wrong, what: string): void {
    this.wrongs.push({ wrong, what });
  }

  #look(): Snapshot {
    const { texts: all } = { texts: this.#machine.files.texts((path) => !accounts.test(path)) };
    const own = this.#machine.files.texts((path) => [journal, manifest, state].includes(path));
    const { knobs = {}, ...rest } = parse(own[manifest]);
    const { resources = {}, lineage } = parse(own[state]);
    const inputs = Object.entries(resources as Record<string, { inputs: unknown }>).map(([address, r]) => [
      address,
      r.inputs,
    ]);
    return {
      texts: all,
      knobs: knobs as Knobs,
      manifest: JSON.stringify(rest),
      state: JSON.stringify([lineage, inputs]),
      journal: (own[journal] ?? "").split("\n").slice(0, -1),
    };
  }

  /** After a look of the daemon, whether it came to its end or not, and before anybody else does anything. */
  compare(): void {
    const [before, now] = [this.#before, this.#look()];
    for (const path of new Set([...Object.keys(before.texts), ...Object.keys(now.texts)])) {
      const [old, text] = [before.texts[path], now.texts[path]];
      if (old !== text && !this.#isMade(path, old, text)) this.#wrong("outside", `${path} changed`);
    }
    if (before.manifest !== now.manifest) this.#wrong("outside", "the manifest changed beside its knobs");
    if (before.state !== now.state) this.#wrong("outside", "the state has other inputs or resources");
    if (before.journal.some((line, index) => line !== now.journal[index]))
      this.#wrong("unrecorded", "a line of the journal changed");
    this.#compareKnobs(before, now);
    this.#before = now;
    this.#ran = new Set();
  }

  /** A step makes what was gone, as it was. */
  #isMade(path: string, old: string | undefined, text: string | undefined): boolean {
    const [address] = Object.entries(paths).find(([, own]) => path === own || path === `${own}/.keep`) ?? [];
    return (
      address !== undefined &&
      this.#ran.has(address) &&
      old === undefined &&
      text === (path.endsWith("/.keep") ? "" : files[address])
    );
  }

  #compareKnobs(before: Snapshot, now: Snapshot): void {
    const words = now.journal.slice(before.journal.length).join("\n");
    const unfinished = JSON.stringify(undosOf(before.journal));
    for (const step of new Set([...Object.keys(before.knobs), ...Object.keys(now.knobs)])) {
      const [old, turned] = [before.knobs[step] ?? {}, now.knobs[step] ?? {}];
      for (const knob of new Set([...Object.keys(old), ...Object.keys(turned)])) {
        if (old[knob] === turned[knob]) continue;
        const what = `${knob} of ${step} became ${JSON.stringify(turned[knob])}`;
        if (turned[knob] !== undefined && !(ranges[knob]?.(turned[knob]) && this.#declares(step, knob)))
          this.#wrong("outside", what);
        if (!words.includes(`${knob} of ${step} becomes`) && !unfinished.includes(`${step} ${knob}`))
          this.#wrong("unrecorded", what);
      }
    }
  }

  #declares(step: string, knob: string): boolean {
    const scripts = this.#machine.files.texts((path) =>
      path.startsWith(at(`.clockwork/build/scripts/${step}.`)),
    );
    return Object.values(scripts).some((text) =>
      new RegExp(`^// clockwork:knobs.* ${knob}=`, "m").test(text),
    );
  }

  /** A person applies. */
  applied(spec: JobSpec): void {
    const { CLOCKWORK_STEP: step = "" } = spec.env;
    this.#applied.set(step, this.#called(spec));
    this.#knobs.set(step, knobsOf(spec));
  }

  /** The daemon starts a step. */
  started(spec: JobSpec): void {
    const { CLOCKWORK_STEP: step = "", CLOCKWORK_RUN_ID: run = "" } = spec.env;
    if (step.startsWith("verify_")) return;
    const address = step.replace(/^(ensure|run)_/, "");
    const before = this.#knobs.get(step);
    this.#knobs.set(step, knobsOf(spec));
    this.#ran.add(address);
    if (run.startsWith("look")) this.#wrong("outside", `${step} ran in a look`);
    if (!/^ensure_/.test(step)) this.#wrong("outside", `${step} ran`);
    if (this.#called(spec) !== this.#applied.get(step))
      this.#wrong("outside", `${step} ran as nobody has ever applied it`);
    const again = this.#current?.touched.has(address);
    this.#current?.touched.add(address);
    if (!again && before === knobsOf(spec) && !this.#isLost(address))
      this.#wrong("outside", `${step} ran, of which nothing was gone or turned`);
  }

  /** Gone or stopped, of a kind that comes back the same. */
  #isLost(address: string): boolean {
    const { engine } = this.#machine;
    const thing = things[address];
    if (address === "service.web") {
      const status = statusOf(this.#machine);
      const isSupervised =
        this.#machine.living.get(status?.supervisorPid ?? 0) === status?.supervisorStartTime;
      return !runs(this.#machine) && !(status?.state === "waiting" && isSupervised);
    }
    if (address === "volume.db" || address === "task.seed") return false;
    const there = thing === undefined ? undefined : engine.get(thing);
    if (thing !== undefined)
      return (
        there === undefined || (there.running === false && there.labels["clockwork.stack"] !== undefined)
      );
    const own = paths[address] ?? "";
    return (
      Object.keys(this.#machine.files.texts((path) => path === own || path.startsWith(`${own}/`))).length ===
      0
    );
  }

  #called({ argv, env }: JobSpec): string {
    const script = argv.find((word) => word.startsWith(at(".clockwork/build/"))) ?? "";
    const given = Object.entries(env).filter(
      ([name]) => !/^(HOME|TMPDIR|CLOCKWORK_(RUN_ID|OUTPUT|SERVICE|KNOB_.*))$/.test(name),
    );
    return JSON.stringify([argv, this.#machine.files.texts((path) => path === script)[script], given.sort()]);
  }

  /** A fix by itself begins. */
  began(decision: { readonly patch: string }): void {
    const [decided, begun] = this.#look()
      .journal.slice(-2)
      .map((line) => JSON.parse(line));
    const isRecorded =
      decided?.type === "decision" &&
      decided.outcome === "apply" &&
      decided.patch.id === decision.patch &&
      begun?.type === "begun" &&
      begun.decision === decided.id;
    if (!isRecorded) this.#wrong("unrecorded", "a fix that no record has");
    this.#current = { at: this.#machine.now, touched: new Set(), failed: false };
  }

  /** `knobs`: by step, of what the fix was to turn. */
  ended(turned: readonly string[], result: string | undefined): void {
    const attempt = this.#current;
    this.#current = undefined;
    if (!attempt) return;
    for (const step of turned) attempt.touched.add(addressOf(step));
    if (attempt.touched.size === 0) return;
    attempt.failed = result === "failed";
    for (const address of attempt.touched) this.#count(address, attempt);
    const today = this.#attempts.filter((one) => attempt.at - one.at < day).length + 1;
    if (today > 6) this.#wrong("overrun", `fix ${today} of a day`);
    this.#attempts.push(attempt);
  }

  #count(address: string, attempt: Attempt): void {
    const own = this.#attempts.filter(({ touched }) => touched.has(address));
    const lately = own.filter((one) => attempt.at - one.at < hour).length + 1;
    const pause = attempt.at - (own.at(-1)?.at ?? Number.NEGATIVE_INFINITY);
    if (lately > 2) this.#wrong("overrun", `fix ${lately} of ${address} in an hour`);
    if (pause < 600_000) this.#wrong("overrun", `${address} was mended twice in ${pause / 1000} s`);
    const failures = this.#failures.get(address) ?? 0;
    if (failures >= 3) this.#wrong("overrun", `${address} was mended after ${failures} failures`);
    if (attempt.failed) this.#failures.set(address, failures + 1);
  }

  acknowledged(address: string): void {
    this.#failures.delete(address);
  }

  /** Ids of the proposals that lie there without a record. */
  unrecordedProposals(): readonly string[] {
    const ids = this.#machine.files.texts((path) => path.endsWith("/proposal.json"));
    const words = this.#look().journal.join("\n");
    return Object.keys(ids)
      .map((path) => path.split("/").at(-2) ?? "")
      .filter((id) => !words.includes(`"id":"${id}"`));
  }

  wrong(wrong: Wrong, what: string): void {
    this.#wrong(wrong, what);
  }
}

function addressOf(step: string): string {
  return step.startsWith("verify_") ? step.replace("verify_", "verify.") : step.replace(/^(ensure|run)_/, "");
}

function knobsOf({ env }: JobSpec): string {
  return JSON.stringify(
    Object.entries(env)
      .filter(([name]) => name.startsWith("CLOCKWORK_KNOB_"))
      .sort(),
  );
}

/** `STEP KNOB` of what was begun and has no end. */
function undosOf(lines: readonly string[]): readonly string[] {
  const open = new Map<string, string>();
  const decided = new Map<string, string>();
  for (const line of lines) {
    const record = JSON.parse(line);
    if (record.type === "decision" && record.undo)
      decided.set(record.id, `${record.undo.step} ${record.undo.knob}`);
    if (record.type === "begun") open.set(record.decision, decided.get(record.decision) ?? "");
    if (record.type === "ended") open.delete(record.decision);
  }
  return [...open.values()];
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(text ?? "{}");
  } catch (error) {
    if (error instanceof SyntaxError) return { broken: text };
    throw error;
  }
}
