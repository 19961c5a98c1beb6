import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CliResult } from "../support/cli.ts";
import type { Scripted } from "./messages-server.ts";
import { type AgentStack, agentStack, bundleFor, filesBelow, goodScript } from "./stack.ts";

/** An answer that the check would take, for tests of what happens on its way. */
const text = JSON.stringify({ version: "1", artifacts: [], steps: [], vars: [] }).padEnd(4000);

async function configured(home: string, settings: object): Promise<void> {
  const folder = join(home, ".config/clockwork");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "agent.json"), JSON.stringify(settings));
}

/** Nothing was written, no key was shown, and the next run works. */
async function recovers({ server, cwd, run }: AgentStack, failed: CliResult): Promise<void> {
  expect(failed.code).toBe(1);
  expect(failed.stderr + failed.stdout).not.toContain("sk-ant");
  expect(failed.stdout).not.toContain("Nothing to build");
  const left = Object.keys(await filesBelow(join(cwd, ".clockwork")));
  expect(left.filter((path) => path !== ".gitignore")).toEqual([]);
  server.script.length = 0;
  const next = await run(["build", "--compiler", "anthropic"]);
  expect(next.stderr).toBe("");
  expect(next.code).toBe(0);
}

interface Failure {
  readonly name: string;
  readonly script: readonly Scripted[];
  readonly code: "agent-unavailable" | "agent-reply" | "agent-limit";
  readonly says: string;
  /** Calls that it takes. */
  readonly calls: number;
  readonly settings?: object;
}

const three = <T>(item: T): T[] => [item, item, item];
const failures: readonly Failure[] = [
  {
    name: "a request that is not taken",
    script: [{ status: 400, type: "invalid_request_error", message: "output_config: no" }],
    code: "agent-unavailable",
    says: "The request was not taken by http://127.0.0.1",
    calls: 1,
  },
  {
    name: "a key that is not taken",
    script: [
      {
        status: 401,
        type: "authentication_error",
        message: "bad key sk-ant-test-0123456789abcdefghijklmnop",
      },
    ],
    code: "agent-unavailable",
    says: "bad key ***",
    calls: 1,
  },
  {
    name: "a key that may not do this",
    script: [{ status: 403, type: "permission_error" }],
    code: "agent-unavailable",
    says: "The key may not do this",
    calls: 1,
  },
  {
    name: "no such model",
    script: [{ status: 404, type: "not_found_error" }],
    code: "agent-unavailable",
    says: 'There is no model "claude-opus-5-5"',
    calls: 1,
  },
  {
    name: "too many calls, for an hour",
    script: [{ status: 429, type: "rate_limit_error", headers: { "retry-after": "3600" } }],
    code: "agent-unavailable",
    says: "It takes calls again in 3600s.",
    calls: 1,
  },
  {
    name: "an error of the server's, three times",
    script: three({ status: 500, type: "api_error" }),
    code: "agent-unavailable",
    says: "Error 500 of",
    calls: 3,
  },
  {
    name: "an overloaded server, three times",
    script: three({ status: 529, type: "overloaded_error" }),
    code: "agent-unavailable",
    says: "Overloaded:",
    calls: 3,
  },
  {
    name: "an error in the middle of the answer, three times",
    script: three({ text, errorAfter: 300, type: "overloaded_error" }),
    code: "agent-reply",
    says: "The answer was broken off",
    calls: 3,
  },
  {
    name: "a socket that goes in the middle of the answer, three times",
    script: three({ text, cutAfter: 300 }),
    code: "agent-reply",
    says: "The answer was cut off",
    calls: 3,
  },
  {
    name: "a server that takes the request and says nothing",
    script: Array.from({ length: 9 }, () => ({ hang: "headers" as const })),
    code: "agent-reply",
    says: "The server said nothing for 1s",
    calls: 3,
    settings: { silenceSeconds: 1 },
  },
  {
    name: "an answer that begins and stops",
    script: three({ hang: "body" as const }),
    code: "agent-reply",
    says: "The server said nothing for 1s",
    calls: 3,
    settings: { silenceSeconds: 1 },
  },
  {
    name: "an answer that drips for too long",
    script: [{ text: " ".repeat(10_000), drip: 1, everyMs: 20 }],
    code: "agent-reply",
    says: "The answer was not complete after 5s",
    calls: 1,
    settings: { longestSeconds: 5 },
  },
  {
    name: "an endless answer",
    script: [{ endless: "x".repeat(16_384) }],
    code: "agent-reply",
    says: "The answer is longer than 8388608 bytes",
    calls: 1,
  },
  {
    name: "an answer cut off at its limit",
    script: [{ text: text.slice(0, 20), stop: "max_tokens" }],
    code: "agent-reply",
    says: "cut off at the most tokens that an answer may have (request req_1)",
    calls: 1,
  },
  {
    name: "a refusal",
    script: [{ text: "", stop: "refusal" }],
    code: "agent-reply",
    says: "The agent refuses to write these scripts",
    calls: 1,
  },
  {
    name: "a full context",
    script: [{ text: "", stop: "model_context_window_exceeded" }],
    code: "agent-reply",
    says: "more than the model can read",
    calls: 1,
  },
  {
    name: "an answer that wants a tool",
    script: [{ text: "", stop: "tool_use" }],
    code: "agent-reply",
    says: "ended in a way that it should not: tool_use",
    calls: 1,
  },
  {
    name: "text that is no JSON, three times",
    script: three({ text: "Sure! Here is the bundle you asked for." }),
    code: "agent-reply",
    says: "error[B-JSON]",
    calls: 3,
  },
  {
    name: "two documents, three times",
    script: three({ text: `${text.trim()}\n${text.trim()}` }),
    code: "agent-reply",
    says: "text follows the JSON document",
    calls: 3,
  },
  {
    name: "a bundle that breaks rules, three times",
    script: three({
      text: '{"version":"1","artifacts":[{"path":"../x.sh","mode":"0755","purpose":"ensure_greeting.bye","lang":"bash","content":"id\\n"}],"steps":[],"vars":[]}',
    }),
    code: "agent-reply",
    says: "2 repairs did not mend it",
    calls: 3,
  },
  {
    name: "a build that could cost more than it may",
    script: [],
    code: "agent-limit",
    says: "One build may use no more than $0.10",
    calls: 0,
    settings: { limits: { usdPerBuild: 0.1 } },
  },
];

describe("a failed call", { concurrent: true }, () => {
  it.for(failures)("$name", { timeout: 120_000 }, async ({ script, code, says, calls, settings }, test) => {
    const stack = await agentStack(undefined, test.onTestFinished);
    stack.server.script.push(...script);
    if (settings) await configured(stack.home.HOME, settings);
    const failed = await stack.run(["build", "--compiler", "anthropic"]);
    expect(failed.stderr.replace(/\s+/g, " ")).toContain(says);
    expect(failed.stderr).toContain(`error[${code}]`);
    expect(stack.server.requests).toHaveLength(calls);
    if (settings) await configured(stack.home.HOME, {});
    await recovers(stack, failed);
  });
});

describe("a call that is mended", () => {
  it("waits for a server that is busy", async () => {
    const { server, run } = await agentStack();
    server.script.push({ status: 429, headers: { "retry-after": "1" } }, { status: 529 });
    const built = await run(["build", "--compiler", "anthropic"]);
    expect(built.code).toBe(0);
    expect(built.stdout).toContain("the server answered 429: trying again");
    expect(built.stdout).toContain("the server answered 529: trying again");
    expect(server.requests).toHaveLength(3);
  });

  it("asks again when the answer was cut off", async () => {
    const { server, run } = await agentStack();
    server.script.push({ text, cutAfter: 300 });
    const built = await run(["build", "--compiler", "anthropic", "--json"]);
    expect(built.code).toBe(0);
    expect(JSON.parse(built.stdout).agent).toMatchObject({ calls: 2, repairs: 0, model: "claude-opus-5-5" });
  });

  it("hands the check's words back, and takes what is mended", async () => {
    const { server, run } = await agentStack();
    server.script.push({ text: '{"version":"1","artifacts":[],"steps":[],"vars":[]}', thinking: "Hm." });
    const built = await run(["build", "--compiler", "anthropic"]);
    expect(built.stderr).toBe("");
    expect(built.stdout).toContain("the check found 2 problems");
    expect(built.stdout).toContain("to mend it (1 of 2)");
    expect(built.stdout).toContain("2 calls in all: 2,468 tokens in, 1,134 out, $0.03");
    const turns = server.requests[1]?.body.messages ?? [];
    expect(turns.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(turns[2]?.content).toContain(
      'U-MISSING: Action \\"ensure_greeting.bye\\" has no step'.replaceAll("\\", ""),
    );
    expect(server.requests[1]?.body.system).toEqual(server.requests[0]?.body.system);
  });

  it("does without a count of tokens", async () => {
    const { server, run } = await agentStack();
    server.inputTokens = undefined;
    const built = await run(["build", "--compiler", "anthropic"]);
    expect(built.code).toBe(0);
    expect(built.stdout).toMatch(/2 steps: \d,\d{3} tokens/);
  });

  it("says what a cache has saved", async () => {
    const { server, run } = await agentStack();
    server.otherwise = (request) => ({
      text: bundleFor(request, goodScript),
      usage: { input_tokens: 100, output_tokens: 50, cache_read_input_tokens: 3000 },
    });
    const built = await run(["build", "--compiler", "anthropic"]);
    expect(built.stdout).toContain("3,100 tokens in, 50 out, 3,000 of them cached");
  });
});
