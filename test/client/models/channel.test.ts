import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { answer } from "../../../client/src/models/answer.ts";
import { ModelChannel } from "../../../client/src/models/channel.ts";
import { bundleFor, goodScript, greeting, userHome } from "../../agent/stack.ts";
import { type CliResult, cli, stackFolder, startCli } from "../../support/cli.ts";
import { type FakeModel, FakeModels } from "./fake-models.ts";

interface Opened {
  readonly address: string;
  readonly token: string;
  readonly path: string;
  readonly strange: string[];
  readonly channel: ModelChannel;
}

async function opened(models: FakeModels): Promise<Opened> {
  const strange: string[] = [];
  const channel = new ModelChannel({
    answer: (call, signal) => answer(models, call, signal),
    onStrange: (what) => strange.push(what),
  });
  onTestFinished(() => channel.dispose());
  const address = await channel.address();
  const [token = "", path = ""] = address.split(":");
  return { address, token, path, strange, channel };
}

async function said(path: string, line: string): Promise<string> {
  const socket = connect(path);
  socket.write(line);
  return text(socket);
}

describe("the channel", () => {
  test("is its user's alone, and gone with the window", async () => {
    const { path, channel } = await opened(new FakeModels("a"));
    const folder = dirname(path);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await channel.dispose();
    await expect(stat(folder)).rejects.toThrow("ENOENT");
  });

  test("answers who knows the token, nobody else", async () => {
    const { path, token, strange } = await opened(new FakeModels("a"));
    const call = (given: string) => `${JSON.stringify({ token: given, call: "model" })}\n`;
    expect(JSON.parse(await said(path, call(token)))).toMatchObject({ type: "model", id: "a" });
    const others = [call(`${token.slice(1)}0`), call(""), "hello\n", "null\n", `{"token":"${token}"}\n`];
    for (const line of others) expect(await said(path, line)).toBe("");
    expect(strange).toHaveLength(others.length);
  });
});

/** The built command line in a terminal of this window, as far as it can tell. */
async function windowWith(models: FakeModels) {
  const { address } = await opened(models);
  const cwd = await stackFolder({ "main.cw": greeting });
  const env = { ...(await userHome()), CLOCKWORK_EDITOR: address };
  const run = (...args: string[]): Promise<CliResult> => cli(args, { cwd, env });
  return { cwd, env, run };
}

function writes(model: FakeModel | undefined): void {
  if (!model) throw new Error("no model");
  model.says = (messages) => {
    const said = messages.slice(1).map(({ text: content }) => ({ content }));
    const whole = bundleFor({ body: { messages: said } }, goodScript);
    return [whole.slice(0, 50), whole.slice(50)];
  };
}

describe("a command in a terminal of the window", () => {
  test("has the chosen model write its scripts, once", async () => {
    const models = new FakeModels("a", "b");
    models.choice = "b";
    writes(models.models[1]);
    const { run } = await windowWith(models);
    const built = await run("build", "--compiler", "editor");
    expect(built.stderr).toBe("");
    expect(built.stdout).toContain("! choose a model in the editor");
    expect(built.stdout).toContain("asking Model b for 2 steps");
    expect((await run("build", "--compiler", "editor")).stdout).toContain("Nothing to build");
    expect(models.asked).toBe(1);
    expect(models.models.map(({ sent }) => sent.length)).toEqual([0, 1]);
  });

  test("is told why there is none", async () => {
    const { run } = await windowWith(new FakeModels());
    const failed = await run("build", "--compiler", "editor");
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("The editor has no language model; nothing was written");
    expect(failed.stderr).toContain("Sign in to GitHub Copilot");
  });

  test("breaks the model's answer off when it is interrupted", async () => {
    const models = new FakeModels("a");
    const [model] = models.models;
    if (!model) throw new Error("no model");
    let stopped = false;
    model.says = () => ["{", "hang"];
    const send = model.send.bind(model);
    model.send = (messages, signal) => {
      signal.addEventListener("abort", () => {
        stopped = true;
      });
      return send(messages, signal);
    };
    const { cwd, env } = await windowWith(models);
    const child = startCli(["build", "--compiler", "editor"], { cwd, env });
    const ended = new Promise<number | null>((done) => child.once("exit", done));
    await expect.poll(() => model.sent.length, { timeout: 20_000 }).toBe(1);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    await expect.poll(() => stopped).toBe(true);
  });
});
