/**
 * Keeps what we believe exists. A state that was acknowledged is never lost and never half of one: each write is a new
 * file that replaces the old, a checksum shows damage, and the one before is kept. It knows nothing of what stands in a
 * state beyond its schema.
 */

import { createHash } from "node:crypto";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { english } from "../diagnostics/schema-messages.ts";
import { HostError, type ReadFiles, type WriteFiles } from "../host/ports.ts";
import { makeClockworkFolder } from "./folder.ts";
import { type State, state as stateSchema } from "./state.ts";

export interface StateStore {
  /**
   * The state, or undefined where there has never been one. With an error among the diagnostics there is one that cannot
   * be used: nothing may be done as if there were none.
   */
  read(): Promise<StateReading>;
  /** Resolves when the state survives a crash of the machine; rejects with a HostError, and then the old one stands. */
  write(state: State): Promise<void>;
}

export interface StateReading {
  readonly value: State | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A state of 10,000 resources is about 20 MB. */
const maxBytes = 256 * 1024 * 1024;

/** `.clockwork/state.json`, the one before in `state.json.backup`. */
export function localStateStore(files: WriteFiles, stackDir: string): StateStore {
  return {
    read: () => readState(files, stackDir),
    write: (state) => write(files, stackDir, state),
  };
}

/** The local state, for those who may not write. */
export async function readState(files: ReadFiles, stackDir: string): Promise<StateReading> {
  const folder = await files.stat(`${stackDir}/.clockwork`);
  if (folder === undefined) return { value: undefined, diagnostics: [] };
  if (folder.kind !== "directory") return unusable(diagnostic("build-unsafe", ".clockwork is not a folder"));
  const current = await readOne(files, statePath(stackDir));
  if (current.kind === "good") return { value: current.state, diagnostics: [] };
  if (current.kind === "refused") return unusable(current.problem);
  const backup = await readOne(files, backupPath(stackDir));
  if (current.kind === "absent" && backup.kind === "absent") return { value: undefined, diagnostics: [] };
  const what = current.kind === "absent" ? "is gone" : `is damaged: ${current.reason}`;
  if (backup.kind === "good") return { value: backup.state, diagnostics: [recovered(what)] };
  if (backup.kind === "refused") return unusable(backup.problem);
  const hint =
    "Restore it from a copy. Without it Clockwork does not know what it made; only if nothing of that exists any more, remove .clockwork/state.json and its backup.";
  return unusable(
    diagnostic("state-unreadable", `.clockwork/state.json ${what}; its backup cannot be used either`, {
      hint,
    }),
  );
}

/** Readable, with sorted keys, so that two versions can be compared by eye. */
export function formatState(state: State): string {
  return `${JSON.stringify(sorted({ ...state, sha256: checksum(state) }), null, 2)}\n`;
}

function statePath(stackDir: string): string {
  return `${stackDir}/.clockwork/state.json`;
}

function backupPath(stackDir: string): string {
  return `${statePath(stackDir)}.backup`;
}

function unusable(problem: Diagnostic): StateReading {
  return { value: undefined, diagnostics: [problem] };
}

function recovered(what: string): Diagnostic {
  return diagnostic("state-recovered", `.clockwork/state.json ${what}; its backup is used instead`, {
    hint: "The backup is one write older: run `clockwork refresh` to compare it with what exists.",
  });
}

async function write(files: WriteFiles, stackDir: string, state: State): Promise<void> {
  await makeClockworkFolder(files, stackDir);
  const path = statePath(stackDir);
  const current = await readOne(files, path);
  if (current.kind === "refused") throw new HostError("EPERM", current.problem.message);
  if (current.kind === "good") await files.writeAtomic(backupPath(stackDir), current.text, 0o600);
  // The backup is then the last good one; what is damaged may still serve a person.
  if (current.kind === "damaged") await files.rename(path, `${path}.damaged`);
  await files.writeAtomic(path, formatState(state), 0o600);
}

/**
 * A state from elsewhere, such as one that was pulled. Its checksum has to fit, or to be left out: then a person has changed it.
 *
 * @param shown its name in messages
 */
export function parseState(
  text: string,
  shown: string,
): { readonly value: State } | { readonly problem: Diagnostic } {
  const reading = judge(new TextEncoder().encode(text), shown, true);
  if (reading.kind === "good") return { value: reading.state };
  if (reading.kind === "refused") return { problem: reading.problem };
  const reason = reading.kind === "damaged" ? reading.reason : "it is not there";
  return {
    problem: diagnostic("state-unreadable", `${shown} is no state: ${reason}`, {
      hint: "If you have changed it on purpose, take out the line with sha256.",
    }),
  };
}

type Reading =
  | { readonly kind: "good"; readonly state: State; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "damaged"; readonly reason: string }
  /** Neither to be read nor to be replaced. */
  | { readonly kind: "refused"; readonly problem: Diagnostic };

async function readOne(files: ReadFiles, path: string): Promise<Reading> {
  const shown = path.slice(path.lastIndexOf(".clockwork/"));
  let bytes: Uint8Array;
  try {
    bytes = await files.readPlain(path, maxBytes);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code === "ENOENT") return { kind: "absent" };
    const unsafe = error.code === "ELOOP" || error.code === "EINVAL";
    const problem = unsafe
      ? diagnostic("build-unsafe", `${shown} is not a plain file`)
      : diagnostic("state-unreadable", `${shown} cannot be read: ${error.message}`);
    return { kind: "refused", problem };
  }
  return judge(bytes, shown);
}

/** `isEdited`: it may come without a checksum. */
function judge(bytes: Uint8Array, shown: string, isEdited = false): Reading {
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return { kind: "damaged", reason: "it is not a JSON document" };
    }
    throw error;
  }
  if (typeof parsed !== "object" || parsed === null)
    return { kind: "damaged", reason: "it is not an object" };
  const { sha256, ...rest } = { sha256: undefined, ...parsed };
  if ("version" in rest && rest.version !== "1") {
    const message = `${shown} has version ${JSON.stringify(rest.version)}; this Clockwork reads version "1"`;
    return {
      kind: "refused",
      problem: diagnostic("state-unreadable", message, { hint: "Use a newer Clockwork." }),
    };
  }
  const isWhole = sha256 === undefined && isEdited ? true : sha256 === checksum(rest);
  if (!isWhole) return { kind: "damaged", reason: "its checksum does not fit" };
  const state = stateSchema.safeParse(rest, english);
  if (state.success) return { kind: "good", state: state.data, text };
  const [issue] = state.error.issues;
  return { kind: "damaged", reason: `${issue?.path.join(".") || "it"}: ${issue?.message}` };
}

function checksum(value: object): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");
}

/** Keys in code unit order, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]),
  );
}
