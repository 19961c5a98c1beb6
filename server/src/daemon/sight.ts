/** Everything that one look of the daemon takes in. It only ever asks: nothing here changes the stack or its state. */

import { stepId } from "../assembly/steps.ts";
import { declaredKnobs } from "../forge/knobs.ts";
import { readManifest } from "../forge/manifest.ts";
import { visible } from "../forge/prompt/fence.ts";
import { HostError } from "../host/ports.ts";
import type { VerifyIr } from "../intake/ir.ts";
import { keepObservations, lookAtChecks, observeAll, type Workspace } from "../pipeline.ts";
import { buildDirOf } from "../plan.ts";
import { faultOf } from "../state/observation.ts";
import { serviceFolder } from "../state/services.ts";
import type { ResourceRecord, State } from "../state/state.ts";
import type { LogState, Seen } from "./diagnose.ts";

/** What the look before says for this one. */
export interface Before {
  readonly faults: ReadonlyMap<string, string>;
  /** What the checks said when they ran last. */
  readonly failing: Seen["failing"];
}

export interface Looked {
  readonly seen: Seen;
  readonly unseen: ReadonlySet<string>;
}

/** Longest a check may take when the daemon looks, in milliseconds. */
const checkMs = 60_000;
const parallelChecks = 4;
/** Of what a service wrote, in characters: enough for the end of a stack trace. */
const mostTail = 8_000;

/** `withChecks`: whether the checks run, too; else what they said last still holds. */
export async function lookAround(
  ws: Workspace,
  state: State,
  checks: readonly VerifyIr[],
  before: Before,
  withChecks: boolean,
): Promise<Looked> {
  const first = await observeAll(ws, state);
  const faulty = [...first].filter(([, o]) => faultOf(o) !== undefined).map(([address]) => address);
  const failing = withChecks ? await failingChecks(ws, checks, state) : before.failing;
  const asked = new Set([...faulty, ...[...failing.values()].flatMap(({ of }) => of)]);
  const takenBy = await takenPorts(ws, state, faulty);
  // A service may have been started again while the checks ran: then its port is its own.
  const resources = takenBy.size > 0 ? await observeAll(ws, state) : first;
  const seen: Seen = {
    resources,
    faulty: new Set(faulty),
    failing,
    logs: await logs(ws, state),
    takenPorts: takenBy,
    before: before.faults,
    tails: await tails(ws, state, asked),
    // A disk that is full shows in something that is broken.
    freeMb: asked.size > 0 ? await freeMb(ws) : undefined,
  };
  const unseen = new Set(
    [...resources].filter(([, o]) => o.status === "unknown").map(([address]) => address),
  );
  return { seen, unseen };
}

/** For the editor and for `plan`, which show it as drift. */
export async function keepSight(ws: Workspace, state: State, { resources, failing }: Seen): Promise<void> {
  const checks = [...failing].map(([address, { detail }]) => [address, { ok: false, detail }] as const);
  await keepObservations(ws, state, resources, Object.fromEntries(checks));
}

async function failingChecks(
  ws: Workspace,
  checks: readonly VerifyIr[],
  state: State,
): Promise<Seen["failing"]> {
  const { value } = await lookAtChecks(ws, [], { timeoutMs: checkMs, parallelism: parallelChecks });
  const asks = new Map(
    checks.map(({ address, dependsOn }) => [address, withWhatTheyNeed(dependsOn, state)] as const),
  );
  const failing = [...(value ?? [])].filter(
    ([, { outcome }]) => outcome === "failed" || outcome === "timed-out",
  );
  return new Map(
    failing.map(([address, { diagnostics, said }]) => {
      const messages = diagnostics.map(({ message }) => message);
      return [address, { detail: untrusted([...messages, said].join("\n")), of: asks.get(address) ?? [] }];
    }),
  );
}

/** What a check asks, what that is made from, and so on: nearest first. */
function withWhatTheyNeed(edges: VerifyIr["dependsOn"], { resources }: State): readonly string[] {
  const found = new Set(edges.map(({ address }) => address));
  // A set gives what is added while it is walked through, too.
  for (const address of found) for (const needed of resources[address]?.dependsOn ?? []) found.add(needed);
  return [...found];
}

/** Process services whose log was full once, and can be given more room by a knob. */
async function logs(ws: Workspace, state: State): Promise<ReadonlyMap<string, LogState>> {
  const services = [];
  for (const entry of Object.entries(state.resources))
    if (isProcess(entry[1]) && (await ws.host.files.stat(fullLog(ws, entry[1])))) services.push(entry);
  // The manifest is long, and to read it is most of what an idle look would cost.
  if (services.length === 0) return new Map();
  const { value: manifest } = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
  const found = await Promise.all(
    services.map(async ([address, record]): Promise<readonly [string, LogState] | undefined> => {
      const step = stepId("ensure_service", address);
      const artifact = Object.values(manifest?.artifacts ?? {}).find(({ purpose }) => purpose === step);
      const declared = artifact && declaredKnobs(artifact.base).log_max_mb;
      if (declared === undefined) return undefined;
      const maxMb = manifest?.knobs?.[step]?.log_max_mb ?? declared;
      return [address, { step, maxMb, reachMs: await reach(ws, record, maxMb) }];
    }),
  );
  return new Map(found.filter((entry) => entry !== undefined));
}

/** How long a log reaches back, by how fast its newest part has grown; undefined while nothing of it has gone yet. */
async function reach(ws: Workspace, record: ResourceRecord, maxMb: number): Promise<number | undefined> {
  const { files } = ws.host;
  const [now, full] = [await files.stat(logOf(ws, record)), await files.stat(fullLog(ws, record))];
  // One that is not full was left by an earlier supervisor.
  if (!now?.size || !full?.modifiedMs || full.size < 0.9 * maxMb * 1024 * 1024) return undefined;
  const grownMs = ws.host.clock.now() - full.modifiedMs;
  // What was just begun tells nothing yet.
  return grownMs <= 0 || now.size < full.size / 10
    ? undefined
    : ((now.size + full.size) * grownMs) / now.size;
}

function logOf({ stackDir }: Workspace, record: ResourceRecord): string {
  return `${serviceFolder(stackDir, nameOf(record))}/service.log`;
}

function fullLog(ws: Workspace, record: ResourceRecord): string {
  return `${logOf(ws, record)}.1`;
}

function isProcess({ kind, inputs }: ResourceRecord): boolean {
  return kind === "service" && inputs["command"] !== undefined;
}

function nameOf({ inputs, name }: ResourceRecord): string {
  return typeof inputs["name"] === "string" ? inputs["name"] : name;
}

/** Ports of broken services on which somebody listens all the same. */
async function takenPorts(
  ws: Workspace,
  state: State,
  faulty: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const wanted = faulty.flatMap((address) =>
    portsOf(state.resources[address]).map((port) => [address, port] as const),
  );
  if (wanted.length === 0) return new Map();
  const listening = await listeningPorts(ws);
  return new Map(wanted.filter(([, port]) => listening.has(port)));
}

export function portsOf(record: ResourceRecord | undefined): readonly number[] {
  const ports = record?.kind === "service" ? record.inputs["ports"] : undefined;
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((port) => {
    const external =
      typeof port === "object" && port !== null && "external" in port ? port.external : undefined;
    return typeof external === "number" ? [external] : [];
  });
}

/** As Linux lists them: the fourth column is the state, and 0A listens. Empty where there is no such list. */
export async function listeningPorts({ host: { files } }: Workspace): Promise<ReadonlySet<number>> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map(async (path) => {
      try {
        return await files.readText(path);
      } catch (error) {
        if (error instanceof HostError) return "";
        throw error;
      }
    }),
  );
  const lines = tables
    .join("\n")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const open = lines
    .filter((columns) => columns[3] === "0A")
    .map((columns) => columns[1]?.split(":")[1] ?? "");
  return new Set(open.map((port) => Number.parseInt(port, 16)));
}

/** What process services wrote last; their supervisor has masked it. */
async function tails(
  ws: Workspace,
  state: State,
  addresses: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found: [string, string][] = [];
  for (const address of addresses) {
    const record = state.resources[address];
    if (!record || !isProcess(record)) continue;
    const path = logOf(ws, record);
    if ((await ws.host.files.stat(path))?.kind !== "file") continue;
    const text = untrusted(await ws.host.files.readText(path));
    if (text !== "") found.push([address, text]);
  }
  return new Map(found);
}

/** The end of a text that somebody else wrote, without what nobody would see. */
function untrusted(text: string): string {
  return visible(text.slice(-mostTail)).trim();
}

async function freeMb({ host, stackDir }: Workspace): Promise<number | undefined> {
  try {
    const { code, stdout } = await host.processes.run(["df", "-Pk", stackDir], { timeoutMs: 5_000 });
    const available = Number(stdout.trim().split("\n").at(-1)?.split(/\s+/)[3]);
    return code === 0 && Number.isFinite(available) ? available / 1024 : undefined;
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}
