import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { cli, eventsOf, freePort, stackFolder, startedSteps } from "../support/cli.ts";

const canary = "canary-3f9a71";
const other = "magpie-b20c58";
const file = "heron-77d1e4";
const command = "egret-0c93aa";
const all = [canary, other, file, command];

/** Files below a folder whose content has one of the texts. */
async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path, "latin1");
    if (texts.some((text) => content.includes(text))) found.push(path.slice(folder.length + 1));
  }
  return found.sort();
}

const stack = (port: number) => `
variable "password" {
  type      = string
  sensitive = true
}
locals {
  url = "db://me:\${var.password}@localhost"
}
resource "task" "print" {
  script = "echo $PASSWORD; echo $URL >&2; echo $TOKEN | tee printed.txt; echo $NOTE; echo $PLAIN"
  env = {
    PASSWORD = var.password
    URL      = local.url
    TOKEN    = secret("env:MY_TOKEN")
    NOTE     = "a \${secret("file:note.txt")} b"
    PLAIN    = "in the open"
  }
}
resource "task" "again" {
  command    = ["node", "-e", "console.log(process.argv[1], require('fs').readFileSync('printed.txt', 'utf8'))", secret("cmd:cat pass.txt")]
  depends_on = [task.print]
}
resource "file" "config" {
  path    = "config.txt"
  content = "password = \${var.password}\\n"
}
resource "file" "copy" {
  path    = "copy.txt"
  content = upper(file.config.content)
}
resource "service" "web" {
  command = ["node", "-e", "console.log(process.env.TOKEN, process.env.PASSWORD); require('http').createServer((q, r) => r.end('up')).listen(${port})"]
  env = {
    TOKEN    = secret("env:MY_TOKEN")
    PASSWORD = var.password
  }
  port = ${port}
}
verify "command" "known" {
  command    = ["sh", "-c", "echo $0; test $0 = '${"$"}{local.url}'", local.url]
  depends_on = [task.print]
}
output "url" {
  value     = local.url
  sensitive = true
}
`;

async function started() {
  const home = await mkdtemp(join(tmpdir(), "clockwork-home-"));
  const port = await freePort();
  const cwd = await stackFolder({ "main.cw": stack(port), "note.txt": `${file}\n`, "pass.txt": command });
  const env = { HOME: home, MY_TOKEN: other, CLOCKWORK_VAR_password: canary };
  // To another user the stack would have come from elsewhere, and its service would go on for ever.
  onTestFinished(async () => {
    const { code, stderr } = await cli(["destroy", "--yes"], { cwd, env });
    if (code !== 0) throw new Error(stderr);
    await rm(home, { recursive: true, force: true });
  });
  return { home, cwd, env };
}

describe("sensitive values and secrets", () => {
  it("reach the steps that need them and stand nowhere else", async () => {
    const { home, cwd, env } = await started();
    const said: string[] = [];
    const run = async (...args: string[]) => {
      const result = await cli(args, { cwd, env });
      said.push(result.stdout, result.stderr);
      return result;
    };
    const actions = JSON.parse((await run("plan", "--json")).stdout);
    const bash = actions.steps.find((s: { id: string }) => s.id === "run_task.print");
    expect(bash.args.env).toEqual({
      NOTE: "${RUN_TASK_PRINT_ENV_NOTE}",
      PASSWORD: "${RUN_TASK_PRINT_ENV_PASSWORD}",
      PLAIN: "in the open",
      TOKEN: "${RUN_TASK_PRINT_ENV_TOKEN}",
      URL: "${RUN_TASK_PRINT_ENV_URL}",
    });
    expect(bash.secrets).toEqual([
      "RUN_TASK_PRINT_ENV_NOTE",
      "RUN_TASK_PRINT_ENV_PASSWORD",
      "RUN_TASK_PRINT_ENV_TOKEN",
      "RUN_TASK_PRINT_ENV_URL",
    ]);
    const shown = (await run("plan", "--out", "saved.json")).stdout;
    expect(shown).toContain("content: (sensitive value)");
    const first = await run("apply", "--yes", "--events", "events.ndjson");
    expect(await filesWith(join(cwd, ".clockwork/logs"), ["***"])).toHaveLength(3);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("url = (sensitive value)");
    expect(await readFile(join(cwd, "config.txt"), "utf8")).toBe(`password = ${canary}\n`);
    expect(await readFile(join(cwd, "copy.txt"), "utf8")).toBe(`PASSWORD = ${canary.toUpperCase()}\n`);
    for (const args of [
      ["show"],
      ["show", "--json"],
      ["show", "ir", "--json"],
      ["graph"],
      ["verify", "--json"],
    ])
      await run(...args);
    // Nothing has changed, so nothing is to be done.
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual([]);
    const forced = eventsOf(await run("apply", "--yes", "--json", "--force"));
    expect(forced.filter((e) => e.type === "step-finished").map((e) => e.outcome)).not.toContain("failed");
    // What the user wrote, and what they asked to be written; the service runs and has said something.
    const texts = [...all, canary.toUpperCase()];
    const written = ["note.txt", "pass.txt", "printed.txt"];
    expect(await filesWith(join(cwd, ".clockwork/services"), ["***"])).toHaveLength(1);
    expect(await filesWith(cwd, texts)).toEqual(["config.txt", "copy.txt", ...written]);
    expect((await run("destroy", "--yes")).code).toBe(0);
    expect(texts.filter((text) => said.join("").includes(text))).toEqual([]);
    expect(await filesWith(cwd, texts)).toEqual(written);
    expect(await filesWith(home, texts)).toEqual([]);
  });

  it("are compared with what was applied", async () => {
    const { cwd, env } = await started();
    const planned = async (more: Readonly<Record<string, string>>) => {
      const { stdout } = await cli(["plan", "--json"], { cwd, env: { ...env, ...more } });
      return JSON.parse(stdout).steps.map((s: { id: string }) => s.id);
    };
    expect((await cli(["apply", "--yes"], { cwd, env })).code).toBe(0);
    expect(await planned({})).toEqual([]);
    expect(await planned({ CLOCKWORK_VAR_password: "another-one" })).toEqual([
      "ensure_file.config",
      "ensure_file.copy",
      "ensure_service.web",
      "run_task.print",
      "verify_command.known",
    ]);
    // Behind a secret is a value that no plan asks for.
    expect(await planned({ MY_TOKEN: "another-one" })).toEqual([]);
    const text = await readFile(join(cwd, "main.cw"), "utf8");
    await writeFile(join(cwd, "main.cw"), text.replace('secret("env:MY_TOKEN")', 'secret("env:HIS_TOKEN")'));
    expect(await planned({})).toContain("run_task.print");
    const { stdout } = await cli(["plan"], { cwd, env });
    expect(stdout).toContain(
      "env.TOKEN: (sensitive value from env:MY_TOKEN) -> (sensitive value from env:HIS_TOKEN)",
    );
    // A removal needs the values that are recorded.
    await writeFile(join(cwd, "main.cw"), text);
  });

  it("that are not there are missed before anything runs", async () => {
    const { cwd, env } = await started();
    const { MY_TOKEN: _, ...without } = env;
    const result = await cli(["apply", "--yes"], { cwd, env: without });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      'error[secret-unavailable]: task.print: secret("env:MY_TOKEN"): MY_TOKEN is not set',
    );
    expect(await readdir(cwd)).not.toContain("printed.txt");
  });

  it("are given again to a saved plan", async () => {
    const { cwd, env } = await started();
    const { CLOCKWORK_VAR_password: _, ...without } = env;
    expect((await cli(["plan", "--out", "p.json"], { cwd, env })).code).toBe(0);
    expect(await filesWith(cwd, [canary])).toEqual([]);
    const refused = await cli(["apply", "p.json", "--yes"], { cwd, env: without });
    expect(refused.stderr).toContain('a value for the variable "password", which is sensitive');
    const given = await cli(["apply", "p.json", "--yes", "--var", `password=${canary}`], {
      cwd,
      env: without,
    });
    expect(given.code).toBe(0);
  });
});

it("a part of a value is masked too, and one too short to be masked is said (secret-short)", async () => {
  const cwd = await stackFolder({
    "main.cw": `
variable "password" {
  type      = string
  sensitive = true
}
resource "task" "parts" {
  script = "echo $\${URL#*:*:}; echo $PIN"
  env = {
    URL = "db://me:\${var.password}"
    PIN = secret("env:PIN")
  }
}
resource "task" "before" {
  script = "cat later.txt"
}
`,
    "later.txt": `${canary} ${Buffer.from(`x${canary}`).toString("base64")}
`,
  });
  const env = { HOME: cwd, CLOCKWORK_VAR_password: canary, PIN: "1234" };
  const { code, stdout, stderr } = await cli(["apply", "--yes", "--parallelism", "1"], { cwd, env });
  expect(code).toBe(0);
  expect(stdout + stderr).not.toContain(canary);
  expect(stdout).toContain("a secret of fewer than 6 characters, which is not masked");
  const log = async (step: string) => {
    const [run = ""] = await readdir(join(cwd, ".clockwork/logs"));
    return readFile(join(cwd, ".clockwork/logs", run, `${step}.log`), "utf8");
  };
  expect(await log("run_task.parts")).toBe("***\n1234\nclockwork: *** stands for a secret\n");
  expect(await log("run_task.before")).toMatch(
    /^\*\*\* .{0,3}\*\*\*.{0,3}\nclockwork: \*\*\* stands for secrets, in 2 places\n$/,
  );
});

it.skipIf(process.platform !== "linux")("what we were started with is hidden from steps", async () => {
  const cwd = await stackFolder({
    "main.cw": `
variable "password" {
  type      = string
  sensitive = true
}
resource "task" "look" {
  script = "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\\\0' '\\\\n' | grep -aE 'CANARY|CLOCKWORK_VAR|ANTHROPIC' | cut -c1-60 > seen.txt || true"
}
resource "task" "given" {
  command    = ["true"]
  env        = { PLAIN = secret("env:PLAIN_NAME") }
  depends_on = [task.look]
}
output "length" {
  value = nonsensitive(length(var.password))
}
resource "task" "later" {
  script     = "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\\\0' '\\\\n' | grep -a PLAIN_NAME > later.txt || true"
  depends_on = [task.given]
}
`,
  });
  const env = {
    HOME: cwd,
    ANTHROPIC_API_KEY: "sk-CANARY-1",
    CLOCKWORK_VAR_password: "CANARY-2",
    DB_PASSWORD: "CANARY-3",
    PLAIN_NAME: "magpie-b20c58",
    VISIBLE: "CANARY-0",
  };
  const { code, stderr } = await cli(["apply", "--yes", "--compiler", "builtin"], { cwd, env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const seen = (await readFile(join(cwd, "seen.txt"), "utf8")).split("\n");
  // The step did look, and nobody hides more than has to be.
  expect(seen).toContain("VISIBLE=CANARY-0");
  expect(seen.filter((line) => /CANARY-[123]/.test(line))).toEqual([]);
  expect(seen).toContain("ANTHROPIC_API_KEY=***********");
  expect(await readFile(join(cwd, "later.txt"), "utf8")).not.toContain("magpie");
});

it("a removal is told again what it needs, or fails by name", async () => {
  const main = (value: string) =>
    `resource "file" "f" {\n  path    = sensitive("${value}")\n  content = "x"\n}\n`;
  const home = await mkdtemp(join(tmpdir(), "clockwork-home-"));
  const cwd = await stackFolder({ "main.cw": main("one.txt") });
  const options = { cwd, env: { HOME: home } };
  expect((await cli(["apply", "--yes"], options)).code).toBe(0);
  await writeFile(join(cwd, "main.cw"), main("two.txt"));
  const changed = await cli(["apply", "--yes"], options);
  expect(changed.code).toBe(3);
  expect(changed.stdout + changed.stderr).toContain('its sensitive "path" is needed to remove it');
  await writeFile(join(cwd, "main.cw"), main("one.txt"));
  expect((await cli(["destroy", "--yes"], options)).code).toBe(0);
  expect(await readdir(cwd)).not.toContain("one.txt");
});
