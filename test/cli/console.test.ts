import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

const stack = {
  "main.cw":
    'variable "names" {\n  default = ["ada", "bob"]\n}\n\nlocals {\n  secret = sensitive("s3cret")\n  server = { name = "web", port = 80 }\n}\n\nresource "directory" "out" {\n  path = "out"\n}\n',
};

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "clockwork-console-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe("eval --json", () => {
  it("prints one value as JSON with all its digits", async () => {
    const cwd = await temporaryFolder();
    const { stdout } = await cli(["eval", "--json", '{ big = 12345678901234567890, text = "a\\nb" }'], {
      cwd,
    });
    expect(stdout).toBe('{"big":12345678901234567890,"text":"a\\nb"}\n');
    expect((await cli(["eval", "--json", "type([1])"], { cwd })).stdout).toBe(
      '"tuple([\\n    number,\\n])"\n',
    );
  });

  it.each([
    [["--stack", ".", "local.secret"], "sensitive"],
    [["1/0"], "infinite"],
    [["--stack", ".", "[directory.out.path]"], "known only"],
  ])("says why %j has none", async (args, message) => {
    const cwd = await stackFolder(stack);
    const { code, stdout, stderr } = await cli(["eval", "--json", ...args], { cwd });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).diagnostics[0].message).toMatch(new RegExp(message));
    expect(stdout + stderr).not.toContain("s3cret");
  });

  it("answers each line as soon as it is there", async () => {
    const cwd = await temporaryFolder();
    const child = spawn(process.execPath, [resolve("dist/cli.js"), "eval", "--json", "-"], { cwd });
    const answers = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
    for (const [line, answer] of [
      ["1 + 1", '{"ok":true,"value":2}\n'],
      ["sensitive(1)", expect.stringMatching(/^\{"ok":false,"diagnostics":\[.*sensitive.*\]\}\n$/)],
      ['"é\\u2028"', '{"ok":true,"value":"é\\u2028"}\n'],
    ]) {
      child.stdin.write(`${line}\n`);
      expect((await answers.next()).value).toEqual(answer);
    }
    child.stdin.end();
    expect(await new Promise((done) => child.once("exit", done))).toBe(1);
  });
});

describe("console", () => {
  it("answers the lines of a pipe, and those of one expression together", async () => {
    const cwd = await stackFolder(stack);
    const stdin =
      "var.names\n\nlocal.secret\n{\n  a = 1\n}\n<<EOT\nx\ny\nEOT\ntype(local.server)\n(1\n2 + 3\nexit\nnope\n";
    const { code, stdout, stderr } = await cli(["console"], { cwd, stdin });
    expect(stdout).toBe(
      '[\n  "ada",\n  "bob",\n]\n(sensitive value)\n{\n  "a" = 1\n}\n<<EOT\nx\ny\n\nEOT\nobject({\n    name: string,\n    port: number,\n})\n5\n',
    );
    expect(stderr).toContain("unclosed-block");
    expect(stderr).not.toContain("nope");
    expect(code).toBe(1);
  });

  it("needs no stack", async () => {
    const cwd = await temporaryFolder();
    expect(await cli(["console"], { cwd, stdin: 'upper("a")\n' })).toEqual({
      code: 0,
      stdout: '"A"\n',
      stderr: "",
    });
  });

  const hasScript = spawnSync("script", ["--version"]).status === 0;
  it.skipIf(!hasScript)(
    `is a terminal's: history, Tab, Ctrl-C and Ctrl-D${hasScript ? "" : ": skipped, there is no script(1)"}`,
    async () => {
      const cwd = await stackFolder(stack);
      const home = await temporaryFolder();
      const command = `${process.execPath} ${resolve("dist/cli.js")} console`;
      const env = { ...process.env, HOME: home, XDG_STATE_HOME: "", TERM: "xterm", NO_COLOR: "1" };
      const terminal = spawn("script", ["-qec", command, "/dev/null"], { cwd, env });
      let screen = "";
      terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
        screen += text;
      });
      const see = async (text: string) => {
        for (let i = 0; i < 400 && !screen.includes(text); i++) await sleep(25);
        expect(screen).toContain(text);
        screen = "";
      };
      const type = async (keys: string, answer: string) => {
        terminal.stdin.write(keys);
        await see(answer);
      };
      await see("> ");
      await type("local.ser", "local.ser");
      await type("\t", "ver");
      await type(".po", ".po");
      await type("\t", "rt");
      await type("\r", "80\r\n");
      await type("upper(", "upper(");
      await type("\u0003", "^C");
      await type("[1,\r", ": ");
      await type("2]\r", "  2,\r\n");
      await type("local.secret\r", "(sensitive value)");
      await type("directory.", "directory.");
      await type("\t", "out");
      await type(".path\r", "(known after apply)");
      terminal.stdin.write("\u0004");
      expect(await new Promise((done) => terminal.once("exit", done))).toBe(0);
      const history = join(home, ".local/state/clockwork/console-history");
      expect(await readFile(history, "utf8")).toBe(
        "local.server.port\n[1,\n2]\nlocal.secret\ndirectory.out.path\n",
      );
      expect((await stat(history)).mode & 0o777).toBe(0o600);
    },
  );
});
