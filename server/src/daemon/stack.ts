/** One real stack, as the daemon sees it: the world of `tick.ts` on a disk, with a journal. */
import { createHash } from "node:crypto";
import { analyse } from "../analyse.ts";
import { manifestPath, manifestText, readManifest } from "../forge/manifest.ts";
import { type AppendFile, HostError } from "../host/ports.ts";
import type { Ir } from "../intake/ir.ts";
import { builtinKinds } from "../intake/schema/known-kinds.ts";
import type { Risk } from "../intake/schema/schema.ts";
import { lookAtChecks, type Workspace } from "../pipeline.ts";
import { buildDirOf, remembering } from "../plan.ts";
import { lockHolder } from "../state/lock.ts";
import type { State } from "../state/state.ts";
import { type Acted, type Acting, carryOut, takeBack } from "./act.ts";
import { type FindAgent, StackConsultant } from "./advice/stack.ts";
import type { Limits } from "./budget.ts";
import { candidates, type Ground } from "./candidates.ts";
import type { Moment } from "./clock.ts";
import { diagnose, faults, type Seen } from "./diagnose.ts";
import { type Patch, type Preparing, preparePatch, turned, withDocuments } from "./patch.ts";
import { removeProposal, writeProposal } from "./proposals.ts";
import {
  type DaemonRecord,
  type Finding,
  type History,
  noHistory,
  readHistory,
  type Undo,
} from "./records.ts";
import { runbook } from "./runbook.ts";
import { type Before, keepSight, listeningPorts, lookAround } from "./sight.ts";
import type { Candidate, Look, Prepared, World } from "./world.ts";

export interface Watching extends Acting {
  /** Milliseconds since the machine started. */
  readonly uptimeMs: () => number;
  readonly limits: Limits;
  /** Why it only looks: a dry run. */
  readonly inhibited?: string;
  /** Finds the agent that is asked where no rule has a patch; absent where none is to be asked. */
  readonly findAgent?: FindAgent;
  /** At which looks the checks run, too: every one, or each so many. */
  readonly checkEvery: number;
  /** Told of each record, when it is on the disk. */
  readonly onRecord: (record: DaemonRecord) => void;
}

export function daemonFolder(stackDir: string): string {
  return `${stackDir}/.clockwork/daemon`;
}
export function journalPath(stackDir: string): string {
  return `${daemonFolder(stackDir)}/decisions.jsonl`;
}
/** While it is there, no daemon does anything to the stack, nor looks at it. */
export function switchPath(stackDir: string): string {
  return `${stackDir}/.clockwork/DISABLED`;
}

/** Longest journal that is read, in bytes: about a hundred thousand decisions. */
const maxJournal = 256 * 1024 * 1024;

/** What all records of a stack add up to. Rejects where the journal is damaged: nobody knows what was spent. */
export async function readJournal(
  { host, stackDir }: Workspace,
  limits: Limits,
): Promise<{ readonly history: History; readonly records: readonly DaemonRecord[] }> {
  let bytes: Uint8Array;
  try {
    bytes = await host.files.readPlain(journalPath(stackDir), maxJournal);
  } catch (error) {
    if (error instanceof HostError && error.code === "ENOENT") return { history: noHistory, records: [] };
    throw error;
  }
  const read = readHistory(new TextDecoder().decode(bytes), limits);
  if (read.damaged === undefined) return read;
  const what = `${journalPath(stackDir)} is damaged in line ${read.damaged}`;
  throw new HostError(
    "EINVAL",
    `${what}: what the daemon has spent is not known. Move it away to begin anew`,
  );
}

const isWhole = (text: string): boolean => text === "" || text.endsWith("\n");
/** Longer than a line takes to be written, in milliseconds. */
const halfLineMs = 100;

export class StackWorld implements World<Patch> {
  readonly #watching: Watching;
  #journal: AppendFile | undefined;
  #before: Before = { faults: new Map(), failing: new Map() };
  #looks = 0;
  /** Of what was written last, a hash. */
  #kept: string | undefined;
  /** Of the journal, in bytes, as far as it is known. */
  #length: number | undefined;

  readonly consultant?: StackConsultant;

  constructor(watching: Watching) {
    this.#watching = watching;
    const { ws, findAgent, inhibited } = watching;
    if (findAgent && inhibited === undefined) this.consultant = new StackConsultant(ws, findAgent);
  }

  get #ws(): Workspace {
    return this.#watching.ws;
  }

  async moment(): Promise<Moment> {
    const { host } = this.#ws;
    return {
      wallMs: host.clock.now(),
      uptimeMs: this.#watching.uptimeMs(),
      bootId: await host.jobs.bootId(),
    };
  }

  /** While somebody changes the stack, what is seen of it is half done. */
  async disabled(): Promise<string | undefined> {
    const { host, stackDir } = this.#ws;
    if (await host.files.stat(switchPath(stackDir))) return ".clockwork/DISABLED is there";
    const holder = await lockHolder(host, stackDir, "change");
    return holder && `clockwork ${holder.operation} is at work: process ${holder.pid}`;
  }

  async inhibited(): Promise<string | undefined> {
    if (this.#watching.inhibited !== undefined) return this.#watching.inhibited;
    const level = await this.#ws.host.jobs.sandbox();
    return level.driver === "none" ? `There is no sandbox: ${level.reason}` : undefined;
  }

  async look(): Promise<Look> {
    const ws = this.#ws;
    const { value: state } = await ws.store.read();
    if (!state) return { findings: [], unseen: new Set(), kinds: builtinKinds };
    // What is broken is asked by its checks at once; else they run now and then.
    const withChecks = this.#looks++ % this.#watching.checkEvery === 0 || this.#before.faults.size > 0;
    // Files are read when something is done with them: an idle look is to cost next to nothing.
    const checks = withChecks ? (await this.#ir(state)).verifies : [];
    const { seen, unseen } = await lookAround(ws, state, checks, this.#before, withChecks);
    const findings = diagnose(seen);
    await this.#remember(state, seen);
    const { kinds } = findings.length > 0 ? await this.#ir(state) : { kinds: builtinKinds };
    return { findings, unseen, kinds };
  }

  async *candidates(finding: Finding): AsyncIterable<Candidate<Patch>> {
    const ground = await this.#ground();
    if (ground) yield* candidates(finding, ground);
    const about = `${finding.rule} ${finding.address}`;
    const patch: Patch = { kind: "runbook", text: runbook(finding), about };
    yield { kind: "runbook", patch, summary: "steps to take by hand", by: "rule" };
  }

  /** A knob that is to help a check is tried first, without being turned. */
  async prepare(candidate: Candidate<Patch>, finding: Finding): Promise<Preparing> {
    const prepared = await preparePatch(this.#ws, candidate);
    if ("refused" in prepared || prepared.patch.kind !== "knob" || finding.rule !== "check-failing")
      return prepared;
    const { value: manifest } = await readManifest(this.#ws.host.files, buildDirOf(this.#ws.stackDir));
    if (!manifest) return { refused: "build/ cannot be read" };
    const { step, knob, value } = prepared.patch;
    // Once is enough to see whether it helps.
    const tried = turned(turned(manifest, { step, knob, value }), { step, knob: "retries", value: 0 });
    const path = manifestPath(buildDirOf(this.#ws.stackDir));
    const ws = withDocuments(this.#ws, new Map([[path, manifestText(tried)]]));
    const looked = await lookAtChecks(ws, [finding.address], { timeoutMs: 660_000, parallelism: 1 });
    return looked.value?.get(finding.address)?.outcome === "succeeded"
      ? prepared
      : { refused: "the check fails with it, too" };
  }

  apply(prepared: Prepared<Patch>, finding: Finding): Promise<Acted> {
    return carryOut(this.#watching, prepared, finding);
  }

  rollBack(undo: Undo): ReturnType<typeof takeBack> {
    return takeBack(this.#watching, undo);
  }

  propose(prepared: Prepared<Patch>, finding: Finding, because: string, risk: Risk): Promise<void> {
    return writeProposal(this.#ws, prepared, finding, because, risk);
  }

  withdraw(id: string): Promise<void> {
    return removeProposal(this.#ws, id);
  }

  async record(record: DaemonRecord): Promise<void> {
    this.#journal ??= await this.#openJournal();
    const line = new TextEncoder().encode(`${JSON.stringify(record)}\n`);
    await Promise.all([this.#journal.write(line), this.#journal.sync()]);
    if (this.#length !== undefined) this.#length += line.length;
    this.#watching.onRecord(record);
  }

  /** Commands write into the same journal: what a person approved, rejected or acknowledged. */
  async recall(): Promise<History | undefined> {
    const { host, stackDir } = this.#ws;
    const length = (await host.files.stat(journalPath(stackDir)))?.size ?? 0;
    if (length === this.#length) return undefined;
    this.#length = length;
    return (await readJournal(this.#ws, this.#watching.limits)).history;
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    this.#journal = undefined;
  }

  /** A line that was cut off never was a record: it goes, unless somebody is still writing it. */
  async #openJournal(): Promise<AppendFile> {
    const { host, stackDir } = this.#ws;
    const path = journalPath(stackDir);
    const read = async () => ((await host.files.stat(path)) ? host.files.readText(path) : "");
    let text = await read();
    if (!isWhole(text)) {
      await host.clock.sleep(halfLineMs);
      text = await read();
    }
    if (!isWhole(text)) await host.files.writeAtomic(path, text.slice(0, text.lastIndexOf("\n") + 1), 0o600);
    return host.files.append(path);
  }

  /**
   * Written only when something is seen otherwise: an idle look leaves the disk alone. What is the matter is written for each
   * new state, because what was seen counts only for the state that it was seen of.
   */
  async #remember(state: State, seen: Seen): Promise<void> {
    this.#before = { faults: faults(seen), failing: seen.failing };
    const { faults: found, failing } = this.#before;
    const isWell = found.size + failing.size === 0;
    const kept = createHash("sha256")
      .update(JSON.stringify([[...found], [...failing.keys()], isWell ? [] : [state.lineage, state.serial]]))
      .digest("hex");
    if (kept === this.#kept) return;
    this.#kept = kept;
    await keepSight(this.#ws, state, seen);
  }

  async #ir(state: State): Promise<Ir> {
    return remembering(await this.#analysis(), state).ir;
  }

  #analysis() {
    const { host, grammar, stackDir, inputs } = this.#ws;
    return analyse(host.files, grammar, stackDir, inputs, { hints: false });
  }

  async #ground(): Promise<Ground | undefined> {
    const ws = this.#ws;
    const { value: state } = await ws.store.read();
    const { value: manifest } = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
    if (!state || !manifest) return undefined;
    const analysis = await this.#analysis();
    return { ir: analysis.ir, files: analysis.files, manifest, state, listening: await listeningPorts(ws) };
  }
}
