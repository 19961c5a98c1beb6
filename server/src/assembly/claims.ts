/**
 * What only one resource can hold at a time: ports of the host, paths, names. Two that want the same are a mistake; one that
 * gives something up comes before the one that takes it.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { compareAddresses } from "../intake/address.ts";
import { difference } from "../intake/difference.ts";
import type { Ir, ResourceIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { KindSchema } from "../intake/schema/schema.ts";
import type { Json } from "../intake/value.ts";
import { isRecord, needsComputing } from "./arguments.ts";
import { recordedInput, unsealed } from "./recorded.ts";

export interface Claim {
  readonly space: string;
  readonly attribute: string;
  /** As people read it: `8080/tcp`, `site/index.html`. */
  readonly text: string;
  /** Equal for all that may be in each other's way. */
  readonly key: string;
  /** Of a port bound to one address of the host. */
  readonly hostIp?: string;
}

/** What a resource with these recorded inputs holds; what is not known yet is left out. */
export function claimsOf(kind: KindSchema, inputs: { readonly [name: string]: Json }): Claim[] {
  return kind.claims.flatMap(({ space, attribute }) => {
    const value = plain(inputs[attribute]);
    if (value === undefined || value === null) return [];
    return (Array.isArray(value) ? value : [value]).flatMap(
      (item: Json) => claim(space, attribute, item) ?? [],
    );
  });
}

function plain(value: Json | undefined): Json | undefined {
  return value !== undefined && isRecord(value) && "$computed" in value ? value["$computed"] : value;
}

function claim(space: string, attribute: string, value: Json): Claim | undefined {
  if (space === "port") return portClaim(attribute, value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const name = space === "path" && typeof value === "string" ? normalPath(value) : text;
  return { space, attribute, text, key: `${space}:${name}` };
}

function portClaim(attribute: string, value: Json): Claim | undefined {
  if (!isRecord(value) || value["external"] === undefined) return undefined;
  const { external, protocol, host_ip: hostIp } = value;
  const port = typeof external === "number" ? String(external) : JSON.stringify(external);
  const text = `${port}/${typeof protocol === "string" ? protocol : "tcp"}`;
  return {
    space: "port",
    attribute,
    text,
    key: `port:${text}`,
    ...(typeof hostIp === "string" && !/^(0\.0\.0\.0|::)?$/.test(hostIp) && { hostIp }),
  };
}

/** Nothing but names of folders, none of them beginning with a dot: what nearly every path is. */
const isNormal = /^\/?[^./][^/]*(?:\/[^./][^/]*)*$/;

/** `./a//b/../c/` is `a/c`; above the stack's folder `..` stays. */
export function normalPath(path: string): string {
  if (isNormal.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || !path.startsWith("/")) parts.push(part);
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}` || ".";
}

/** The folders that a path lies in, nearest first. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
    folders.push(path.slice(0, at));
  return folders;
}

/** The paths among claims, as `normalPath` writes them. */
export function pathsOf(claims: readonly Claim[]): string[] {
  return claims.flatMap((c) => (c.space === "path" ? [c.key.slice("path:".length)] : []));
}

interface Holder {
  readonly resource: ResourceIr;
  readonly claim: Claim;
  /** Another one of the same port, at another address of the host. */
  readonly next: Holder | undefined;
}

interface Wanted {
  readonly resource: ResourceIr;
  readonly claim: Claim;
}

/** Finds resources of the files that want the same thing, again after each edit. */
export class Conflicts {
  #resources: readonly ResourceIr[] = [];
  readonly #claims = new Map<ResourceIr, readonly Claim[]>();
  /** By the claims' key. */
  readonly #wanted = new Map<string, Wanted[]>();
  /** The keys that are wanted more than once: hardly ever any. */
  readonly #contended = new Set<string>();

  /** Resources that an edit did not touch are the same objects as before. */
  find({ kinds, resources }: Ir): Diagnostic[] {
    const { gone, come } = difference(this.#resources, resources);
    this.#resources = resources;
    for (const resource of gone) {
      for (const { key } of this.#claims.get(resource) ?? []) this.#remove(key, resource);
      this.#claims.delete(resource);
    }
    for (const resource of come) {
      const claims = certainClaims(kinds, resource);
      if (claims.length > 0) this.#claims.set(resource, claims);
      for (const claim of claims) this.#add({ resource, claim });
    }
    return [...this.#contended].flatMap((key) => conflictsAmong(this.#wanted.get(key) ?? []));
  }

  #add(one: Wanted): void {
    const { key } = one.claim;
    const wanted = this.#wanted.get(key);
    if (!wanted) this.#wanted.set(key, [one]);
    else if (wanted.push(one) > 1) this.#contended.add(key);
  }

  #remove(key: string, resource: ResourceIr): void {
    const left = (this.#wanted.get(key) ?? []).filter((w) => w.resource !== resource);
    if (left.length > 0) this.#wanted.set(key, left);
    else this.#wanted.delete(key);
    if (left.length < 2) this.#contended.delete(key);
  }
}

/** Of those who want one thing: the later ones by address are in the way of the earlier ones. */
function conflictsAmong(wanted: readonly Wanted[]): Diagnostic[] {
  const found: Diagnostic[] = [];
  let last: Holder | undefined;
  for (const { resource, claim } of [...wanted].sort(byAddress)) {
    const other = holderInTheWay(last, claim);
    if (other) found.push(conflict(resource, claim, other.resource));
    else last = { resource, claim, next: last };
  }
  return found;
}

const byAddress = (a: Wanted, b: Wanted): number => compareAddresses(a.resource.address, b.resource.address);

/** The first one that came. */
function holderInTheWay(last: Holder | undefined, wanted: Claim): Holder | undefined {
  let first: Holder | undefined;
  for (let at = last; at; at = at.next) if (excludes(at.claim, wanted)) first = at;
  return first;
}

/** Of what is known while planning: a value that a step makes may turn out to be another one. */
function certainClaims(kinds: Kinds, resource: ResourceIr): Claim[] {
  const kind = kinds.resources.get(resource.kind);
  if (!kind) return [];
  const inputs: { [name: string]: Json } = {};
  for (const { attribute } of kind.claims) {
    const value = resource.attributes.get(attribute);
    if (value && !needsComputing(value)) inputs[attribute] = recordedInput(value, attribute, unsealed);
  }
  return claimsOf(kind, inputs).filter((c) => !c.key.includes('{"$'));
}

function excludes(a: Claim, b: Claim): boolean {
  return a.hostIp === undefined || b.hostIp === undefined || a.hostIp === b.hostIp;
}

function conflict(resource: ResourceIr, { space, attribute, text }: Claim, other: ResourceIr): Diagnostic {
  const what = { port: "the port", path: "the path", image: "the tag" }[space] ?? `the ${space} name`;
  const same = resource.address === other.address;
  const message = same
    ? `${resource.address} wants ${what} ${text} twice`
    : `${resource.address} and ${other.address} both want ${what} ${text}`;
  return diagnostic("claimed-twice", message, {
    span: resource.attributeSpans.get(attribute) ?? resource.span,
    related: [
      { span: other.attributeSpans.get(attribute) ?? other.span, message: `${other.address} wants it here` },
    ],
    hint: "Only one of them can have it.",
  });
}
