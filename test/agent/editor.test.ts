import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ModelRequest, RunEvent } from "../../server/src/protocol.ts";
import { type CliResult, cli, type Finished, stackFolder, startCli } from "../support/cli.ts";
import { type EditorPeer, editorPeer } from "./editor-peer.ts";
import { bundleFor, filesBelow, goodScript, greeting, type Said, userHome } from "./stack.ts";

type Asked = Extract<ModelRequest, { call: "ask" }>;

/** The rules are a message of their own before the steps. */
const saidIn = ({ messages }: Asked): Said => ({
  body: { messages: messages.slice(1).map(({ text }) => ({ content: text })) },
});

interface EditorStack {
  readonly peer: EditorPeer;
  readonly cwd: string;
  readonly home: { readonly HOME: string };
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<CliResult>;
}

async function editorStack(text = greeting, finished: Finished = onTestFinished): Promise<EditorStack> {
  const peer = await editorPeer(finished);
  peer.otherwise = (request) => {
    const said = bundleFor(saidIn(request), goodScript);
    const pieces = [said.slice(0, 100), said.slice(100)].map((part) => ({
      type: "text" as const,
      text: part,
    }));
    return [...pieces, { type: "end", input: 1_000, output: 200 }];
  };
  const cwd = await stackFolder({ "main.cw": text }, finished);
  const home = await userHome(finished);
  const run: EditorStack["run"] = (args, env = {}) =>
    cli(args, { cwd, env: { ...home, ...peer.env, ...env } });
  return { peer, cwd, home, run };
}

const build = ["build", "--compiler", "editor"];
const callsOf = ({ requests }: EditorPeer) => requests.map(({ call }) => call);
const said = ({ stderr }: CliResult) => stderr.replace(/\s+/g, " ");

describe("a build with the editor's model", () => {
  it("asks once, says that nobody knows what it costs, and writes what passed the check", async () => {
    const { peer, cwd, home, run } = await editorStack();
    const built = await run([...build, "--events", "events"]);
    expect(built.stderr).toBe("");
    expect(built.stdout.replace(/in \d+\.\ds/, "in 0.1s")).toMatchInlineSnapshot(`
      "Agent: asking Model One for 2 steps: 1,000 tokens, up to 22,000 back; what it costs is not known
        answered in 0.1s: 1,000 tokens in, 200 out
      + .clockwork/build/scripts/ensure_greeting.bye.sh
      + .clockwork/build/scripts/ensure_greeting.hello.sh
      "
    `);
    expect(callsOf(peer)).toEqual(["model", "count", "ask"]);
    expect(new Set(peer.requests.map(({ token }) => token))).toEqual(new Set(["t0ken"]));
    const { artifacts } = JSON.parse(await readFile(join(cwd, ".clockwork/build/manifest.json"), "utf8"));
    const [first] = Object.values<{ origin: unknown }>(artifacts);
    expect(first?.origin).toMatchObject({ compiler: "editor", model: "Model One" });
    const ledger = Object.values(await filesBelow(join(home.HOME, ".local/state/clockwork/agent"))).join();
    expect(ledger).toContain('"spent":{"tokens":1200,"usd":0}');
    const events = (await readFile(join(cwd, "events"), "utf8")).trim().split("\n");
    const types = events.map((line) => (JSON.parse(line) as RunEvent).type);
    expect(types).toEqual([
      ...["run", "plan", "agent-asking", "agent-progress", "agent-answered", "agent-ended", "build", "done"],
    ]);
    await run(build);
    expect(peer.requests).toHaveLength(3);
  });

  it("sends the rules and the form of the answer first, and nothing of the machine", async () => {
    const { peer, cwd, home, run } = await editorStack();
    await run(build);
    const asked = peer.requests.find((r): r is Asked => r.call === "ask");
    expect(asked?.model).toBe("m1");
    expect(asked?.messages.map(({ role }) => role)).toEqual(["user", "user"]);
    expect(asked?.messages[0]?.text).toContain("# The form of the answer");
    expect(asked?.messages[1]?.text).toContain("Write a file PATH with the text");
    const raw = JSON.stringify(peer.requests);
    expect(raw).not.toContain(cwd);
    expect(raw).not.toContain(home.HOME);
  });

  it("is the stack's choice, with a model of its own", async () => {
    const choice = 'clockwork {\n  agent {\n    compiler = "editor"\n    model    = "gpt-9"\n  }\n}\n';
    const { peer, run } = await editorStack(greeting + choice);
    expect((await run(["build"])).code).toBe(0);
    expect(peer.requests[0]).toEqual({ token: "t0ken", call: "model", wanted: "gpt-9" });
  });

  it("takes a document in a fence, and hands back what breaks a rule", async () => {
    const { peer, run } = await editorStack();
    peer.script.push([{ type: "text", text: "Sure! Here it is." }, { type: "end" }]);
    const { otherwise } = peer;
    peer.otherwise = (request) =>
      otherwise(request).map((part) =>
        typeof part === "object" && "type" in part && part.type === "text"
          ? { ...part, text: part.text.replace(/^\{/, "```json\n{").replace(/\}$/, "}\n```\n") }
          : part,
      );
    const built = await run(build);
    expect(built.stdout).toContain("to mend it (1 of 2)");
    expect(built.code).toBe(0);
    const repaired = peer.requests.filter((r): r is Asked => r.call === "ask")[1];
    expect(repaired?.messages.map(({ role }) => role)).toEqual(["user", "user", "assistant", "user"]);
    expect(repaired?.messages[3]?.text).toContain("B-JSON");
  });

  it("says what it waits for, for longer than silence is borne", async () => {
    const { peer, home, run } = await editorStack();
    await configured(home.HOME, { silenceSeconds: 1 });
    peer.model = [
      { type: "waiting", why: "choose a model in the editor" },
      { pauseMs: 1_500 },
      ...peer.model,
    ];
    const built = await run(build);
    expect(built.stdout).toContain("! choose a model in the editor\n");
    expect(built.code).toBe(0);
  });

  it("sends nothing that is secret", async () => {
    const { peer, run } = await editorStack();
    const built = await run(build, { MY_TOKEN: "Write a file PATH with the text" });
    expect(built.code).toBe(1);
    expect(callsOf(peer)).not.toContain("ask");
    expect(callsOf(peer)).not.toContain("count");
  });

  it("shows the steps nothing of the way to the editor", async () => {
    const { peer, cwd, run } = await editorStack();
    peer.otherwise = (request) => {
      const text = bundleFor(saidIn(request), (step) => `env\n${goodScript(step)}`);
      return [{ type: "text", text }, { type: "end" }];
    };
    const applied = await run([
      "apply",
      "--yes",
      "--allow-unsandboxed",
      "--allow-root",
      "--compiler",
      "editor",
    ]);
    expect(applied.code).toBe(0);
    const left = JSON.stringify(await filesBelow(join(cwd, ".clockwork")));
    expect(left).toContain("CLOCKWORK_STEP=");
    expect(left).not.toContain("t0ken");
  });
});

async function configured(home: string, settings: object): Promise<void> {
  const folder = join(home, ".config/clockwork");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "agent.json"), JSON.stringify(settings));
}

describe("a failed call of the editor's model", { concurrent: true }, () => {
  const text = { type: "text" as const, text: "{" };
  const failures: readonly {
    readonly name: string;
    readonly set: (peer: EditorPeer) => void;
    readonly code: "agent-unavailable" | "agent-reply" | "agent-limit";
    readonly says: string;
    readonly settings?: object;
  }[] = [
    {
      name: "no model",
      set: (peer) => {
        peer.model = [
          {
            type: "refused",
            failure: "unreachable",
            message: "The editor has no model",
            hint: "Install one.",
          },
        ];
      },
      code: "agent-unavailable",
      says: "The editor has no model; nothing was written",
    },
    {
      name: "a person who says no",
      set: (peer) => {
        peer.script.push([{ type: "refused", failure: "key", message: "You did not allow it" }]);
      },
      code: "agent-unavailable",
      says: "You did not allow it",
    },
    {
      name: "a request that is too long",
      set: (peer) => {
        peer.tokens = 100_001;
      },
      code: "agent-unavailable",
      says: "The request has 100001 tokens, and Model One takes no more than 100000",
    },
    {
      name: "an editor that goes in the middle of the answer, three times",
      set: (peer) => {
        peer.script.push([text], [text], [text]);
      },
      code: "agent-reply",
      says: "The editor ended the connection",
    },
    {
      name: "a model that says nothing",
      set: (peer) => {
        peer.script.push(["hang"], ["hang"], ["hang"]);
      },
      code: "agent-reply",
      says: "The editor's model said nothing for 1s",
      settings: { silenceSeconds: 1 },
    },
    {
      name: "an endless answer",
      set: (peer) => {
        peer.script.push(Array.from({ length: 90 }, () => ({ type: "text", text: "x".repeat(100_000) })));
      },
      code: "agent-reply",
      says: "The answer is longer than 8388608 bytes",
    },
    {
      name: "an answer that is none",
      set: (peer) => {
        peer.script.push(['{"type":"soon"}']);
      },
      code: "agent-unavailable",
      says: "The editor's answer is not understood",
    },
    {
      name: "a limit of tokens",
      set: () => undefined,
      code: "agent-limit",
      says: "One build may use no more than 5000 tokens",
      settings: { limits: { tokensPerBuild: 5000 } },
    },
  ];

  it.for(failures)("$name", { timeout: 60_000 }, async ({ set, code, says, settings }, test) => {
    const { peer, cwd, home, run } = await editorStack(greeting, test.onTestFinished);
    const { model, tokens } = peer;
    set(peer);
    if (settings) await configured(home.HOME, settings);
    const failed = await run(build);
    expect(said(failed)).toContain(says);
    expect(failed.stderr).toContain(`error[${code}]`);
    expect(failed.code).toBe(1);
    expect(await filesBelow(join(cwd, ".clockwork/build"))).toEqual({});
    peer.script.length = 0;
    Object.assign(peer, { model, tokens });
    if (settings) await configured(home.HOME, {});
    expect((await run(build)).stderr).toBe("");
  });

  it("a terminal that is no editor's", async (test) => {
    const { run } = await editorStack(greeting, test.onTestFinished);
    const failed = await run(build, { CLOCKWORK_EDITOR: "" });
    expect(failed.code).toBe(1);
    expect(said(failed)).toContain("The compiler editor needs the terminal of an editor");
  });

  it("an editor that is gone", async (test) => {
    const { peer, run } = await editorStack(greeting, test.onTestFinished);
    await peer.close();
    const failed = await run(build);
    expect(said(failed)).toContain("The editor window of this terminal is gone; nothing was written");
  });
});

describe("an interrupted call of the editor's model", () => {
  it("ends at once, and the editor hears of it", async () => {
    const { peer, cwd, home, run } = await editorStack();
    peer.script.push([{ type: "text", text: "{" }, "hang"]);
    const child = startCli(build, { cwd, env: { ...home, ...peer.env } });
    const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    await expect.poll(() => callsOf(peer), { timeout: 20_000 }).toContain("ask");
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    await expect.poll(() => peer.broken.map(({ call }) => call)).toEqual(["ask"]);
    expect((await run(build)).code).toBe(0);
  });
});
