import type { ChildProcess } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { tools } from "../../server/src/cli/mcp/tools.ts";
import { filesBelow } from "../agent/stack.ts";
import { cli, stackFolder, startCli } from "../support/cli.ts";

const stack = `resource "file" "a" {
  path    = "a.txt"
  content = "a"
}

verify "command" "there" {
  command = ["test", "-f", "a.txt"]
}
`;
const script = "scripts/ensure_file.a.mjs";

interface Answer {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** `clockwork mcp` as a host starts it. */
class Host {
  readonly child: ChildProcess;
  readonly #answers = new Map<number | null, (answer: Answer) => void>();
  readonly seen: Answer[] = [];
  #id = 0;

  constructor(cwd: string) {
    this.child = startCli(["mcp"], { cwd, keepsStdin: true });
    const { stdout } = this.child;
    if (!stdout) throw new Error("no pipe");
    createInterface({ input: stdout }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      this.seen.push(answer);
      this.#answers.get(answer.id ?? null)?.(answer);
    });
    onTestFinished(() => void this.child.kill());
  }

  send(message: object | string): void {
    this.child.stdin?.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`);
  }

  request(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#id;
    const answered = new Promise<Answer>((done) => this.#answers.set(id, done));
    this.send({ jsonrpc: "2.0", id, method, params });
    return answered;
  }

  async call(
    name: string,
    input: object = {},
  ): Promise<{ readonly text: string; readonly isError: boolean }> {
    const { result } = await this.request("tools/call", { name, arguments: input });
    const [content] = (result?.["content"] ?? []) as { text: string }[];
    return { text: content?.text ?? "", isError: result?.["isError"] === true };
  }

  async end(): Promise<number | null> {
    const ended = new Promise<number | null>((done) => this.child.once("exit", done));
    this.child.stdin?.end();
    return ended;
  }
}

describe("clockwork mcp", () => {
  it("speaks the protocol, and ends with its host", async () => {
    const host = new Host(await stackFolder({ "main.cw": stack }));
    const begun = await host.request("initialize", { protocolVersion: "2025-06-18", capabilities: {} });
    expect(begun.result).toMatchObject({ protocolVersion: "2025-06-18", capabilities: { tools: {} } });
    host.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    const newer = await host.request("initialize", { protocolVersion: "2099-01-01" });
    expect(newer.result).toMatchObject({ protocolVersion: "2025-11-25" });
    expect((await host.request("ping")).result).toEqual({});
    expect((await host.request("resources/list")).error?.code).toBe(-32601);
    expect((await host.request("tools/call", { name: "apply" })).error?.code).toBe(-32602);
    expect((await host.request("tools/call", {})).error?.code).toBe(-32602);
    host.send("{");
    host.send("[]");
    await expect
      .poll(() => host.seen.flatMap(({ error }) => error?.code ?? []))
      .toEqual([...[-32601, -32602, -32602, -32700, -32600]]);
    expect(await host.end()).toBe(0);
  });

  it("offers the tools that the editor has, none of which applies anything", async () => {
    const host = new Host(await stackFolder({ "main.cw": stack }));
    const { result } = await host.request("tools/list");
    const listed = (result?.["tools"] ?? []) as {
      name: string;
      inputSchema: { properties: object };
      annotations: object;
    }[];
    const names = ["get_diagnostics", "get_plan", "explain_change", "propose_artifact_patch", "run_verify"];
    expect(listed.map(({ name }) => name)).toEqual(names);
    expect(manifest.contributes.languageModelTools.map(({ name }) => name)).toEqual(
      names.map((name) => `clockwork_${name}`),
    );
    const asking = listed.filter(
      ({ annotations }) => !("readOnlyHint" in annotations && annotations.readOnlyHint),
    );
    expect(asking.map(({ name }) => name)).toEqual(["propose_artifact_patch", "run_verify"]);
    for (const { name, inputSchema } of manifest.contributes.languageModelTools) {
      const own = listed.find((tool) => `clockwork_${tool.name}` === name);
      expect(Object.keys(own?.inputSchema.properties ?? {}), name).toEqual(
        Object.keys(inputSchema.properties),
      );
    }
    expect(tools.every(({ description }) => description.length > 80)).toBe(true);
  });

  it("looks, and proposes, and checks", async () => {
    const cwd = await stackFolder({ "main.cw": stack });
    const host = new Host(cwd);
    expect(await host.call("get_diagnostics")).toEqual({ text: "No problems.", isError: false });
    expect((await host.call("get_plan")).text).toContain("create file.a: not in the state");
    expect(JSON.parse((await host.call("explain_change", { address: "file.a" })).text)).toMatchObject({
      action: "create",
      steps: [{ id: "ensure_file.a" }],
    });
    expect((await host.call("explain_change", { address: "file.b" })).isError).toBe(true);
    const unverified = await host.call("run_verify");
    expect(unverified.text).not.toContain("passed");
    expect((await cli(["apply", "--yes"], { cwd })).code).toBe(0);
    expect((await host.call("run_verify")).text).toMatch(/^passed verify_command\.there \(\d+ ms\)$/);
    const unknown = await host.call("run_verify", { addresses: ["verify.http.no"] });
    expect(unknown).toMatchObject({ isError: true, text: expect.stringContaining("verify.http.no") });
    await writeFile(join(cwd, "main.cw"), `${stack}output "o" {\n  value = var.no\n}\n`);
    expect((await host.call("get_diagnostics")).text).toContain("error[unknown-variable]");
    expect(await host.call("get_plan")).toMatchObject({ isError: true });
    expect(await host.end()).toBe(0);
  });

  it("makes a proposal of a change, which a person approves", async () => {
    const cwd = await stackFolder({ "main.cw": stack });
    await cli(["build"], { cwd });
    const path = join(cwd, ".clockwork/build", script);
    const before = await readFile(path, "utf8");
    const host = new Host(cwd);
    const [line = ""] = before.split("\n").filter((text) => text.startsWith("const "));
    const edit = { old: line, new: `${line} // looked at` };
    const { text, isError } = await host.call("propose_artifact_patch", { path: script, edits: [edit] });
    expect(isError, text).toBe(false);
    const id = /proposal ([0-9a-f]{16})/.exec(text)?.[1] ?? "";
    expect(await readFile(path, "utf8")).toBe(before);
    const shown = await cli(["proposals", "show", id], { cwd });
    expect(shown.stdout).toContain("a change that a tool suggests, for ensure_file.a");
    expect(shown.stdout).toContain("// looked at");
    expect((await cli(["build"], { cwd })).code).toBe(0);
    expect((await cli(["proposals", "approve", id], { cwd })).code).toBe(0);
    expect(await readFile(path, "utf8")).toBe(before.replace(line, edit.new));
    const kept = await cli(["build", "--force"], { cwd });
    expect(kept.stdout).toContain(`= .clockwork/build/${script}  (yours, kept)`);
    expect((await cli(["proposals", "list"], { cwd })).stdout).toBe("");
  });

  it.each([
    ["another artifact", { path: "scripts/no.sh", edits: [{ old: "a", new: "b" }] }, "There is no artifact"],
    ["a file elsewhere", { path: "../../main.cw", edits: [{ old: "a", new: "b" }] }, "There is no artifact"],
    [
      "a text that is not there",
      { path: script, edits: [{ old: "no such", new: "" }] },
      "is not in the artifact",
    ],
    ["a text that is there twice", { path: script, edits: [{ old: "e", new: "" }] }, "more than once"],
    ["no edit", { path: script, edits: [] }, "edits: "],
    ["an unknown field", { path: script, edits: [{ old: "a", new: "b" }], force: true }, "nrecognized"],
    ["another stack", { stack: "..", path: script, edits: [{ old: "a", new: "b" }] }, "is not below"],
  ])("refuses a proposal for %s", async (_, input, says) => {
    const cwd = await stackFolder({ "main.cw": stack });
    await cli(["build"], { cwd });
    const called = ["mcp", "--call", "propose_artifact_patch"];
    const { code, stdout } = await cli(called, { cwd, stdin: JSON.stringify(input) });
    expect(stdout).toContain(says);
    expect(code).toBe(1);
    expect((await cli(["proposals", "list"], { cwd })).stdout).toBe("");
  });

  it("refuses a proposal that would break a rule", async () => {
    const cwd = await stackFolder({ "main.cw": stack });
    await cli(["build"], { cwd });
    const [first = ""] = (await readFile(join(cwd, ".clockwork/build", script), "utf8")).split("\n");
    const input = { path: script, edits: [{ old: `${first}\n`, new: "#!/bin/bash\n" }] };
    const called = ["mcp", "--call", "propose_artifact_patch"];
    const { code, stdout } = await cli(called, { cwd, stdin: JSON.stringify(input) });
    expect(stdout).toMatch(/^[A-Z]-[A-Z]+: /);
    expect(code).toBe(1);
  });

  it("finds the only stack below its folder, and asks which where there are more", async () => {
    const cwd = await stackFolder({ "one/main.cw": stack });
    const plan = async (input: object) =>
      (await cli(["mcp", "--call", "get_plan"], { cwd, stdin: JSON.stringify(input) })).stdout;
    expect(await plan({})).toContain("create file.a");
    await writeFile(join(cwd, "main.tf"), "");
    expect(await plan({ stack: "two" })).toContain("There is no folder two");
    const both = await stackFolder({ "one/main.cw": stack, "two/main.cw": stack });
    const asked = await cli(["mcp", both, "--call", "get_plan"], { cwd, stdin: "{}" });
    expect(asked.stdout).toContain("Say which stack: one, two");
    expect((await cli(["mcp", "--call", "apply"], { cwd, stdin: "{}" })).stderr).toContain("no such tool");
  });

  it("breaks a check off when its host cancels it, or goes", { timeout: 120_000 }, async () => {
    const slow = 'verify "command" "slow" {\n  command = ["sleep", "60"]\n}\n';
    const cwd = await stackFolder({ "main.cw": slow });
    const host = new Host(cwd);
    /** Whether the check was started; one that was cut off has ended. */
    const running = async () =>
      JSON.stringify(await filesBelow(join(cwd, ".clockwork/runs"))).includes("started");
    host.send({ jsonrpc: "2.0", id: 77, method: "tools/call", params: { name: "run_verify" } });
    await expect.poll(running, { timeout: 20_000 }).toBe(true);
    host.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 77 } });
    await expect
      .poll(
        async () =>
          (await host.call("propose_artifact_patch", { path: "x", edits: [{ old: "a", new: "b" }] })).text,
        {
          timeout: 20_000,
        },
      )
      .toContain("There is no artifact");
    expect(host.seen.some(({ id }) => id === 77)).toBe(false);
    host.send({ jsonrpc: "2.0", id: 78, method: "tools/call", params: { name: "run_verify" } });
    expect(await host.end()).toBe(0);
  });
});
