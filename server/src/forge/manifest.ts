/**
 * The manifest of `.clockwork/build/`: which bundle stands there, and what the compiler wrote before a person edited it. It
 * is the base of every three-way merge and is judged like a reply each time it is read, because it may have come with a
 * checkout from anywhere.
 */

import * as z from "zod/mini";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { english } from "../diagnostics/schema-messages.ts";
import { HostError, type ReadFiles } from "../host/ports.ts";
import { artifact, type CheckedCommand, runStep } from "./bundle.ts";
import { pathFaults } from "./check/path.ts";
import { quoted } from "./check/text.ts";
import { parseStrict } from "./json.ts";
import { knobValues } from "./knobs.ts";

const vars = z.record(z.string(), z.string());

/** Who made an artifact. */
export const origin = z.strictObject({
  /** `builtin`, `anthropic`, `editor`, `recorded`. */
  compiler: z.string(),
  version: z.string(),
  /** Of a compiler that asks one. */
  model: z.optional(z.string()),
  /** sha256 in hex of the request that it answered. */
  request: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
});
export type Origin = Readonly<z.infer<typeof origin>>;

const manifestArtifact = z.strictObject({
  mode: artifact.shape.mode,
  /** The action's id. */
  purpose: z.string(),
  lang: z.string(),
  /** The text as the compiler wrote it. */
  base: z.string(),
  origin,
  /** Of the step it was made for; a step whose fingerprint differs needs a new build. */
  fingerprint: z.string(),
  /** Id of the proposal that holds the compiler's newer text, which could not be merged. */
  conflict: z.optional(z.string().check(z.regex(/^[0-9a-f]{16}$/))),
});
export type ManifestArtifact = Readonly<z.infer<typeof manifestArtifact>>;

const manifestStep = z.extend(runStep, {
  /** Where they differ from the manifest's: the variables of the older bundle this step came from. */
  vars: z.optional(vars),
});
export type ManifestStep = Readonly<z.infer<typeof manifestStep>>;

export const manifest = z.strictObject({
  version: z.literal("1"),
  /** By purpose in code unit order, those of one purpose in the order they run. */
  steps: z.array(manifestStep),
  /** Of the newest bundle. */
  vars,
  artifacts: z.record(z.string(), manifestArtifact),
  /** What the daemon turned, by step id. */
  knobs: z.optional(z.record(z.string(), knobValues)),
});
export type Manifest = Readonly<z.infer<typeof manifest>>;

export const emptyManifest: Manifest = { version: "1", steps: [], vars: {}, artifacts: {} };

export const manifestPath = (buildDir: string): string => `${buildDir}/manifest.json`;
/** The manifest as it will be when a write has ended; stands there only while one is under way, or was cut off. */
export const nextManifestPath = (buildDir: string): string => `${buildDir}/manifest.next.json`;

const maxManifestBytes = 512 * 1024 * 1024;
/** artifacts → path → origin is the deepest. */
const maxManifestDepth = 8;

/** Reads the manifest; an empty one where there is none. */
export function readManifest(
  files: ReadFiles,
  buildDir: string,
): Promise<{ readonly value?: Manifest; readonly diagnostics: readonly Diagnostic[] }> {
  return readManifestFile(files, manifestPath(buildDir));
}

export async function readManifestFile(
  files: ReadFiles,
  path: string,
): Promise<{ readonly value?: Manifest; readonly diagnostics: readonly Diagnostic[] }> {
  const bytes = await plainBytes(files, path);
  if (bytes === undefined) return { value: emptyManifest, diagnostics: [] };
  if (!(bytes instanceof Uint8Array)) return { diagnostics: [bytes] };
  return parseManifest(bytes, path);
}

async function plainBytes(files: ReadFiles, path: string): Promise<Uint8Array | Diagnostic | undefined> {
  try {
    return await files.readPlain(path, maxManifestBytes);
  } catch (e) {
    if (!(e instanceof HostError)) throw e;
    if (e.code === "ENOENT") return undefined;
    if (["ELOOP", "ENOTDIR", "EINVAL", "EFBIG", "EISDIR"].includes(e.code)) {
      return diagnostic(
        "build-unsafe",
        `${path} is no plain file of reasonable size, or lies in something that is no folder`,
      );
    }
    throw e;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const remedy = "Take it from version control, or remove the build folder and build again";

function parseManifest(
  bytes: Uint8Array,
  path: string,
): { readonly value?: Manifest; readonly diagnostics: readonly Diagnostic[] } {
  const text = decodeUtf8(bytes);
  if (text === undefined)
    return { diagnostics: [diagnostic("build-unreadable", `${path} is not UTF-8`, { hint: remedy })] };
  const { value, problem } = parseStrict(text, maxManifestDepth);
  if (problem) {
    const message = `${path} is not acceptable JSON at offset ${problem.offset}: ${problem.message}`;
    return { diagnostics: [diagnostic("build-unreadable", message, { hint: remedy })] };
  }
  const read = manifest.safeParse(value, english);
  if (!read.success) {
    const issue = read.error.issues[0];
    const message = `${path} is not a manifest: ${issue?.path.map(String).join(".")}: ${issue?.message}`;
    return { diagnostics: [diagnostic("build-unreadable", message, { hint: remedy })] };
  }
  const diagnostics = Object.keys(read.data.artifacts).flatMap(pathDiagnostics);
  return diagnostics.length > 0 ? { diagnostics } : { value: read.data, diagnostics: [] };
}

/** The text, or undefined where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (e) {
    if (e instanceof TypeError) return undefined;
    throw e;
  }
}

/** A manifest's paths are read, written and removed: a hostile one must lead nowhere. */
function pathDiagnostics(path: string): readonly Diagnostic[] {
  return pathFaults(path).map((fault) =>
    diagnostic(fault.code, `The manifest's artifact ${quoted(path)} ${fault.says}`),
  );
}

/** Deterministic: keys in code unit order, two spaces, a line feed at the end. */
export function manifestText(value: Manifest): string {
  return `${JSON.stringify(sorted(value), undefined, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

/** A checked command in the bundle's words; reading them again gives the same command. */
export function commandWords(command: CheckedCommand): string[] {
  const { runtime, flags, script, args } = command;
  const run = runtime === "deno" || runtime === "go" ? ["run"] : [];
  return [runtime, ...run, ...flags, script, ...args];
}
