import type { Code } from "../../diagnostics/codes.ts";
import {
  autoloaded,
  autoloadedFolders,
  autoloadedPattern,
  coreNames,
  devices,
  pythonModules,
} from "./names.ts";

/** What is wrong with a name or a text: the rule and a clause that follows the thing's name. */
export interface Fault {
  readonly code: Code;
  readonly says: string;
  readonly hint?: string;
  /** Of a fault in an artifact's text: where, half-open, in UTF-16 code units. */
  readonly at?: { readonly start: number; readonly end: number };
}

/** In characters, in levels, and in characters of one level. */
export const pathLimits = { path: 240, depth: 6, segment: 100 } as const;
const { path: maxPath, depth: maxDepth, segment: maxSegment } = pathLimits;
const segmentForm = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Everything wrong with an artifact's path. It is judged as it stands: nothing is decoded, expanded or normalised. */
export function pathFaults(path: string): readonly Fault[] {
  const faults: Fault[] = [];
  if (/[^\x20-\x7e]/.test(path)) {
    faults.push({ code: "P-CHAR", says: "contains a character other than printable ASCII" });
  }
  const segments = path.split("/");
  const long = lengthFault(path, segments);
  if (long) return [...faults, long];
  if (path.startsWith("/")) return [...faults, { code: "P-ROOT", says: "is absolute" }];
  const bad = faults.length > 0 ? undefined : segments.find((s) => !isSegment(s));
  if (bad !== undefined) faults.push({ code: "P-SEG", says: segmentProblem(bad), hint: segmentHint });
  if (segments.some((s) => devices.has(stem(s)))) {
    faults.push({ code: "P-RESERVED", says: "uses the name of a DOS device" });
  }
  return [...faults, ...nameFaults(segments), ...rootFaults(segments)];
}

const segmentHint =
  "Each part of a path begins with a letter, digit or underscore, goes on with those, dots and dashes, and does not end in a dot";

function lengthFault(path: string, segments: readonly string[]): Fault | undefined {
  const tooLong =
    path.length > maxPath || segments.length > maxDepth || segments.some((s) => s.length > maxSegment);
  return tooLong
    ? {
        code: "P-LONG",
        says: `is longer than ${maxPath} characters, than ${maxDepth} levels or than ${maxSegment} characters in one of them`,
      }
    : undefined;
}

function isSegment(segment: string): boolean {
  return segmentForm.test(segment) && !segment.endsWith(".");
}

function segmentProblem(segment: string): string {
  if (segment === "") return "has an empty part";
  if (segment === "." || segment === "..") return `has the part "${segment}"`;
  return "has a part that is not of the allowed form";
}

function rootFaults(segments: readonly string[]): readonly Fault[] {
  const faults: Fault[] = [];
  const [root, ...rest] = segments;
  const last = segments.at(-1) ?? "";
  const inFiles = root === "files" && rest.length > 0;
  if (
    !inFiles &&
    (coreNames.has(last.toLowerCase()) || (root !== "scripts" && coreNames.has((root ?? "").toLowerCase())))
  ) {
    faults.push({ code: "P-RESERVED", says: "has a name of Clockwork's own files" });
  }
  if ((root !== "scripts" && root !== "files") || rest.length === 0) {
    faults.push({ code: "P-ROOT", says: "lies outside scripts/ and files/" });
  }
  return faults;
}

/** Names that a runtime would pick up by itself; also asked of files in build/ that no manifest lists. */
export function nameFaults(segments: readonly string[]): readonly Fault[] {
  const name = (segments.at(-1) ?? "").toLowerCase();
  const folders = segments.slice(0, -1).map((s) => s.toLowerCase());
  const faults: Fault[] = [];
  if (shadows(name, folders)) {
    faults.push({
      code: "P-SHADOW",
      says: "would be taken for a module of Python's own",
      hint: "Choose another name",
    });
  }
  if (autoloaded.has(name) || autoloadedPattern.test(name)) {
    faults.push({ code: "P-AUTOLOAD", says: "is a file that a runtime reads by itself" });
  } else if (folders.some((f) => autoloadedFolders.has(f))) {
    faults.push({ code: "P-AUTOLOAD", says: "lies in a folder from which a runtime takes code by itself" });
  }
  return faults;
}

/** A folder is a package in a module's place only with an __init__.py: others come after the standard library. */
function shadows(name: string, folders: readonly string[]): boolean {
  if (!/\.py$/.test(name)) return false;
  if (name === "__init__.py") return pythonModules.has(folders.at(-1) ?? "");
  return pythonModules.has(stem(name));
}

/** What stands before the first dot, in lower case. */
function stem(segment: string): string {
  const dot = segment.indexOf(".");
  return (dot === -1 ? segment : segment.slice(0, dot)).toLowerCase();
}
