import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type CliResult, cli, eventsOf, stackFolder, stateOf } from "../support/cli.ts";

const folderStack = { "main.cw": 'resource "directory" "z" { path = "z" }\n' };
const brokenStack = { "main.cw": 'resource "directory" "z" { pth = "z" }\n' };

describe("help", () => {
  it("lists the commands in groups, and is what a call without command gets, as an error", async () => {
    const cwd = await stackFolder(folderStack);
    const asked = await cli(["--help"], { cwd });
    expect(asked.code).toBe(0);
    expect(asked.stderr).toBe("");
    expect(asked.stdout).toMatch(/Write a stack:\n {2}init \[DIR\] .*\n/);
    for (const line of asked.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const bare = await cli([], { cwd });
    expect(bare).toEqual({ code: 1, stdout: "", stderr: asked.stdout });
    expect((await cli(["help", "plan"], { cwd })).stdout).toBe(
      (await cli(["plan", "--help"], { cwd })).stdout,
    );
    expect((await cli(["state"], { cwd })).stderr).toContain("list ");
  });

  it("shows how each command is called", async () => {
    const cwd = await stackFolder(folderStack);
    const commands = (await cli(["--help"], { cwd })).stdout.matchAll(/^ {2}(?!clockwork)([a-z]+)\b/gm);
    for (const [, name = ""] of commands) {
      const { code, stdout } = await cli([name, "--help"], { cwd });
      expect([name, code, stdout.split(/[\n ]/, 3)]).toEqual([name, 0, ["Usage:", "clockwork", name]]);
    }
  });
});

describe("explain", () => {
  it("prints what a code means, in whatever case, and offers the nearest one", async () => {
    const cwd = await stackFolder(folderStack);
    const page = await readFile(resolve("docs/diagnostics/C-SECRET.md"), "utf8");
    expect(await cli(["explain", "c-secret"], { cwd })).toEqual({ code: 0, stdout: page, stderr: "" });
    const wrong = await cli(["explain", "unknown-varible"], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('"unknown-variable"')]);
  });
});

describe("a call that cannot be read", () => {
  it.each([
    [["plna"], "unknown command 'plna'", "Did you mean plan?"],
    [["plan", "--ouut", "x"], "unknown option '--ouut'", "Did you mean --out?"],
    [["plan", "a", "b"], "too many arguments for 'plan'", "clockwork plan --help"],
    [["state", "show"], "missing required argument 'ADDR'", "clockwork state show --help"],
    [["help", "plam"], "unknown command 'plam'", 'Did you mean "plan"?'],
    [["completion", "tcsh"], "'tcsh' is invalid", "clockwork completion --help"],
    [["plan", "-var", "x=1"], "unknown option '-var'", "two dashes: --var"],
    [["apply", "-auto-approve"], "unknown option '-auto-approve'", "--yes"],
    [["apply", "--parallelism", "0"], "not a whole number", ""],
    [["apply", "--adopt", "directory.y", "--yes"], "--adopt directory.y", 'Did you mean "directory.z"?'],
    [["plan", "README.md"], "no file of a stack", "Name a folder"],
    [["plan", "nowhere"], "There is no file or folder nowhere", ""],
    [["plan", "--chdir", "nowhere"], "There is no folder", ""],
    [["fmt", "README.md"], "neither a .cw nor a .cwvars file", ""],
    [["state", "show", "x.y"], "There is no state yet", ""],
  ])("%j says so, with the way out", async (args, message, hint) => {
    const cwd = await stackFolder({ ...folderStack, "README.md": "hi" });
    const result = await cli(args, { cwd });
    expect(result.code).toBe(1);
    expect(result.stdout.replace(/^.*(create|path|Steps|1\. |Plan:|^$).*\n/gm, "")).toBe("");
    expect(result.stderr).toContain(message);
    expect(result.stderr).toContain(args.includes("--adopt") ? "error[unknown-target]" : "error[usage]");
    expect(result.stderr).toContain(hint);
  });

  it("acts in another folder wherever --chdir stands", async () => {
    const cwd = await stackFolder({ "in side/main.cw": folderStack["main.cw"] });
    const before = await cli(["--chdir", "in side", "plan", "--json"], { cwd });
    expect(before.code).toBe(0);
    expect(before).toEqual(await cli(["plan", "--chdir", "in side", "--json"], { cwd }));
    await symlink("in side", join(cwd, "link"));
    expect(await cli(["plan", "link", "--json"], { cwd })).toEqual(before);
    expect(await cli(["plan", "in side/main.cw", "--json"], { cwd })).toEqual(before);
  });
});

describe("--json", () => {
  const documents: readonly (readonly string[])[] = [
    ["plan"],
    ["build"],
    ["validate"],
    ["check"],
    ["graph"],
    ["show", "ir"],
    ["plan", "--foo"],
    ["state", "show", "x.y"],
    ["show", "nothing"],
    ["refresh", "nowhere"],
  ];
  it.each(documents)("%s %s prints one document of its problems", async (...args) => {
    const cwd = await stackFolder(brokenStack);
    const { code, stdout, stderr } = await cli([...args.filter((a) => a), "--json"], { cwd });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).diagnostics[0]).toMatchObject({ severity: "error" });
    if (args[0] !== "validate" && args[0] !== "check") expect(stderr).toContain("error[");
  });

  it.each([["apply"], ["apply", "--foo"], ["apply", "--events", "."], ["verify"], ["destroy", "nowhere"]])(
    "%s %s prints its problems as events, and that it is done",
    async (...args) => {
      const cwd = await stackFolder(brokenStack);
      const result = await cli([...args, "--json"], { cwd });
      expect(result.code).toBe(1);
      const told = eventsOf(result).filter((e) => e.type !== "run");
      expect(told.map((e) => e.type)).toEqual(["diagnostic", "done"]);
      expect(eventsOf(result).at(-1)).toMatchObject({ exitCode: 1 });
    },
  );

  it("places problems of an expression in the expression", async () => {
    const cwd = await stackFolder(brokenStack);
    const { stdout } = await cli(["eval", "-", "--json"], { cwd, stdin: "1+1\n\n  [1, var.x]\n" });
    const [two, unknown] = stdout.trim().split("\n");
    expect(JSON.parse(two ?? "")).toEqual({ ok: true, value: 2 });
    expect(JSON.parse(unknown ?? "").diagnostics).toEqual([
      expect.objectContaining({
        code: "unknown-variable",
        range: { start: { line: 1, column: 9 }, end: { line: 1, column: 10 } },
        hint: expect.stringContaining("--stack ."),
      }),
    ]);
    const broken = await cli(["eval", "-", "--stack", ".", "--json"], { cwd, stdin: "1\n2\n" });
    expect(
      broken.stdout
        .trim()
        .split("\n")
        .map((l) => JSON.parse(l).ok),
    ).toEqual([false, false]);
  });
});

describe("eval", () => {
  it("takes expressions of several lines, and says what is none", async () => {
    const cwd = await stackFolder(folderStack);
    expect((await cli(["eval", "\n[1,\n2]\n", "--json"], { cwd })).stdout).toBe("[1,2]\n");
    for (const text of ["", "# only a remark"]) {
      const { code, stderr } = await cli(["eval", text], { cwd });
      expect(code).toBe(1);
      expect(stderr).toMatch(/expression/);
      expect(stderr).not.toContain('"value"');
    }
    const unknown = await cli(["eval", "directory.z.path", "--stack", ".", "--json"], { cwd });
    expect(JSON.parse(unknown.stdout).diagnostics[0].code).toBe("not-known-yet");
  });
});

describe("--events", () => {
  const recorded = async (cwd: string, ...args: string[]) => {
    const result = await cli([...args, "--events", "events.ndjson"], { cwd });
    return eventsOf({ ...result, stdout: await readFile(join(cwd, "events.ndjson"), "utf8") });
  };

  it("says first what runs, under which id and in which process, and at last that it is done", async () => {
    const cwd = await stackFolder(folderStack);
    for (const [command, ...flags] of [
      ["plan"],
      ["build"],
      ["apply", "--yes"],
      ["verify"],
      ["destroy", "--yes"],
    ]) {
      const [first, ...others] = await recorded(cwd, command ?? "", ...flags);
      expect(first).toMatchObject({ type: "run", command, runId: expect.stringMatching(/^\d{8}T\d{6}Z-/) });
      expect(others.at(-1)).toMatchObject({ type: "done", exitCode: 0 });
    }
  });

  it("names the journal of an apply", async () => {
    const cwd = await stackFolder(folderStack);
    const [first] = await recorded(cwd, "apply", "--yes");
    if (first?.type !== "run") throw new Error("the first event is no run");
    expect(await readFile(join(cwd, `.clockwork/runs/${first.runId}.jsonl`), "utf8")).toContain(
      '"type":"run"',
    );
  });

  it("tells of a plan what would change, beside the one document on stdout", async () => {
    const cwd = await stackFolder(folderStack);
    const result = await cli(["plan", "--json", "--events", "events.ndjson"], { cwd });
    expect(JSON.parse(result.stdout).steps.length).toBeGreaterThan(0);
    const events = eventsOf({ ...result, stdout: await readFile(join(cwd, "events.ndjson"), "utf8") });
    expect(events.map((e) => e.type)).toEqual(["run", "plan", "done"]);
  });

  it("tells the problems of a plan with their places", async () => {
    const cwd = await stackFolder(brokenStack);
    const events = await recorded(cwd, "plan");
    expect(events.find((e) => e.type === "diagnostic")).toMatchObject({
      diagnostic: { severity: "error", file: "main.cw", range: { start: { line: expect.any(Number) } } },
    });
    expect(events.at(-1)).toMatchObject({ type: "done", exitCode: 1 });
  });
});

describe("a file that a flag names to be written", () => {
  it("is never a folder, which would be removed with everything in it", async () => {
    const cwd = await stackFolder(folderStack);
    await mkdir(join(cwd, "precious"));
    await writeFile(join(cwd, "precious/a.txt"), "a");
    for (const args of [
      ["apply", "--yes", "--events", "precious"],
      ["plan", "--out", "precious"],
    ]) {
      const result = await cli(args, { cwd });
      expect(result.code).toBe(1);
      expect(result.stderr).toContain("precious: that is no plain file");
    }
    expect(await readFile(join(cwd, "precious/a.txt"), "utf8")).toBe("a");
  });

  it("is never a file of the stack", async () => {
    const cwd = await stackFolder(folderStack);
    expect((await cli(["apply", "--yes", "--events", "main.cw"], { cwd })).code).toBe(1);
    expect((await cli(["plan", "--out", "main.cw"], { cwd })).code).toBe(1);
    expect(await readFile(join(cwd, "main.cw"), "utf8")).toBe(folderStack["main.cw"]);
  });
});

/** Root may do everything: where the tests run as root, a folder where a file belongs is in the way instead. */
const isRoot = process.getuid?.() === 0;

describe("a machine that does not let it", () => {
  it("is told as a problem, not as a fault of ours", async () => {
    const cwd = await stackFolder(folderStack);
    if (isRoot) await mkdir(join(cwd, "vars.cwvars"));
    else {
      await writeFile(join(cwd, "vars.cwvars"), "");
      await chmod(join(cwd, "vars.cwvars"), 0);
    }
    const result = await cli(["plan", "--var-file", "vars.cwvars", "--json"], { cwd });
    expect(result.code).toBe(1);
    expect(result.stderr).not.toContain("    at ");
    expect(JSON.parse(result.stdout).diagnostics[0].severity).toBe("error");
  });
});

const failing = {
  "main.cw": `
resource "task" "fails" {
  script = "echo some words; exit 7"
}
resource "task" "slow" {
  command = ["sleep", "30"]
  timeout = "1s"
}
resource "task" "needs" {
  command    = ["true"]
  depends_on = [task.fails]
}
resource "task" "needs_too" {
  command    = ["true"]
  depends_on = [task.needs]
}
resource "service" "ends" {
  command = ["sh", "-c", "echo the port is taken; exit 3"]
}
output "o" { value = 1 }
verify "command" "v" {
  command    = ["sh", "-c", "exit 4"]
  depends_on = [service.other]
  timeout    = "2s"
}
resource "service" "other" {
  command = ["sleep", "1000"]
}
`,
};

describe("a failed step", () => {
  it("is a diagnostic at its block, for programs and for people; skipped ones name it", async () => {
    const cwd = await stackFolder(failing);
    const result = await cli(["apply", "--yes", "--events", "run.ndjson", "--parallelism", "4"], { cwd });
    expect(result.code).toBe(3);
    const recorded: CliResult = { ...result, stdout: await readFile(join(cwd, "run.ndjson"), "utf8") };
    const problems = eventsOf(recorded).flatMap((e) => (e.type === "diagnostic" ? [e.diagnostic] : []));
    const places = problems.map((d) => [d.code, d.file, d.range?.start.line, d.range?.end.column]);
    expect(places.sort((a, b) => Number(a[2]) - Number(b[2]))).toEqual([
      ["step-failed", "main.cw", 2, 24],
      ["step-timeout", "main.cw", 5, 23],
      ["service-failed", "main.cw", 17, 26],
      [expect.stringMatching(/^(verify-failed|step-timeout)$/), "main.cw", 21, 21],
    ]);
    const hints = problems.map((d) => d.hint).join("\n");
    expect(hints).toContain("the port is taken");
    expect(hints).toContain("--timeout-per-step");
    expect(result.stderr).toContain('2 | resource "task" "fails" {');
    expect(result.stderr).toContain("the port is taken");
    expect(result.stdout).toContain("    | some words");
    expect(result.stdout).not.toContain("Outputs:");
    expect(result.stdout).toContain("run_task.needs skipped (needs run_task.fails, which did not succeed)");
    expect(result.stdout).toContain("run_task.needs_too skipped (needs run_task.fails, which did not");

    const verified = await cli(["verify", "--json"], { cwd });
    expect(verified.code).toBe(3);
    const [problem] = eventsOf(verified).flatMap((e) => (e.type === "diagnostic" ? [e.diagnostic] : []));
    expect(problem?.range?.start.line).toBe(21);
  });
});

describe("apply", () => {
  it("tells each problem once, and sums up only what ran", async () => {
    const cwd = await stackFolder(brokenStack);
    const broken = await cli(["apply", "--yes"], { cwd });
    expect(broken.stdout).toBe("");
    expect(broken.stderr.match(/error\[/g)).toHaveLength(broken.stderr.includes("2 errors") ? 2 : 1);
    await writeFile(join(cwd, "main.cw"), folderStack["main.cw"]);
    expect((await cli(["apply", "--yes"], { cwd })).stdout).toMatch(
      /\n\nBuild: .*\n {2}\+ .*\n\nSandbox: .*\n✓ .*\nDone: 1 /,
    );
    expect((await cli(["apply", "--yes"], { cwd })).stdout).toBe(
      "Nothing to do: the stack is as its files say.\n",
    );
  });

  it("prints the outputs of a stack that has nothing else", async () => {
    const cwd = await stackFolder({ "main.cw": 'output "a" { value = [1, "b"] }\n' });
    expect((await cli(["apply", "--yes"], { cwd })).stdout).toContain('a = [1, "b"]');
    expect((await cli(["show"], { cwd })).stdout).toContain('a = [1, "b"]');
    expect((await stateOf(cwd)).resources).toEqual({});
  });

  it("takes a saved plan as it is", async () => {
    const cwd = await stackFolder(folderStack);
    expect((await cli(["plan", "--out", "next.plan"], { cwd })).code).toBe(0);
    for (const flag of [["--var", "x=1"], ["--target", "directory.z"], ["--force"], ["--refresh"]]) {
      const { code, stderr } = await cli(["apply", "next.plan", ...flag], { cwd });
      expect(code).toBe(1);
      expect(stderr).toContain(`${flag[0]} cannot change it`);
    }
    const removal = await cli(["destroy", "next.plan", "--yes"], { cwd });
    expect(removal.stderr).toContain("no plan of a removal");
    const unseen = await cli(["apply", "next.plan"], { cwd });
    expect(unseen.stderr).toContain("Look at .clockwork/build");
    expect((await cli(["apply", "next.plan", "--yes"], { cwd })).code).toBe(4);
    expect((await cli(["plan", "--out", "next.plan"], { cwd })).code).toBe(0);
    expect((await cli(["apply", "next.plan"], { cwd })).code).toBe(0);
  });
});

describe("an artifact that a person and the compiler both changed", () => {
  const stack = {
    "main.cw": 'variable "t" {}\nresource "file" "a" {\n  path    = "a.txt"\n  content = var.t\n}\n',
  };
  const script = ".clockwork/build/scripts/ensure_file.a.mjs";

  it.each(["taking the new lines over", "removing it", "approving"])("is settled by %s", async (way) => {
    const cwd = await stackFolder(stack);
    const apply = (text: string) => cli(["apply", "--yes", "--var", `t=${text}`], { cwd });
    expect((await apply("one")).code).toBe(0);
    const edited = (await readFile(join(cwd, script), "utf8")).replace('"one"', '"mine"');
    await writeFile(join(cwd, script), `${edited}// my remark\n`);
    const refused = await apply("two");
    expect(refused.code).toBe(1);
    const id = /clockwork proposals show ([0-9a-f]{16})/.exec(refused.stderr)?.[1] ?? "no hint";
    expect(await readFile(join(cwd, script), "utf8")).toContain('"mine"');
    if (way === "removing it") await rm(join(cwd, script));
    else if (way === "approving") await cli(["proposals", "approve", id], { cwd });
    else await writeFile(join(cwd, script), `${edited.replace('"mine"', '"two"')}// my remark\n`);
    expect((await apply("two")).code).toBe(0);
    expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("two");
    const kept = (await readFile(join(cwd, script), "utf8")).includes("// my remark");
    expect(kept).toBe(way !== "removing it");
  });
});

describe("lsp", () => {
  it("is the language server over stdin and stdout", async () => {
    const cwd = await stackFolder(folderStack);
    const frame = (message: object) => {
      const text = JSON.stringify({ jsonrpc: "2.0", ...message });
      return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    };
    const child = spawn(process.execPath, [resolve("dist/cli.js"), "lsp", "--stdio"], { cwd });
    let answer = "";
    child.stdout.on("data", (chunk) => {
      answer += chunk;
    });
    child.stdin.write(
      frame({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } }) +
        frame({ id: 2, method: "shutdown" }) +
        frame({ method: "exit" }),
    );
    expect(await new Promise((done) => child.once("close", done))).toBe(0);
    expect(answer).toContain('"capabilities"');
  });
});
