import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { secretForms } from "../../server/src/forge/mask-forms.ts";
import { cli, freePort, stackFolder } from "../support/cli.ts";
import { measured } from "../support/record.ts";

/** With characters that every encoding writes in its own way. */
const canaries = { variable: 'canary/7d+1 "quoted"', reference: "canary-e5&<b2>%c4'd" };

const stack = (port: number) => `
variable "password" {
  type      = string
  sensitive = true
}
resource "service" "web" {
  command = ["node", "-e", "console.log(process.env.A, process.env.B, Buffer.from(process.env.A).toString('base64')); require('http').createServer((q, r) => r.end('up')).listen(${port})"]
  env = {
    A = var.password
    B = secret("env:TOKEN")
  }
  port = ${port}
}
resource "task" "prints" {
  command = ["node", "print.js"]
  env = {
    A = var.password
    B = secret("env:TOKEN")
  }
}
resource "task" "fails" {
  command    = ["sh", "-c", "node print.js >&2; echo \\"$B\\" >&2; exit 7"]
  depends_on = [task.prints, service.web]
  env = {
    A = var.password
    B = secret("env:TOKEN")
  }
}
resource "task" "fetches" {
  command = ["false"]
  env     = { B = secret("env:TOKEN") }
}
verify "command" "known" {
  command    = ["sh", "-c", "echo $0; test -n $0", secret("env:TOKEN")]
  depends_on = [task.prints]
}
output "password" {
  value     = var.password
  sensitive = true
}
`;

const print = `
for (const text of [process.env.A, process.env.B]) {
  const bytes = Buffer.from(text);
  const lines = [
    text, encodeURIComponent(text), new URLSearchParams({ text }).toString(), JSON.stringify({ text }),
    JSON.stringify(JSON.stringify(text)), bytes.toString("hex"), bytes.toString("base64"),
    Buffer.from("user:" + text).toString("base64"), Buffer.from("x" + text).toString("base64url"),
    "'" + text.replaceAll("'", "'\\\\''") + "'", text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  ];
  for (const line of lines) {
    // In pieces, as a program that writes a character at a time.
    for (let i = 0; i < line.length; i += 3) process.stdout.write(line.slice(i, i + 3));
    console.log();
  }
}
`;

async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(path, "latin1")] as const)),
  );
}

it("a canary stands in no file of Clockwork's and in nothing it says, in no form", async () => {
  const home = await mkdtemp(join(tmpdir(), "clockwork-home-"));
  const cwd = await stackFolder({ "main.cw": stack(await freePort()), "print.js": print });
  const env = { HOME: home, TOKEN: canaries.reference, CLOCKWORK_VAR_password: canaries.variable };
  const said: string[] = [];
  const run = async (...args: string[]) => {
    const result = await cli(args, { cwd, env });
    said.push(result.stdout, result.stderr);
    return result.code;
  };
  const codes: Record<string, number> = {};
  const commands = [
    ["plan", "--out", "saved.json"],
    ["plan", "--json"],
    ["build"],
    ["apply", "--yes", "--events", "events.ndjson"],
    ["apply", "--yes", "--json", "--force"],
    ["verify"],
    ["refresh"],
    ["state", "pull"],
    ["show", "--json"],
    ["show", "ir", "--json"],
    ["graph"],
    ["explain", "run_task.fails"],
  ];
  for (const args of commands) codes[args.join(" ")] = await run(...args);
  expect(codes).toMatchObject({
    build: 0,
    "apply --yes --events events.ndjson": 3,
    verify: 0,
    "state pull": 0,
  });
  const kept = new Map([...(await filesBelow(cwd)), ...(await filesBelow(home))]);
  // There was something to mask, also in what the service printed.
  const isMasked = (part: string) =>
    [...kept].some(([path, text]) => path.includes(part) && text.includes("***"));
  expect([isMasked("run_task.fails"), isMasked("service.log"), isMasked("events.ndjson")]).toEqual([
    true,
    true,
    true,
  ]);
  expect(await run("destroy", "--yes")).toBe(0);
  const forms = Object.values(canaries).flatMap((canary) => [...secretForms(canary)]);
  const leaks = [...kept, ...(await filesBelow(cwd)), ["what it said", said.join("")] as const]
    .filter(([path]) => !path.endsWith("print.js"))
    .flatMap(([path, text]) => forms.filter((form) => text.includes(form)).map((form) => `${path}: ${form}`));
  measured({
    count: kept.size,
    found: leaks.length,
    figures: {
      commands: commands.length + 1,
      "files looked at": kept.size,
      "forms looked for": forms.length,
    },
  });
  expect(leaks).toEqual([]);
}, 120_000);
