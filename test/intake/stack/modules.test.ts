import { describe, expect, it } from "vitest";
import { valueToJson } from "../../../server/src/intake/to-json.ts";
import { planText } from "../../support/stack.ts";

type Files = Readonly<Record<string, string>>;

async function outputs(files: Files): Promise<Record<string, unknown>> {
  const { ir } = await planText(files);
  return Object.fromEntries(ir.outputs.map((o) => [o.name, valueToJson(o.value)]));
}

async function edges(files: Files): Promise<Record<string, string[]>> {
  const { ir } = await planText(files);
  return Object.fromEntries(
    [...ir.resources, ...ir.verifies].map((r) => [r.address, r.dependsOn.map((e) => e.address)]),
  );
}

const nested: Files = {
  "main.cw":
    'module "region" {\n  source   = "./region"\n  for_each = { eu = ["a", "b"], us = ["c"] }\n  name     = each.key\n  apps     = each.value\n}\nresource "service" "front" {\n  command = ["sleep", "60"]\n  env     = { UPSTREAMS = join(",", flatten([for r in module.region : values(r.files)])), EU_A = module.region["eu"].files["a"] }\n}\noutput "all" {\n  value = { for k, r in module.region : k => r.names }\n}\n',
  "region/main.cw":
    'variable "name" {}\nvariable "apps" {\n  type = list(string)\n}\nmodule "app" {\n  source   = "./app"\n  for_each = toset(var.apps)\n  title    = "${var.name}-${each.key}"\n}\noutput "files" {\n  value = { for k, a in module.app : k => a.file }\n}\noutput "names" {\n  value = values(module.app)[*].title\n}\n',
  "region/app/main.cw":
    'variable "title" {\n  type = string\n}\nresource "file" "page" {\n  path    = "${path.module}/${var.title}.txt"\n  content = var.title\n}\noutput "file" {\n  value = file.page.path\n}\noutput "title" {\n  value = upper(var.title)\n}\n',
};

describe("modules", () => {
  it("with for_each inside of modules with for_each feed a service", async () => {
    const { ir, plan } = await planText(nested);
    expect(ir.resources.map((r) => r.address)).toEqual([
      'module.region["eu"].module.app["a"].file.page',
      'module.region["eu"].module.app["b"].file.page',
      'module.region["us"].module.app["c"].file.page',
      "service.front",
    ]);
    expect(plan.actions.steps.map((s) => s.id)).toEqual([
      'module.region["eu"].module.app["a"].ensure_file.page',
      'module.region["eu"].module.app["b"].ensure_file.page',
      'module.region["us"].module.app["c"].ensure_file.page',
      "ensure_service.front",
    ]);
    expect(plan.actions.steps[0]?.args).toMatchObject({ path: "region/app/eu-a.txt", content: "eu-a" });
    const front = plan.actions.steps[3];
    expect(front?.needs).toHaveLength(3);
    expect(await outputs(nested)).toEqual({
      all: { eu: ["EU-A", "EU-B"], us: ["EU-C".replace("EU", "US")] },
    });
  });

  it("wait for what stands behind their variables, and hand on what stands behind their outputs", async () => {
    expect(
      await edges({
        "main.cw":
          'resource "directory" "base" {\n  path = "base"\n}\nmodule "a" {\n  source = "./m"\n  base   = directory.base.path\n}\nmodule "b" {\n  source = "./m"\n  base   = module.a.out\n}\nresource "file" "last" {\n  path    = "last"\n  content = module.b.out\n}\n',
        "m/main.cw":
          'variable "base" {}\nlocals {\n  path = "${var.base}/x"\n}\nresource "file" "f" {\n  path    = "f-${basename(path.module)}"\n  content = local.path\n}\noutput "out" {\n  value = file.f.sha256\n}\n',
      }).catch((e: Error) => e.message),
    ).toContain("both want the path");
  });

  it("wait for what their block depends on, and are waited for whole", async () => {
    const found = await edges({
      "main.cw":
        'resource "directory" "first" {\n  path = "first"\n}\nmodule "m" {\n  source     = "./m"\n  count      = 2\n  name       = "m${count.index}"\n  depends_on = [directory.first]\n}\nresource "directory" "last" {\n  path       = "last"\n  depends_on = [module.m]\n}\nresource "directory" "one" {\n  path       = "one"\n  depends_on = [module.m[1]]\n}\n',
      "m/main.cw":
        'variable "name" {}\nresource "directory" "d" {\n  path = var.name\n}\nverify "file" "there" {\n  path = "x"\n}\n',
    });
    expect(found).toEqual({
      "directory.first": [],
      "directory.last": [
        "module.m[0].directory.d",
        "module.m[0].verify.file.there",
        "module.m[1].directory.d",
        "module.m[1].verify.file.there",
      ],
      "directory.one": ["module.m[1].directory.d", "module.m[1].verify.file.there"],
      "module.m[0].directory.d": ["directory.first"],
      "module.m[1].directory.d": ["directory.first"],
      "module.m[0].verify.file.there": ["module.m[0].directory.d"],
      "module.m[1].verify.file.there": ["module.m[1].directory.d"],
    });
  });

  it("have names of their own for containers and run-time values", async () => {
    const { plan } = await planText({
      "main.cw":
        'module "left" {\n  source = "./m"\n}\nmodule "right" {\n  source   = "./m"\n  for_each = toset(["eu"])\n}\noutput "ids" {\n  value = [module.left.id, module.right["eu"].id]\n}\n',
      "m/main.cw": 'resource "network" "net" {}\noutput "id" {\n  value = network.net.id\n}\n',
    });
    expect(plan.actions.steps.map((s) => [s.id, s.args["name"], s.provides?.["id"]])).toEqual([
      ["module.left.ensure_network.net", "left-net", "NETWORK_LEFT_NET_ID"],
      ['module.right["eu"].ensure_network.net', "right-eu-net", "NETWORK_RIGHT_EU_NET_ID"],
    ]);
  });

  it("take defaults, null and types like variables of the stack", async () => {
    expect(
      await outputs({
        "main.cw":
          'module "m" {\n  source = "./m"\n  a = null\n  b = null\n  c = "5"\n}\noutput "o" {\n  value = module.m\n}\n',
        "m/main.cw":
          'variable "a" {\n  default = "a"\n}\nvariable "b" {\n  default  = "b"\n  nullable = false\n}\nvariable "c" {\n  type = number\n}\nvariable "d" {\n  default = "d"\n}\noutput "all" {\n  value = [var.a, var.b, var.c + 1, var.d, path.module, path.root]\n}\n',
      }),
    ).toEqual({ o: { all: [null, "b", 6, "d", "m", "."] } });
  });

  it("read links and folders outside not at all, and each folder once", async () => {
    const { ir } = await planText({
      "main.cw": 'module "a" {\n  source = "./x/../m/"\n}\nmodule "b" {\n  source = "./m"\n}\n',
      "m/main.cw": 'output "o" {\n  value = 1\n}\n',
    });
    expect(ir.resources).toEqual([]);
  });
});
