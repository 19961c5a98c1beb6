/** What may stand in the place of a secret in plain text: a reference that is read when a step needs the value. */
import type { Diagnostic, Fix } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Attribute, BodyItem, Expression } from "../../syntax/ast.ts";
import { isSecretName } from "../schema/vars.ts";
import { literalText } from "./walk.ts";

/** A text in the files. */
export interface WrittenText {
  readonly expression: Expression;
  /** Of the attribute or object's item whose whole value it is. */
  readonly name: string | undefined;
}

/** Where secrets were found in one chunk. */
export interface Chunked {
  readonly items: readonly BodyItem[];
  /** All of the chunk's, outer ones before those inside of them. */
  readonly texts: readonly WrittenText[];
  readonly text: string;
}

/** `what` a found secret is, where its form says so: `a GitHub token`. */
export function withFix(problem: Diagnostic, what: string | undefined, chunk: Chunked): Diagnostic {
  const fix = problem.span && secretFix(problem.span, what, chunk);
  return fix ? { ...problem, fix } : problem;
}

function secretFix(span: Span, what: string | undefined, { items, texts, text }: Chunked): Fix | undefined {
  const holds = ({ start, end }: Expression): boolean => start <= span.start && span.end <= end;
  const place = items.flatMap(places).find(({ attribute }) => holds(attribute.value));
  const written = texts.findLast(({ expression }) => holds(expression));
  if (!place || !written) return undefined;
  const { expression, name = "" } = written;
  const { origin } = span;
  const isWhole =
    text[expression.start] === '"' &&
    (span.start === expression.start || literalText(expression) === text.slice(span.start, span.end));
  const call = `secret("env:${variableName(name, what, isWhole)}")`;
  const edit = isWhole
    ? { span: { origin, start: expression.start, end: expression.end }, text: call }
    : { span, text: `\${${call}}` };
  const { start } = place.attribute.name;
  const mark = { span: { origin, start, end: start }, text: "sensitive = true\n  " };
  return {
    title: `Read it from outside: ${call}`,
    edits: place.isShown ? [mark, edit] : [edit],
  };
}

interface Place {
  readonly attribute: Attribute;
  /** Of an output that does not say yet that it is sensitive. */
  readonly isShown: boolean;
}

/** These decide what there is, and are known before anything is read. */
const constants = new Set(["source", "version", "count", "for_each", "depends_on", "provider", "providers"]);

/** Attributes of an item at the top level that may have a value from outside. */
function places(item: BodyItem): readonly Place[] {
  if (item.type === "attribute") return [{ attribute: item, isShown: false }];
  const { keyword, body } = item;
  switch (keyword.name) {
    case "variable":
      return attributesIn(body.items, (name) => name === "default");
    case "output": {
      const isShown = !body.items.some((i) => i.type === "attribute" && i.name.name === "sensitive");
      return attributesIn(body.items, (name) => name === "value").map((p) => ({ ...p, isShown }));
    }
    case "kind":
      return body.items.flatMap((i) =>
        i.type === "block" && i.keyword.name === "attribute"
          ? attributesIn(i.body.items, (name) => name === "default")
          : [],
      );
    case "locals":
    case "module":
    case "resource":
    case "verify":
      return attributesIn(body.items, (name) => !constants.has(name));
    default:
      return [];
  }
}

/** At any depth. */
function attributesIn(items: readonly BodyItem[], isMeant: (name: string) => boolean): Place[] {
  return items.flatMap((item): Place[] => {
    if (item.type === "block") return attributesIn(item.body.items, isMeant);
    return isMeant(item.name.name) ? [{ attribute: item, isShown: false }] : [];
  });
}

/** `a GitHub token` is GITHUB_TOKEN; what only is in a text has the name of that text. */
function variableName(name: string, what: string | undefined, isWhole: boolean): string {
  const own = environmentName(name);
  const isPart = what?.includes(" in ") === true;
  if (own !== "" && (what === undefined || isSecretName(own) || (isWhole && isPart))) return own;
  const kind = (what ?? "secret").replace(/^an? /, "").replace(/ in .*/, "");
  return environmentName(kind.toUpperCase());
}

/** `dbPassword` and `db-password` are DB_PASSWORD; empty where no letter is left. */
export const environmentName = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .toUpperCase();
