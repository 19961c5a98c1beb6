import { describe, expect, it } from "vitest";
import type { Edge } from "../../../server/src/intake/ir.ts";
import { renderValue, valueToJson } from "../../../server/src/intake/to-json.ts";
import { planText } from "../../support/stack.ts";

/** Values of the outputs of a stack without problems. */
async function outputs(text: string): Promise<Record<string, unknown>> {
  const { ir } = await planText(text);
  return Object.fromEntries(ir.outputs.map((o) => [o.name, valueToJson(o.value)]));
}

async function edges(text: string): Promise<Record<string, string[]>> {
  const { ir } = await planText(text);
  const names = (list: readonly Edge[]) => list.map((e) => e.address);
  return Object.fromEntries([...ir.resources, ...ir.verifies].map((r) => [r.address, names(r.dependsOn)]));
}

const file = (name: string, rest: string) => `resource "file" "${name}" {\n${rest}\n}\n`;

describe("count and for_each", () => {
  it("make instances in the order of their keys", async () => {
    const { plan } = await planText(
      file("a", 'for_each = { b = 1, a = 2, "ö" = 3 }\npath = "a/${each.key}"\ncontent = each.value') +
        file("c", 'count = "11"\npath = "c/${count.index}"\ncontent = ""') +
        file("s", 'for_each = toset(["y", "x"])\npath = "s/${each.value}"\ncontent = each.key') +
        file("none", 'count = 0\npath = "n"\ncontent = ""'),
    );
    const made = plan.actions.steps.map(({ id, args }) => `${id} ${args["path"]} ${args["content"]}`);
    expect(made).toEqual([
      'ensure_file.a["a"] a/a 2',
      'ensure_file.a["b"] a/b 1',
      'ensure_file.a["ö"] a/ö 3',
      ...Array.from({ length: 11 }, (_, i) => `ensure_file.c[${i}] c/${i} `),
      'ensure_file.s["x"] s/x x',
      'ensure_file.s["y"] s/y y',
    ]);
  });

  it("give tuples and objects, as in Terraform", async () => {
    const text =
      file("c", 'count = 2\npath = "p${count.index}"\ncontent = "c${count.index}"') +
      file("m", "for_each = { b = 1, a = 2 }\npath = each.key\ncontent = each.key") +
      file("one", 'path = "one"\ncontent = "one"');
    const values = {
      item: "file.c[1].content",
      legacy: "file.c.0.content",
      text: 'file.c["1"].content',
      all: "file.c[*].content",
      old: "file.c.*.content",
      length: "length(file.c)",
      keys: "keys(file.m)",
      one: 'file.m["b"].content',
      values: "values(file.m)[*].content",
      each: "{ for k, f in file.m : k => f.content }",
      last: "file.c[length(file.c) - 1].content",
      alone: "file.one[*].content",
      mode: "file.one.mode",
    };
    const written = Object.entries(values).map(([name, value]) => `output "${name}" { value = ${value} }\n`);
    expect(
      await outputs(
        text + written.join("").replaceAll("{ value = ", "{\n value = ").replaceAll(" }\n", "\n}\n"),
      ),
    ).toEqual({
      item: "c1",
      legacy: "c0",
      text: "c1",
      all: ["c0", "c1"],
      old: ["c0", "c1"],
      length: 2,
      keys: ["a", "b"],
      one: "b",
      values: ["a", "b"],
      each: { a: "a", b: "b" },
      last: "c1",
      alone: ["one"],
      mode: null,
    });
  });

  it("keep run-time values as what they are", async () => {
    const { ir } = await planText(
      'resource "repository" "r" {\n  for_each = { a = "u" }\n  url      = each.value\n}\noutput "o" {\n  value = [for r in repository.r : "${r.commit}!"]\n}\n',
    );
    expect(renderValue(ir.outputs[0]?.value as never)).toContain("known after apply");
    expect(ir.outputs[0]?.value).toEqual({
      kind: "tuple",
      items: [
        {
          kind: "unknown",
          type: { kind: "string" },
          parts: [{ address: 'repository.r["a"]', output: "commit" }, "!"],
        },
      ],
    });
  });

  it("name containers after their instance", async () => {
    const { plan } = await planText(
      'resource "network" "n" {\n  for_each = toset(["eu/west", "us"])\n}\nresource "network" "alone" {}\nresource "volume" "v" {\n  count = 2\n}\noutput "names" {\n  value = [for n in network.n : n.name]\n}\n',
    );
    expect(plan.actions.steps.map((s) => s.args["name"])).toEqual([
      "alone",
      "n-eu-west",
      "n-us",
      "v-0",
      "v-1",
    ]);
  });

  it("take what the block says of itself from self", async () => {
    const { ir } = await planText(
      file(
        "a",
        'for_each = toset(["x"])\npath = "p-${each.key}"\ncontent = "${self.path} ${self.mode == null}"',
      ),
    );
    expect(ir.resources[0]?.attributes.get("content")).toMatchObject({ value: "p-x true" });
  });
});

describe("a block without instances", () => {
  it("may have values that fit nothing", async () => {
    const { ir } = await planText({
      "main.cw":
        'variable "path" {\n  default = null\n}\nresource "directory" "d" {\n  count = var.path == null ? 0 : 1\n  path  = var.path\n}\nmodule "m" {\n  source = "./m"\n  count  = var.path == null ? 0 : 1\n  path   = var.path\n}\n',
      "m/main.cw":
        'variable "path" {\n  nullable = false\n  type     = string\n  validation {\n    condition     = length(var.path) > 0\n    error_message = "It is empty."\n  }\n}\nresource "directory" "d" {\n  count = length(var.path)\n  path  = "${var.path}/x"\n}\n',
    });
    expect(ir.resources).toEqual([]);
  });
});

describe("edges of instances", () => {
  const a = file("a", 'for_each = { x = "p", y = "q" }\npath = each.value\ncontent = ""');

  it("lead to all instances, or to the one whose key is known", async () => {
    expect(
      await edges(
        a +
          file("all", 'path = "all"\ncontent = join(",", values(file.a)[*].path)') +
          file("one", 'path = "one"\ncontent = file.a["x"].path') +
          file(
            "same",
            'for_each = toset(["x", "y"])\npath = "s${each.key}"\ncontent = file.a[each.key].path',
          ) +
          file("via", 'path = "via"\ncontent = file.a[local.k].path\n') +
          'locals {\n  k = "y"\n}\n',
      ),
    ).toEqual({
      'file.a["x"]': [],
      'file.a["y"]': [],
      "file.all": ['file.a["x"]', 'file.a["y"]'],
      "file.one": ['file.a["x"]'],
      'file.same["x"]': ['file.a["x"]'],
      'file.same["y"]': ['file.a["y"]'],
      "file.via": ['file.a["y"]'],
    });
  });

  it("lead from each instance to the one of its key where for_each is the other resource", async () => {
    expect(
      await edges(a + file("b", 'for_each = file.a\npath = "b${each.key}"\ncontent = each.value.path')),
    ).toEqual({
      'file.a["x"]': [],
      'file.a["y"]': [],
      'file.b["x"]': ['file.a["x"]'],
      'file.b["y"]': ['file.a["y"]'],
    });
  });

  it("follow for_each, count and depends_on", async () => {
    expect(
      await edges(
        a +
          file("n", 'count = length(file.a)\npath = "n${count.index}"\ncontent = ""') +
          file("d", 'path = "d"\ncontent = ""\ndepends_on = [file.a["y"], file.n]'),
      ),
    ).toMatchObject({
      "file.n[1]": ['file.a["x"]', 'file.a["y"]'],
      "file.d": ['file.a["y"]', "file.n[0]", "file.n[1]"],
    });
  });

  it("let an instance come after the one before it", async () => {
    const chain = await edges(
      file(
        "c",
        'count = 3\npath = "c${count.index}"\ncontent = count.index == 0 ? "" : file.c[count.index - 1].path',
      ),
    );
    expect(chain).toEqual({ "file.c[0]": [], "file.c[1]": ["file.c[0]"], "file.c[2]": ["file.c[1]"] });
  });

  it("are shared by instances that refer to the same", async () => {
    const { ir } = await planText(
      file("m", 'count = 1000\npath = "m${count.index}"\ncontent = ""') +
        file("n", 'count = 1000\npath = "n${count.index}"\ncontent = length(file.m[*].path)'),
    );
    const lists = new Set(ir.resources.filter((r) => r.address.startsWith("file.n")).map((r) => r.dependsOn));
    expect(lists.size).toBe(1);
  });

  it("make the checks of services wait for their instance", async () => {
    const text =
      'resource "service" "s" {\n  for_each = { "a.b" = 8001, c = 8002 }\n  command  = ["x"]\n  port     = each.value\n  health_check {\n    path = "/${each.key}"\n  }\n}\nverify "tcp" "t" {\n  for_each = service.s\n  host     = "localhost"\n  port     = each.value.ports[0].external\n}\n';
    expect(await edges(text)).toEqual({
      'service.s["a.b"]': [],
      'service.s["c"]': [],
      'verify.http.s["a.b"].health': ['service.s["a.b"]'],
      'verify.http.s["c"].health': ['service.s["c"]'],
      'verify.tcp.t["a.b"]': ['service.s["a.b"]'],
      'verify.tcp.t["c"]': ['service.s["c"]'],
    });
    const { plan } = await planText(text);
    expect(plan.actions.steps.map((s) => s.id)).toContain('verify_http.s["a.b"].health');
  });
});

describe("dynamic blocks", () => {
  const service = (body: string) =>
    `resource "service" "s" {\n  image = "x:1"\n${body}\n}\nlocals {\n  ports = { b = 8001, a = 8000 }\n  none  = []\n}\n`;
  const args = async (body: string) => (await planText(service(body))).plan.actions.steps[0]?.args ?? {};

  it("are as many blocks as their collection has elements, in their place among the others", async () => {
    const { ports } = await args(
      'port {\n  external = 1\n  internal = 1\n}\ndynamic "port" {\n  for_each = local.ports\n  iterator = p\n  content {\n    external = p.value\n    internal = 80\n    host_ip  = "127.0.0.${length(p.key)}"\n  }\n}\nport {\n  external = 2\n  internal = 2\n}\ndynamic "port" {\n  for_each = toset(["3"])\n  content {\n    external = port.key\n    internal = port.value\n  }\n}\n',
    );
    expect(ports).toEqual([
      { external: 1, internal: 1 },
      { external: 8000, internal: 80, host_ip: "127.0.0.1" },
      { external: 8001, internal: 80, host_ip: "127.0.0.1" },
      { external: 2, internal: 2 },
      { external: 3, internal: 3 },
    ]);
  });

  it("count lists from zero", async () => {
    const { mounts } = await args(
      'dynamic "mount" {\n  for_each = ["a", "b"]\n  content {\n    source = mount.value\n    target = "/${mount.key}"\n  }\n}\n',
    );
    expect(mounts).toEqual([
      { source: "a", target: "/0" },
      { source: "b", target: "/1" },
    ]);
  });

  it("without elements are no blocks, and one element makes the one block", async () => {
    const { logging, ports } = await args(
      'dynamic "port" {\n  for_each = local.none\n  content {\n    external = 1\n    internal = 1\n  }\n}\ndynamic "logging" {\n  for_each = ["local"]\n  content {\n    driver = logging.value\n  }\n}\n',
    );
    expect(ports).toBeUndefined();
    expect(logging).toEqual({ driver: "local" });
  });

  it("wait for what their collection and content refer to", async () => {
    expect(
      await edges(
        'resource "repository" "r" {\n  url = "x"\n}\nresource "network" "n" {}\nresource "service" "s" {\n  image = "x:1"\n  dynamic "mount" {\n    for_each = [repository.r.workdir]\n    iterator = network\n    content {\n      source = network.value\n      target = "/x"\n    }\n  }\n}\n',
      ),
    ).toMatchObject({ "service.s": ["repository.r"] });
  });
});
