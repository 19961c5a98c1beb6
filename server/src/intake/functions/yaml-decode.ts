/**
 * YAML text as a value, as Terraform's yamldecode reads it: one document, whose plain words mean what they mean in YAML 1.1
 * (`yes` is true), with aliases and merge keys, and without tags but the standard's own.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type Scalar,
} from "yaml";
import { convert } from "../convert.ts";
import { excess, maxDepth } from "../limits.ts";
import { stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { nullValue, objectValue, stringValue, tupleValue } from "../values.ts";
import { failure } from "./arguments.ts";
import type { FunctionOutcome } from "./function.ts";
import { plainScalar, scalarOf } from "./yaml-scalar.ts";

/** What is wrong with the text; caught where the reading begins. */
class Problem extends Error {}

export function decodeYaml(text: string): FunctionOutcome {
  // Words are read by rules of our own: every scalar is left a string.
  const found = parseAllDocuments(text, {
    schema: "failsafe",
    version: "1.1",
    merge: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    stringKeys: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  const documents = Array.isArray(found) ? found : [];
  const [document, another] = documents;
  if (!document) return failure("the text is empty", 0);
  if (another) return failure("there is more than one YAML document", 0);
  const [error] = document.errors;
  // What the reader of YAML says when the stack is used up.
  if (error?.code === "RESOURCE_EXHAUSTION")
    return failure(`the YAML is nested more than ${maxDepth} levels deep`, 0);
  if (error) {
    const line = text.slice(0, error.pos[0]).split("\n").length;
    return failure(`the YAML is not valid in line ${line}: ${error.message}`, 0);
  }
  try {
    return new Reader(document).node(document.contents, 0);
  } catch (problem) {
    if (problem instanceof Problem) return failure(problem.message, 0);
    throw problem;
  }
}

class Reader {
  readonly #document: Document.Parsed;
  /** Of anchored nodes, by the node: a value is shared by all its aliases. */
  readonly #values = new Map<unknown, Value>();
  readonly #open = new Set<unknown>();

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  node(node: unknown, depth: number): Value {
    if (depth > maxDepth) throw new Problem(`the YAML is nested more than ${maxDepth} levels deep`);
    if (isAlias(node)) return this.#alias(node.source, node.resolve(this.#document), depth);
    if (node === null || node === undefined) return nullValue;
    const known = this.#values.get(node);
    if (known) return known;
    if (this.#open.has(node)) throw new Problem("an anchor is used inside of what it stands for");
    this.#open.add(node);
    const value = this.#whole(node, depth);
    this.#open.delete(node);
    const tooMuch = excess(value);
    if (tooMuch !== undefined) throw new Problem(`the YAML makes ${tooMuch}`);
    this.#values.set(node, value);
    return value;
  }

  #alias(name: string, target: unknown, depth: number): Value {
    if (target === undefined) throw new Problem(`there is no anchor &${name} before *${name}`);
    return this.node(target, depth);
  }

  #whole(node: unknown, depth: number): Value {
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) {
      checkTag(node.tag, "seq");
      return tupleValue(node.items.map((item) => this.node(item, depth + 1)));
    }
    if (isMap(node)) {
      checkTag(node.tag, "map");
      return this.#mapping(node.items, depth);
    }
    throw new Error("a YAML node of an unknown kind");
  }

  #scalar({ value, tag, type }: Scalar): Value {
    const text = typeof value === "string" ? value : "";
    const isPlain = type === undefined || type === "PLAIN";
    if (tag === undefined) return isPlain ? (plainScalar(text) ?? unusable(text)) : stringValue(text);
    const found = scalarOf(tag, text, isPlain);
    return found ?? unusable(`${tag} ${text}`);
  }

  #mapping(items: readonly Pair[], depth: number): Value {
    const fields = new Map<string, Value>();
    for (const { key, value } of items) {
      if (isMerge(key)) {
        const merged = this.node(value, depth + 1);
        if (merged.kind !== "object") throw new Problem("what a << merges must be one mapping");
        for (const [name, field] of merged.fields) fields.set(name, field);
      } else fields.set(this.#key(key, depth), this.node(value, depth + 1));
    }
    return objectValue(fields);
  }

  #key(key: unknown, depth: number): string {
    const name = convert(this.node(key, depth + 1), stringType);
    if (name.kind !== "string") throw new Problem("a key must be a string, a number or a bool");
    return name.value;
  }
}

const isMerge = (key: unknown): boolean => isScalar(key) && key.value === "<<" && key.tag === undefined;

function checkTag(tag: string | undefined, own: "seq" | "map"): void {
  if (tag !== undefined && tag !== `tag:yaml.org,2002:${own}`)
    throw new Problem(`${tag} is no tag that can be read here`);
}

function unusable(text: string): never {
  throw new Problem(`${JSON.stringify(text)} has no value here`);
}
