import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cli, freePort, stackFolder, startedSteps, stateOf } from "../support/cli.ts";

type Sites = Record<string, { port: number; greeting?: string }>;

it("a fleet of modules is applied, changed entry by entry, and destroyed", { timeout: 120_000 }, async () => {
  const cwd = await stackFolder({ example: "fleet" });
  const ports = { berlin: await freePort(), lisbon: await freePort(), sydney: await freePort() };
  const write = (sites: Sites) =>
    writeFile(join(cwd, "clockwork.cwvars"), `sites = ${JSON.stringify(sites)}\n`);
  const apply = async () => {
    const result = await cli(["apply", "--yes", "--json"], { cwd });
    expect(result.stdout + result.stderr).not.toContain('"severity":"error"');
    expect(result.code).toBe(0);
    return startedSteps(result).sort();
  };
  const page = async (port: number) => (await fetch(`http://localhost:${port}`)).text();
  const { berlin, lisbon, sydney } = ports;

  await write({ berlin: { port: berlin, greeting: "Moin" }, lisbon: { port: lisbon } });
  expect(await apply()).toEqual(
    [
      "ensure_file.index",
      ...["berlin", "lisbon"].flatMap((name) =>
        ["ensure_file.page", "ensure_service.web"].map((step) => `module.site["${name}"].${step}`),
      ),
      'module.site["berlin"].verify_http.web.health',
      'module.site["lisbon"].verify_http.web.health',
    ].sort(),
  );
  expect(await page(berlin)).toContain("Moin from berlin");
  expect(await page(lisbon)).toContain("Hello from lisbon");
  expect(await readFile(join(cwd, "build/index.html"), "utf8")).toContain(
    `<a href="http://localhost:${lisbon}">lisbon</a>`,
  );
  expect(await apply()).toEqual([]);

  await write({ berlin: { port: berlin, greeting: "Servus" }, lisbon: { port: lisbon } });
  expect(await apply()).toEqual(['module.site["berlin"].ensure_file.page']);
  expect(await page(berlin)).toContain("Servus from berlin");

  await write({ berlin: { port: berlin, greeting: "Servus" }, sydney: { port: sydney } });
  expect(await apply()).toEqual(
    [
      "ensure_file.index",
      ...["file.page", "service.web"].map((what) => `module.site["lisbon"].remove_${what}`),
      ...["ensure_file.page", "ensure_service.web", "verify_http.web.health"].map(
        (s) => `module.site["sydney"].${s}`,
      ),
    ].sort(),
  );
  await expect(fetch(`http://localhost:${lisbon}`)).rejects.toThrow();
  expect(await page(sydney)).toContain("Hello from sydney");
  const { outputs } = JSON.parse((await cli(["show", "--json"], { cwd })).stdout);
  expect(outputs).toEqual({
    urls: { berlin: `http://localhost:${berlin}`, sydney: `http://localhost:${sydney}` },
  });

  expect((await cli(["destroy", "--yes"], { cwd })).code).toBe(0);
  expect((await stateOf(cwd)).resources).toEqual({});
  await expect(fetch(`http://localhost:${berlin}`)).rejects.toThrow();
});

it("a module with for_each inside of one with for_each feeds a service's environment", {
  timeout: 60_000,
}, async () => {
  const port = await freePort();
  const cwd = await stackFolder({
    "main.cw": `module "region" {
  source   = "./region"
  for_each = { eu = ["a", "b/c"], us = ["d"] }
  name     = each.key
  apps     = each.value
}
resource "service" "front" {
  command = ["node", "-e", "require('http').createServer((q, r) => r.end(process.env.HASHES)).listen(process.env.PORT, '127.0.0.1')"]
  port    = ${port}
  env = {
    PORT   = ${port}
    HASHES = join(" ", [for r in module.region : join(",", values(r.hashes))])
    ONE    = module.region["eu"].hashes["b/c"]
  }
  health_check {
    path = "/"
  }
}
output "ok" {
  value = module.region["us"].hashes["d"] == sha256("us d")
}
`,
    "region/main.cw": `variable "name" {}
variable "apps" {
  type = list(string)
}
module "app" {
  source   = "./app"
  for_each = toset(var.apps)
  title    = "\${var.name} \${each.key}"
  file     = "out/\${var.name}/\${replace(each.key, "/", "-")}.txt"
}
output "hashes" {
  value = { for k, a in module.app : k => a.hash }
}
`,
    "region/app/main.cw": `variable "title" {}
variable "file" {}
resource "file" "page" {
  path    = var.file
  content = var.title
}
output "hash" {
  value = file.page.sha256
}
`,
  });
  const plan = JSON.parse((await cli(["plan", "--json"], { cwd })).stdout);
  const front = plan.steps.find((s: { id: string }) => s.id === "ensure_service.front");
  expect(front.needs).toEqual([
    'module.region["eu"].module.app["a"].ensure_file.page',
    'module.region["eu"].module.app["b/c"].ensure_file.page',
    'module.region["us"].module.app["d"].ensure_file.page',
  ]);
  const applied = await cli(["apply", "--yes"], { cwd });
  expect(applied.stderr).toBe("");
  expect(applied.code).toBe(0);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  expect(await (await fetch(`http://localhost:${port}`)).text()).toBe(
    `${hash("eu a")},${hash("eu b/c")} ${hash("us d")}`,
  );
  expect(JSON.parse((await cli(["show", "--json"], { cwd })).stdout).outputs).toEqual({ ok: true });
  expect(startedSteps(await cli(["apply", "--yes", "--json"], { cwd }))).toEqual([]);
});
