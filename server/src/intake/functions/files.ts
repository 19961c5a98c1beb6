/** Functions that read the stack's files, at the time of planning and inside the stack's folder alone. */
import type { Context } from "../context.ts";
import { depthOf, type Glob, isLiteral, matchesGlob, parseGlob } from "../glob.ts";
import { maxText } from "../limits.ts";
import type { FileContent, NoFile, StackFiles } from "../stack-files.ts";
import { boolType, setOf, stringType, type Type } from "../type.ts";
import type { Value } from "../value.ts";
import { boolValue, compareText, stringValue, unknownOf } from "../values.ts";
import { failure, fn, parameter, text } from "./arguments.ts";
import { decodeText, encodeBase64 } from "./base64.ts";
import type { Allowance, FunctionEntry, FunctionFailure, FunctionOutcome, FunctionSpec } from "./function.ts";
import { type Algorithm, digestOf } from "./hash.ts";
import { clean } from "./path.ts";

const path = parameter("path", stringType, "from the stack's folder; path.module is the module's own");

/** The file that the first argument names; a value or failure when there is none to go on with. */
export function fileAt(
  args: readonly Value[],
  context: Context,
  result: Type,
): FileContent | Value | FunctionFailure {
  const files = filesFor(args, context, result);
  if (!("file" in files)) return files;
  const found = files.file(text(args[0]));
  if (!found) return unknownOf(result);
  return found.kind === "file" ? found : noFile(args[0], found);
}

export const isContent = (found: object): found is FileContent => "once" in found;

/** Its text without the failure; undefined for bytes that are none. */
export const textOf = (content: FileContent): string | undefined =>
  content.once("text", (bytes) => decodeText(bytes, "UTF-8"));

export const notText = (given: Value | undefined): FunctionFailure =>
  failure(
    `"${text(given)}" is not text in UTF-8; filebase64 reads any file, filesha256 and the like hash it`,
    0,
  );

function noFile(given: Value | undefined, { kind, reason }: NoFile): FunctionFailure {
  const found = failure(`"${text(given)}" ${reason}`, 0);
  return kind === "missing"
    ? { ...found, hint: "Paths are relative to the stack's folder; path.module is the folder of the module." }
    : found;
}

/** The files, unless an argument is not known or there is nothing to read from. */
function filesFor(
  args: readonly Value[],
  context: Context,
  result: Type,
): StackFiles | Value | FunctionFailure {
  for (const [i, arg] of args.entries()) {
    if (arg.kind !== "unknown") continue;
    if (!arg.parts) return unknownOf(result);
    return failure("files are read while planning, and this is known only when a step has run", i);
  }
  return context.scope.files ?? failure("there are no files here: this is evaluated outside of a stack", 0);
}

type OfContent = (content: FileContent, args: readonly Value[], allowance: Allowance) => FunctionOutcome;

/** A function of one file's content. */
const reader = (description: string, read: OfContent): FunctionEntry =>
  fn(
    description,
    [path],
    stringType,
    (args, allowance, context) => {
      const found = fileAt(args, context, stringType);
      return isContent(found) ? read(found, args, allowance) : found;
    },
    { accepts: "unknown" },
  );

const tooLong = failure("the file is too large for a string of at most 8 million characters", 0);

const digest = (algorithm: Algorithm, encoding: "hex" | "base64"): FunctionEntry =>
  reader(
    `The ${algorithm.toUpperCase()} digest of a file, ${encoding === "hex" ? "in hexadecimal digits" : "in base64"}.`,
    (content, _, allowance) =>
      stringValue(
        content.once(`${algorithm} ${encoding}`, (bytes) => {
          allowance.steps -= bytes.length >> 8;
          return digestOf(algorithm, encoding, bytes);
        }),
      ),
  );

function readText(content: FileContent, [given]: readonly Value[]): FunctionOutcome {
  const decoded = textOf(content);
  if (decoded !== undefined && decoded.length > maxText) return tooLong;
  return decoded === undefined ? notText(given) : stringValue(decoded);
}

const readBase64: OfContent = (content) =>
  content.bytes.length > (maxText / 4) * 3 ? tooLong : stringValue(content.once("base64", encodeBase64));

const fileExists: FunctionSpec["implementation"] = (args, _, context) => {
  const files = filesFor(args, context, boolType);
  if (!("file" in files)) return files;
  const found = files.file(text(args[0]));
  if (!found) return unknownOf(boolType);
  if (found.kind === "file" || found.kind === "missing") return boolValue(found.kind === "file");
  return noFile(args[0], found);
};

const strings = setOf(stringType);

const fileSet: FunctionSpec["implementation"] = (args, allowance, context) => {
  const files = filesFor(args, context, strings);
  if (!("file" in files)) return files;
  const search = searchFor(text(args[0]), text(args[1]));
  if (!search) return failure("the pattern is not well formed", 1);
  const { glob, folder, prefix } = search;
  const tree = files.tree(folder, depthOf(glob));
  if (!tree) return unknownOf(strings);
  if (tree.kind !== "tree") return tree.kind === "refused" ? noFile(args[0], tree) : setOfPaths([]);
  allowance.steps -= tree.files.length;
  const outside = [...tree.outside].find((name) => matchesGlob(glob, name));
  if (outside !== undefined)
    return failure(`"${prefix}${outside}" is a link that leads out of the stack's folder`, 0);
  return setOfPaths(tree.files.filter((name) => matchesGlob(glob, name)).map((name) => `${prefix}${name}`));
};

const setOfPaths = (paths: readonly string[]): Value => ({
  kind: "set",
  element: stringType,
  items: [...paths].sort(compareText).map(stringValue),
});

interface Search {
  readonly glob: Glob;
  /** Where to look. */
  readonly folder: string;
  /** What leads from the given folder to that one. */
  readonly prefix: string;
}

/** The folders that the pattern begins with, named or `..`, need no search. Undefined for a pattern that is none. */
function searchFor(given: string, pattern: string): Search | undefined {
  const segments = clean(`./${pattern}`).split("/");
  const fixed = segments.findIndex((segment, i) => !isLiteral(segment) || i === segments.length - 1);
  const start = segments.slice(0, fixed);
  const glob = parseGlob(segments.slice(fixed).join("/"));
  const folder = [given === "" ? "." : given, ...start].join("/");
  return glob && { glob, folder, prefix: start.map((s) => `${s}/`).join("") };
}

export const fileFunctions: Readonly<Record<string, FunctionEntry>> = {
  file: reader("The text of a file.", readText),
  filebase64: reader("The bytes of a file, in base64.", readBase64),
  filebase64sha256: digest("sha256", "base64"),
  filebase64sha512: digest("sha512", "base64"),
  fileexists: fn("Whether there is a file at a path.", [path], boolType, fileExists, { accepts: "unknown" }),
  filemd5: digest("md5", "hex"),
  fileset: fn(
    "The files of a folder whose paths from there match a pattern: * ? [a-z] {this,that}, ** for any folders.",
    [path, parameter("pattern", stringType)],
    strings,
    fileSet,
    { accepts: "unknown" },
  ),
  filesha1: digest("sha1", "hex"),
  filesha256: digest("sha256", "hex"),
  filesha512: digest("sha512", "hex"),
};
