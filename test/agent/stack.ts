import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type CliResult, cli, type Finished, stackFolder } from "../support/cli.ts";
import { type MessagesServer, messagesServer } from "./messages-server.ts";

/** A folder for what belongs to a user: settings, state and caches, apart from those of who runs the tests. */
export async function userHome(finished: Finished = onTestFinished): Promise<{ readonly HOME: string }> {
  const home = await mkdtemp(join(tmpdir(), "clockwork-home-"));
  finished(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  return { HOME: home };
}

export interface AgentStack {
  readonly server: MessagesServer;
  readonly cwd: string;
  readonly home: { readonly HOME: string };
  /** Runs the built CLI in the stack, with the server as its agent's. */
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<CliResult>;
}

/** A stack, and a server that answers as a good agent would. */
export async function agentStack(
  files: Readonly<Record<string, string>> | { readonly example: string } = { "main.cw": greeting },
  finished: Finished = onTestFinished,
): Promise<AgentStack> {
  const server = await messagesServer(finished);
  server.otherwise = (request) => ({ text: bundleFor(request, goodScript) });
  const cwd = await stackFolder(files, finished);
  const home = await userHome(finished);
  const run: AgentStack["run"] = (args, env = {}) =>
    cli(args, { cwd, env: { ...home, ...server.env, ...env } });
  return { server, cwd, home, run };
}

/** A kind that nothing but a guide describes, and two resources of it. */
export const greeting = `kind "greeting" {
  description = "A file with a greeting."
  guide       = "Write a file PATH with the text; remove it on removal."
  attribute "path" {
    type     = string
    required = true
    replace  = true
  }
  attribute "text" {
    type     = string
    required = true
  }
  output "bytes" {
    description = "Its size."
  }
  capabilities {
    writes = ["out"]
  }
}

resource "greeting" "hello" {
  path = "out/hello.txt"
  text = "Hello"
}

resource "greeting" "bye" {
  path = "out/bye.txt"
  text = "Good bye"
}

output "size" {
  value = greeting.hello.bytes
}
`;

/** What a good agent would write for the kind above. */
export function goodScript(step: ShownStep): string {
  if (step.name.startsWith("remove")) return 'rm -f -- "$CW_PATH"';
  return `mkdir -p "$(dirname "$CW_PATH")"
printf '%s\\n' "$CW_TEXT" > "$CW_PATH"
echo "$CLOCKWORK_OUTPUT_BYTES=$(wc -c < "$CW_PATH" | tr -d ' ')" >> "$CLOCKWORK_OUTPUT"`;
}

/** A step as a request shows it. */
export interface ShownStep {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly environment: readonly string[];
  readonly provides?: Readonly<Record<string, string>>;
}

/** What a request says, whoever it goes to. */
export interface Said {
  readonly body: { readonly messages: readonly { readonly content: string }[] };
}

/** The steps that a request is about. */
export function stepsOf({ body }: Said): ShownStep[] {
  const first = body.messages[0]?.content ?? "";
  return [...first.matchAll(/<data \w+ of="step"[^>]*>\n(.*)\n<\/data/g)].map((m) => JSON.parse(m[1] ?? ""));
}

/** An answer with one bash script for each step of the request. */
export function bundleFor(request: Said, write: (step: ShownStep) => string): string {
  const steps = stepsOf(request).map((step) => ({ step, path: step.path.replace("EXTENSION", "sh") }));
  return JSON.stringify({
    version: "1",
    artifacts: steps.map(({ step, path }) => ({
      path,
      mode: "0755",
      purpose: step.id,
      lang: "bash",
      content: `#!/usr/bin/env bash\nset -euo pipefail\n${write(step)}\n`,
    })),
    steps: steps.map(({ step, path }) => ({ purpose: step.id, run: { cmd: ["bash", path] } })),
    vars: [],
  });
}

/** Every file below a folder with its text, by path; none where there is no folder. */
export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")]),
    ),
  );
}
