/** The arguments of one action as the templates need them: as JavaScript expressions or as bash words. */
import { type Action, actionId, type JsonValue } from "../../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { knownText, type Piece, pieces } from "../../intake/runtime-text.ts";
import { builtinKinds } from "../../intake/schema/known-kinds.ts";
import { bashWord } from "./bash-source.ts";
import { nodeValue } from "./node-source.ts";

/** A list or map for bash: its words, or the variable that carries it as JSON. */
export type BashMany<T> = { readonly known: readonly T[] } | { readonly env: string };

export interface BashField {
  readonly name: string;
  /** The value as a word. */
  readonly word: string;
  /** `NAME=VALUE` as a word. */
  readonly entry: string;
  /** Whether a secret is in the value. */
  readonly secret: boolean;
}

export interface Arguments {
  has(name: string): boolean;
  /** A JavaScript expression; `env`, `json` and `secret` are functions of the script. */
  node(name: string): string | undefined;
  /** The same for a value that is a part of an argument. */
  nodeValue(value: JsonValue): string;
  /** A text, number or bool as one bash word. */
  bash(name: string): string | undefined;
  /** The words of a list of texts. */
  bashList(name: string): BashMany<string> | undefined;
  /** The fields of a map of texts. */
  bashMap(name: string): BashMany<BashField> | undefined;
  /** The value, where it is known while compiling. */
  known(name: string): JsonValue | undefined;
  /** The variable that carries the whole argument. */
  variable(name: string): string | undefined;
  /** Whether a secret is in the value. */
  secret(value: JsonValue): boolean;
  /** Arguments that a script cannot carry or that have another shape than the kinds table gives them. */
  readonly problems: readonly Diagnostic[];
}

export function readArguments(action: Action): Arguments {
  const id = actionId(action);
  const problems: Diagnostic[] = [];
  const secrets = new Set(action.secrets ?? []);
  const problem = (message: string): void => {
    problems.push(diagnostic("invalid-value", `${id}: ${message}`));
  };
  for (const [name, value] of Object.entries(action.args)) {
    const bad = unusable(value);
    if (bad !== undefined) problem(`the argument "${name}" ${bad}`);
  }
  const variable = (name: string): string | undefined => {
    const value = action.args[`${name}Var`];
    return typeof value === "string" && /^[A-Z][A-Z0-9_]*$/.test(value) ? value : undefined;
  };
  const literal = (name: string): JsonValue | undefined =>
    Object.hasOwn(action.args, name) ? (action.args[name] ?? undefined) : undefined;
  const word = (name: string, value: JsonValue): string => {
    if (typeof value === "string") return bashWord(pieces(value));
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    problem(`the argument "${name}" is not a text`);
    return "''";
  };
  const read = (name: string): string => (secrets.has(name) ? `secret("${name}_FILE")` : `env("${name}")`);
  const secret = (value: JsonValue): boolean =>
    texts(value).some((text) => pieces(text).some((p) => typeof p !== "string" && secrets.has(p.env)));
  return {
    problems,
    variable,
    secret,
    has: (name) => literal(name) !== undefined || variable(name) !== undefined,
    node: (name) => {
      const value = literal(name);
      if (value !== undefined) return nodeValue(value, read);
      const from = variable(name);
      if (from === undefined || !carriesJson(action, name)) return from && read(from);
      return secrets.has(from) ? `JSON.parse(${read(from)})` : `json("${from}")`;
    },
    nodeValue: (value) => nodeValue(value, read),
    bash: (name) => {
      const value = literal(name);
      if (value !== undefined) return word(name, value);
      const from = variable(name);
      return from && `"\${${from}}"`;
    },
    bashList: (name) => {
      const value = literal(name);
      if (Array.isArray(value)) return { known: value.map((item) => word(name, item)) };
      if (value !== undefined) problem(`the argument "${name}" is not a list`);
      const from = variable(name);
      return from === undefined ? undefined : { env: from };
    },
    bashMap: (name) => {
      const value = literal(name);
      if (isMap(value)) {
        return {
          known: Object.entries(value).map(([key, item]) => ({
            name: key,
            word: word(name, item),
            entry: bashWord(joined(`${key}=`, item)),
            secret: secret(item),
          })),
        };
      }
      if (value !== undefined) problem(`the argument "${name}" is not a map`);
      const from = variable(name);
      return from === undefined ? undefined : { env: from };
    },
    known: (name) => {
      const value = literal(name);
      return value === undefined ? undefined : known(value);
    },
  };
}

/** `text` with a value behind it; the value is one that a word can be made of. */
function joined(text: string, value: JsonValue): Piece[] {
  const [first, ...rest] = typeof value === "string" ? pieces(value) : [String(value)];
  if (first === undefined) return [text];
  return typeof first === "string" ? [text + first, ...rest] : [text, first, ...rest];
}

/** Whole arguments that are no text travel as JSON. */
function carriesJson(action: Action, name: string): boolean {
  const schema = builtinKinds.steps.get(action.name)?.attributes.find((a) => a.name === name);
  return schema !== undefined && schema.type.kind !== "string";
}

function known(value: JsonValue): JsonValue | undefined {
  if (typeof value === "string") return knownText(pieces(value));
  if (Array.isArray(value)) {
    const items = value.map(known);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isMap(value)) return value;
  const fields = Object.entries(value).map(([name, item]) => [name, known(item)] as const);
  return fields.every((field): field is [string, JsonValue] => field[1] !== undefined)
    ? Object.fromEntries(fields)
    : undefined;
}

export function isMap(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function texts(value: JsonValue): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isMap(value) ? Object.entries(value).flatMap(([name, item]) => [name, ...texts(item)]) : [];
}

/** No program can be given a NUL, and a lone surrogate is no text in any encoding. */
function unusable(value: JsonValue): string | undefined {
  for (const text of texts(value)) {
    if (text.includes("\0")) return "contains a NUL character";
    if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text))
      return "contains half of a surrogate pair";
  }
  return undefined;
}
