/**
 * Whose is the thing that a step is about to make or remove? DESIGN.md, Ownership: containers, networks, volumes and images
 * are ours by their label; files by their recorded hash, folders by being recorded, clones by both a mark in their own git
 * settings and being recorded. What exists and is not ours is left alone.
 */

import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { jsonOf } from "../../host/json.ts";
import type { Host } from "../../host/ports.ts";
import type { EnvFacts } from "../../intake/facts.ts";
import { expandText } from "../../intake/runtime-text.ts";
import type { Json } from "../../intake/value.ts";
import type { ResourceRecord } from "../state.ts";
import { type EngineKind, inspect } from "./engine.ts";
import { git } from "./git.ts";
import { isOurs } from "./observers.ts";
import { hashFile, inStack, look, sha256 } from "./paths.ts";
import { repositoryFolder } from "./repository-folder.ts";

/** The step, as far as it matters here; an Action is one. */
export interface OwningStep {
  readonly name: string;
  readonly args: Readonly<Record<string, Json>>;
  readonly id?: string | undefined;
  readonly resource?: string | undefined;
}

export interface Owning {
  readonly host: Host;
  readonly facts: EnvFacts;
  readonly stackDir: string;
  readonly lineage: string;
  readonly step: OwningStep;
  readonly record: ResourceRecord | undefined;
  /** Run-time values by environment name. */
  readonly values: ReadonlyMap<string, string>;
}

/** A clause that names the thing which is not ours; undefined where nothing stands in the way. */
type Judge = (o: Owning) => Promise<string | undefined>;

export async function judgeOwnership(o: Owning): Promise<Diagnostic | undefined> {
  const what = await judges.get(o.step.name)?.(o);
  if (what === undefined) return undefined;
  const address = o.step.resource ?? o.step.id ?? o.step.name;
  const adopt = `--adopt ${quoteWord(address)}`;
  const hint = o.step.name.startsWith("remove_")
    ? `Use ${adopt} to remove it all the same.`
    : `Apply with ${adopt} to take it over.`;
  return diagnostic("not-ours", `${address}: ${what}`, { hint });
}

/** As a shell wants it. */
function quoteWord(address: string): string {
  return /^[\w.-]+$/.test(address) ? address : `'${address}'`;
}

/** An argument that is a text; undefined where it is absent or waits for a value that is not there. */
function text(o: Owning, argument: string): string | undefined {
  const value = o.step.args[argument];
  if (typeof value === "string") return expandText(value, o.values);
  const name = o.step.args[`${argument}Var`];
  return typeof name === "string" ? o.values.get(name) : undefined;
}

function texts(o: Owning, argument: string): string[] {
  const value = o.step.args[argument];
  const name = o.step.args[`${argument}Var`];
  const list = value ?? (typeof name === "string" ? jsonOf(o.values.get(name) ?? "null") : undefined);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    if (typeof item !== "string") return [];
    // What came as JSON is the value itself.
    const known = value === undefined ? item : expandText(item, o.values);
    return known === undefined ? [] : [known];
  });
}

const engineThing =
  (kind: EngineKind, names: (o: Owning) => readonly string[]): Judge =>
  async (o) => {
    for (const name of names(o)) {
      const seen = await inspect(o.host, o.facts, kind, name);
      // An engine that does not answer fails the step itself, with the engine's own words.
      if (seen.status === "found" && !isOurs(kind, seen.thing, o.lineage)) {
        return `the ${kind} ${name} exists and was not made by this stack`;
      }
    }
    return undefined;
  };

const named = (kind: EngineKind): Judge =>
  engineThing(kind, (o) => {
    const name = text(o, "name");
    return name === undefined ? [] : [name];
  });

/** A process service has nothing that others could own: its folder is the stack's. */
const container: Judge = async (o) =>
  "image" in o.step.args || "imageVar" in o.step.args ? named("container")(o) : undefined;

const image: Judge = engineThing("image", (o) => texts(o, "tags"));

const ensureFile: Judge = async (o) => {
  const path = text(o, "path");
  return path === undefined ? undefined : foreignFile(o, path, await desiredHash(o));
};

const removeFile: Judge = async (o) => {
  const path = text(o, "path");
  return path === undefined ? undefined : foreignFile(o, path, undefined);
};

async function foreignFile(
  o: Owning,
  path: string,
  desired: string | undefined,
): Promise<string | undefined> {
  const target = inStack(o.stackDir, path);
  const seen = await look(o.host.files, target);
  if (seen.status === "absent") return undefined;
  if (seen.status === "unknown") return seen.detail;
  if (seen.stat.kind !== "file") return `${path} exists and is not the file that was made`;
  const hash = await hashFile(o.host, target);
  if ("problem" in hash) return hash.problem;
  const recorded = recordedPath(o, target) ? recordedHash(o) : undefined;
  if (hash.sha256 === recorded || hash.sha256 === desired) return undefined;
  return recorded === undefined
    ? `the file ${path} exists and was not made by this stack`
    : `the file ${path} was changed since it was made`;
}

async function desiredHash(o: Owning): Promise<string | undefined> {
  const content = text(o, "content");
  if (content !== undefined) return sha256(content);
  const source = text(o, "source");
  if (source === undefined) return undefined;
  const hash = await hashFile(o.host, inStack(o.stackDir, source));
  return "sha256" in hash ? hash.sha256 : undefined;
}

function recordedHash(o: Owning): string | undefined {
  const content = o.record?.inputs["content"];
  return o.record?.outputs["sha256"] ?? (typeof content === "string" ? sha256(content) : undefined);
}

/** Whether the record speaks of that very path. */
function recordedPath(o: Owning, target: string): boolean {
  const { record } = o;
  if (!record) return false;
  const path = record.outputs["path"] ?? record.outputs["workdir"] ?? record.inputs["path"];
  return typeof path !== "string" || inStack(o.stackDir, path) === target;
}

/** An empty folder belongs to nobody. */
const ensureDirectory: Judge = async (o) => {
  const path = text(o, "path");
  if (path === undefined) return undefined;
  const target = inStack(o.stackDir, path);
  const seen = await look(o.host.files, target);
  if (seen.status === "absent") return undefined;
  if (seen.status === "unknown") return seen.detail;
  if (seen.stat.kind !== "directory") return `${path} exists and is not a folder`;
  if (recordedPath(o, target) || (await o.host.files.list(target)).length === 0) return undefined;
  return `the folder ${path} exists, is not empty and was not made by this stack`;
};

/** The script removes it only when nothing is left in it. */
const removeDirectory: Judge = async (o) => {
  const path = text(o, "path");
  if (path === undefined) return undefined;
  const target = inStack(o.stackDir, path);
  const seen = await look(o.host.files, target);
  return seen.status === "found" && !recordedPath(o, target)
    ? `the folder ${path} was not made by this stack`
    : undefined;
};

const repository: Judge = async (o) => {
  const path =
    text(o, "path") ?? repositoryFolder(o.step.resource ?? o.step.id ?? o.step.name, text(o, "url"));
  const target = inStack(o.stackDir, path);
  const seen = await look(o.host.files, target);
  if (seen.status === "absent") return undefined;
  if (seen.status === "unknown") return seen.detail;
  if (seen.stat.kind !== "directory") return `${path} exists and is not a clone of ours`;
  if ((await o.host.files.list(target)).length === 0) return undefined;
  const stack = await git(o.host, o.facts, target, ["config", "--get", "clockwork.stack"]);
  if (stack === o.lineage || ((stack ?? "") === "" && recordedPath(o, target))) return undefined;
  return `the folder ${path} exists and was not made by this stack`;
};

const judges: ReadonlyMap<string, Judge> = new Map([
  ["fetch_repo", repository],
  ["remove_repo", repository],
  ["build_image", image],
  ["remove_image", image],
  ["ensure_network", named("network")],
  ["remove_network", named("network")],
  ["ensure_volume", named("volume")],
  ["remove_volume", named("volume")],
  ["ensure_service", container],
  ["remove_service", container],
  ["ensure_file", ensureFile],
  ["remove_file", removeFile],
  ["ensure_directory", ensureDirectory],
  ["remove_directory", removeDirectory],
]);
