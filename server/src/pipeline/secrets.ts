/**
 * What stands behind the references of `secret(…)`: read in the core, right before the first step that needs it, once a run,
 * and kept in memory alone.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { type Host, HostError } from "../host/ports.ts";

/** A command asks a password store, or a person at their key; it does not work. */
const commandTimeoutMs = 60_000;
const maxBytes = 64 * 1024;

/** The value, or half a sentence that says why there is none. */
type Found = { readonly value: string } | { readonly problem: string; readonly hint?: string };

export class Secrets {
  readonly #host: Host;
  readonly #stackDir: string;
  readonly #signal: AbortSignal;
  readonly #found = new Map<string, Promise<Found>>();
  readonly #values = new Map<string, string>();
  readonly #seen: Set<string>;

  /** `seen` takes every value that is read. */
  constructor(host: Host, stackDir: string, signal: AbortSignal, seen: Set<string>) {
    this.#host = host;
    this.#stackDir = stackDir;
    this.#signal = signal;
    this.#seen = seen;
  }

  /** Of those that have been read. */
  value(reference: string): string | undefined {
    return this.#values.get(reference);
  }

  /** Why a reference that needs no command cannot be read. */
  async problem(reference: string): Promise<Diagnostic | undefined> {
    return reference.startsWith("cmd:") ? undefined : this.read(reference);
  }

  /** Afterwards `value` has it, or else this says why not. */
  async read(reference: string): Promise<Diagnostic | undefined> {
    const pending = this.#found.get(reference) ?? this.#find(reference);
    this.#found.set(reference, pending);
    const found = await pending;
    if ("value" in found) {
      this.#values.set(reference, found.value);
      this.#seen.add(found.value);
      return undefined;
    }
    const message = `secret(${JSON.stringify(reference)}): ${found.problem}`;
    return diagnostic("secret-unavailable", message, { hint: found.hint });
  }

  async #find(reference: string): Promise<Found> {
    const colon = reference.indexOf(":");
    const rest = reference.slice(colon + 1);
    switch (reference.slice(0, colon)) {
      case "env":
        return this.#fromEnvironment(rest);
      case "file":
        return this.#fromFile(rest);
      default:
        return this.#fromCommand(rest);
    }
  }

  #fromEnvironment(name: string): Found {
    const value = this.#host.environment.variables[name];
    if (value) {
      this.#host.environment.hide?.([name]);
      return { value };
    }
    const problem = value === undefined ? `${name} is not set` : `${name} is empty`;
    return { problem, hint: `Set it for this command alone: ${name}=… clockwork apply` };
  }

  async #fromFile(path: string): Promise<Found> {
    try {
      const stat = await this.#host.files.stat(this.#absolute(path));
      if (!stat)
        return { problem: "there is no such file", hint: "A path is relative to the stack's folder." };
      if (stat.size > maxBytes) return { problem: "the file is larger than 64 KB" };
      return textOf(await this.#host.files.readBytes(this.#absolute(path)), "the file");
    } catch (error) {
      if (error instanceof HostError) return { problem: error.message };
      throw error;
    }
  }

  #absolute(path: string): string {
    if (path.startsWith("/")) return path;
    const home = this.#host.environment.variables["HOME"];
    return path.startsWith("~/") && home ? `${home}/${path.slice(2)}` : `${this.#stackDir}/${path}`;
  }

  /** What it says on stderr may itself be secret, so it is not quoted. */
  async #fromCommand(command: string): Promise<Found> {
    const hint = `See what it says: sh -c '${command.replaceAll("'", "'\\''")}'`;
    try {
      const { code, stdout } = await this.#host.processes.run(["/bin/sh", "-c", command], {
        cwd: this.#stackDir,
        timeoutMs: commandTimeoutMs,
        signal: this.#signal,
      });
      if (code !== 0) return { problem: `the command ended with exit code ${code}`, hint };
      return textOf(new TextEncoder().encode(stdout), "what the command printed");
    } catch (error) {
      if (error instanceof HostError) return { problem: error.message, hint };
      throw error;
    }
  }
}

/** Without the line break at its end, which editors and commands add. */
function textOf(bytes: Uint8Array, what: string): Found {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return { problem: `${what} is not text in UTF-8` };
    throw error;
  }
  const value = text.replace(/\r?\n$/, "");
  if (value.includes("\0")) return { problem: `${what} contains a NUL character` };
  return value === "" ? { problem: `${what} is empty` } : { value };
}
