/**
 * What is the matter, by rules alone: the same look gives the same findings. Each rule names its evidence; what no rule knows
 * is found all the same, so that an agent or a person can look at it.
 */
import { compareAddresses } from "../intake/address.ts";
import { faultOf, type Observation } from "../state/observation.ts";
import type { Finding } from "./records.ts";

/** Everything that was seen of a stack at one moment. */
export interface Seen {
  /** Of every resource in the state. */
  readonly resources: ReadonlyMap<string, Observation>;
  /** Addresses with something the matter when the checks began. */
  readonly faulty: ReadonlySet<string>;
  /** What failed, by the check's address; `of`: addresses of what it asks, and of what that is made from. */
  readonly failing: ReadonlyMap<string, { readonly detail: string; readonly of: readonly string[] }>;
  /** Process services by address. */
  readonly logs: ReadonlyMap<string, LogState>;
  /** Ports on this machine that a stopped service publishes and that somebody else listens on. */
  readonly takenPorts: ReadonlyMap<string, number>;
  /** What was the matter at the look before, by address. */
  readonly before: ReadonlyMap<string, string>;
  /** The last lines that services wrote, by address: untrusted, cut and cleaned. */
  readonly tails: ReadonlyMap<string, string>;
  /** Of the disk that the stack lies on, in megabytes; undefined where nobody knows. */
  readonly freeMb: number | undefined;
}

export interface LogState {
  /** The step whose knobs its log has. */
  readonly step: string;
  /** How long all that is kept of it reaches back, in milliseconds; undefined while it has not been full yet. */
  readonly reachMs: number | undefined;
  readonly maxMb: number;
}

/** Less than this, and nothing that is repaired stays repaired, in megabytes. */
const leastFreeMb = 64;
/** A log that reaches back less is of no use to who looks for last night's failure, in milliseconds. */
const leastReachMs = 60 * 60_000;

export const findingRules = [
  "disk-full",
  "port-taken",
  "gone",
  "stopped",
  "restarting",
  "changed",
  "foreign",
  "check-failing",
  "log-growth",
] as const;
export type FindingRule = (typeof findingRules)[number];

/** In the order in which they are to be mended: things before the checks that ask them, by address. */
export function diagnose(seen: Seen): readonly Finding[] {
  if (seen.freeMb !== undefined && seen.freeMb < leastFreeMb) return [diskFull(seen.freeMb)];
  const addresses = [...seen.resources.keys()].sort(compareAddresses);
  const things = addresses.flatMap((address) => resourceFinding(address, seen) ?? []);
  const broken = new Set([...seen.faulty, ...things.map(({ address }) => address)]);
  const checks = [...seen.failing.keys()].sort(compareAddresses);
  return [
    ...things,
    ...checks.flatMap((address) => checkFinding(address, seen, broken) ?? []),
    ...addresses.filter((a) => !broken.has(a)).flatMap((address) => logFinding(address, seen) ?? []),
  ];
}

function diskFull(freeMb: number): Finding {
  const text = `${Math.floor(freeMb)} MB are free`;
  return found("clockwork", "disk-full", "the disk is full", [{ source: "disk", text }]);
}

function found(
  address: string,
  rule: FindingRule,
  summary: string,
  evidence: Finding["evidence"] = [],
): Finding {
  return { address, rule, summary, evidence };
}

function resourceFinding(address: string, seen: Seen): Finding | undefined {
  const observation = seen.resources.get(address);
  const fault = observation && faultOf(observation);
  if (!fault || !observation || !("detail" in observation)) return undefined;
  const evidence = [{ source: "observed", text: observation.detail }];
  const tail = seen.tails.get(address);
  if (tail) evidence.push({ source: "its last output", text: tail });
  const port = seen.takenPorts.get(address);
  if (port !== undefined && (fault === "stopped" || fault === "restarting" || fault === "gone")) {
    evidence.push({ source: "port", text: `another program listens on port ${port}` });
    return found(address, "port-taken", `port ${port} is taken`, evidence);
  }
  // One that has just ended is about to be started again by who watches it.
  if (fault === "restarting" && seen.before.get(address) !== "restarting") return undefined;
  return found(address, fault, observation.detail, evidence);
}

/** A check of something that is broken says nothing new. */
function checkFinding(address: string, seen: Seen, broken: ReadonlySet<string>): Finding | undefined {
  const failing = seen.failing.get(address);
  if (!failing || failing.of.some((asked) => broken.has(asked))) return undefined;
  const evidence = [{ source: "check", text: failing.detail }];
  for (const asked of failing.of) {
    const tail = seen.tails.get(asked);
    if (tail) evidence.push({ source: `last output of ${asked}`, text: tail });
  }
  return found(address, "check-failing", "the check fails", evidence);
}

function logFinding(address: string, seen: Seen): Finding | undefined {
  const log = seen.logs.get(address);
  if (!log || log.reachMs === undefined || log.reachMs >= leastReachMs) return undefined;
  const minutes = Math.max(1, Math.round(log.reachMs / 60_000));
  const text = `it is full at ${log.maxMb} MB and reaches back ${minutes} minute${minutes === 1 ? "" : "s"}`;
  return found(address, "log-growth", "its log is full too soon", [{ source: "log", text }]);
}

/** What an address had the matter, for the next look. */
export function faults(seen: Seen): ReadonlyMap<string, string> {
  const all = [...seen.resources].flatMap(([address, observation]) => {
    const fault = faultOf(observation);
    return fault === undefined ? [] : [[address, fault] as const];
  });
  return new Map(all);
}
