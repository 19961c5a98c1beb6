/** One observer per kind: is what the state recorded still there, and as it was left? */
import type { Host } from "../../host/ports.ts";
import type { EnvFacts } from "../../intake/facts.ts";
import type { Json } from "../../intake/value.ts";
import type { Observation } from "../observation.ts";
import { serviceStatus } from "../services.ts";
import type { ResourceRecord } from "../state.ts";
import { configLabel, type EngineKind, type EngineThing, inspect, stackLabel } from "./engine.ts";
import { git } from "./git.ts";
import { hashFile, inStack, look, modeBits, octal, sha256 } from "./paths.ts";
import { repositoryFolder } from "./repository-folder.ts";

export interface Observing {
  readonly host: Host;
  readonly facts: EnvFacts;
  readonly stackDir: string;
  readonly lineage: string;
  readonly address: string;
  readonly record: ResourceRecord;
}
export type Observer = (o: Observing) => Promise<Observation>;

const ok: Observation = { status: "ok" };
const gone = (detail: string): Observation => ({ status: "gone", detail });
const changed = (detail: string): Observation => ({ status: "changed", detail });
const stopped = (detail: string): Observation => ({ status: "changed", detail, fault: "stopped" });
const foreign = (detail: string): Observation => ({ status: "foreign", detail });
const unknown = (detail: string): Observation => ({ status: "unknown", detail });

/** A recorded attribute that is a plain text; references and templates are not. */
function text(o: Observing, attribute: string): string | undefined {
  return plain(o.record.inputs[attribute]);
}

/** What was evaluated when the step ran is recorded beside the fact that it was. */
function plain(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const computed = (value as { readonly [name: string]: Json })["$computed"];
  return typeof computed === "string" ? computed : undefined;
}

const repository: Observer = async (o) => {
  const recorded = o.record.outputs["workdir"] ?? text(o, "path") ?? repositoryFolder(o.address);
  const folder = inStack(o.stackDir, recorded);
  const seen = await look(o.host.files, folder);
  if (seen.status === "unknown") return unknown(seen.detail);
  if (seen.status === "absent") return gone("the work tree is gone");
  const head = await git(o.host, o.facts, folder, ["rev-parse", "--verify", "--quiet", "HEAD"]);
  if (head === undefined) return changed(`${recorded} is no git work tree, or git cannot read it`);
  const { commit } = o.record.outputs;
  if (commit !== undefined && head !== commit) {
    return changed(`commit ${head.slice(0, 12)} is checked out instead of ${commit.slice(0, 12)}`);
  }
  return ok;
};

const image: Observer = async (o) => {
  const tags = o.record.inputs["tags"];
  const known = Array.isArray(tags) ? tags.map((tag) => plain(tag as Json)) : [];
  const names = [...new Set([o.record.outputs["ref"], ...known])].filter((tag) => tag !== undefined);
  if (names.length === 0) return unknown("the image's name is not recorded");
  for (const tag of names) {
    const seen = await inspect(o.host, o.facts, "image", tag);
    if (seen.status === "unknown") return unknown(seen.detail);
    if (seen.status === "absent") return gone(`the image ${tag} is gone`);
    if (seen.thing.labels[stackLabel] !== o.lineage) return foreign(`the image ${tag} is not of this stack`);
    const { id } = o.record.outputs;
    if (id !== undefined && seen.thing.id !== id) return changed(`${tag} names another image`);
  }
  return ok;
};

/** Labels cannot be put on later: one without ours was adopted, one with another stack's is that stack's. */
const engineResource =
  (kind: "network" | "volume"): Observer =>
  async (o) => {
    const name = o.record.outputs["id"] ?? text(o, "name") ?? o.record.name;
    const seen = await inspect(o.host, o.facts, kind, name);
    if (seen.status === "unknown") return unknown(seen.detail);
    if (seen.status === "absent") return gone(`the ${kind} ${name} is gone`);
    const stack = seen.thing.labels[stackLabel] ?? "";
    return stack === "" || stack === o.lineage ? ok : foreign(`the ${kind} ${name} belongs to another stack`);
  };

const service: Observer = async (o) => {
  const name = text(o, "name") ?? o.record.name;
  return o.record.inputs["command"] === undefined ? container(o, name) : process(o, name);
};

async function container(o: Observing, name: string): Promise<Observation> {
  const seen = await inspect(o.host, o.facts, "container", name);
  if (seen.status === "unknown") return unknown(seen.detail);
  if (seen.status === "absent") return gone("the container is gone");
  if (!isOurContainer(seen.thing, o.lineage)) return foreign(`the container ${name} is not of this stack`);
  if (seen.thing.restarting)
    return { status: "changed", detail: "the container ends again and again", fault: "restarting" };
  if (!seen.thing.running) return stopped("the container does not run");
  const { id } = o.record.outputs;
  return id !== undefined && seen.thing.id !== id ? changed("it is another container") : ok;
}

export function isOurContainer(thing: EngineThing, lineage: string): boolean {
  return thing.labels[stackLabel] === lineage && thing.labels[configLabel] !== undefined;
}

/** Whether the thing of that kind is marked as this stack's. */
export function isOurs(kind: EngineKind, thing: EngineThing, lineage: string): boolean {
  return kind === "container" ? isOurContainer(thing, lineage) : thing.labels[stackLabel] === lineage;
}

async function process(o: Observing, name: string): Promise<Observation> {
  const { state } = await serviceStatus(o.host, o.stackDir, name);
  if (state === "running") return ok;
  if (state === "waiting")
    return { status: "changed", detail: "the process ends again and again", fault: "restarting" };
  return state === "absent" ? gone("the process is gone") : stopped("the process does not run");
}

const file: Observer = async (o) => {
  const path = o.record.outputs["path"] ?? text(o, "path");
  if (path === undefined) return unknown("the file's path is not recorded");
  const target = inStack(o.stackDir, path);
  const seen = await look(o.host.files, target);
  if (seen.status === "unknown") return unknown(seen.detail);
  if (seen.status === "absent") return gone("the file is gone");
  if (seen.stat.kind !== "file") return changed("it is no file any more");
  const hash = await hashFile(o.host, target);
  if ("problem" in hash) return unknown(hash.problem);
  const content = text(o, "content");
  const recorded = o.record.outputs["sha256"] ?? (content === undefined ? undefined : sha256(content));
  if (recorded !== undefined && hash.sha256 !== recorded) return changed("the content was changed");
  return modeChange(o, seen.stat.mode, 0o644);
};

const directory: Observer = async (o) => {
  const path = o.record.outputs["path"] ?? text(o, "path");
  if (path === undefined) return unknown("the folder's path is not recorded");
  const seen = await look(o.host.files, inStack(o.stackDir, path));
  if (seen.status === "unknown") return unknown(seen.detail);
  if (seen.status === "absent") return gone("the folder is gone");
  if (seen.stat.kind !== "directory") return changed("it is no folder any more");
  return modeChange(o, seen.stat.mode, 0o755);
};

function modeChange(o: Observing, mode: number, fallback: number): Observation {
  const recorded = o.record.inputs["mode"];
  // A mode that was worked out at run time is not compared.
  if (recorded !== undefined && plain(recorded) === undefined) return ok;
  const wanted = modeBits(plain(recorded), fallback);
  return (mode & 0o7777) === wanted ? ok : changed(`the mode is ${octal(mode)} instead of ${octal(wanted)}`);
}

const task: Observer = async (o) => {
  const creates = text(o, "creates");
  if (creates === undefined) return ok;
  const seen = await look(o.host.files, inStack(o.stackDir, creates));
  if (seen.status === "unknown") return unknown(seen.detail);
  return seen.status === "absent" ? gone(`${creates}, which it makes, is gone`) : ok;
};

/** What must be found on the machine before a record of that kind is looked at: to find it starts programs. */
export function observerNeed({ kind, inputs }: ResourceRecord): "engine" | "git" | undefined {
  if (kind === "repository") return "git";
  const isContained = ["image", "network", "volume"].includes(kind);
  return isContained || (kind === "service" && inputs["command"] === undefined) ? "engine" : undefined;
}

export const observers: ReadonlyMap<string, Observer> = new Map([
  ["repository", repository],
  ["image", image],
  ["network", engineResource("network")],
  ["volume", engineResource("volume")],
  ["service", service],
  ["file", file],
  ["directory", directory],
  ["task", task],
]);
