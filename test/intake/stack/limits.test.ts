import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../server/src/assembly/assemble.ts";
import { printActionList } from "../../../server/src/cli/views/json.ts";
import { hasErrors } from "../../../server/src/diagnostics/diagnostic.ts";
import { absolute } from "../../../server/src/diagnostics/span.ts";
import { noInputs } from "../../../server/src/intake/load.ts";
import { runs } from "../../support/runs.ts";
import { analyseText, appliedState, planText, problems } from "../../support/stack.ts";

/** In milliseconds, for as many runs as there are. */
const patience = 30_000 * runs(1);

const many = (count: number, block: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => block(i)).join("");
const file = (i: number, content: string) =>
  `resource "file" "f${i}" {\n  path    = "f${i}"\n  content = ${content}\n}\n`;

describe("chains longer than any call stack", () => {
  it("of local values, from either end", async () => {
    const lines = (reverse: boolean) => {
      const all = Array.from(
        { length: 10_000 },
        (_, i) => `  a${i} = ${i === 0 ? "1" : `local.a${i - 1} + 1`}\n`,
      );
      return (reverse ? all.reverse() : all).join("");
    };
    for (const reverse of [true, false]) {
      const analysis = await analyseText(
        `locals {\n${lines(reverse)}}\noutput "o" {\n  value = local.a9999\n}\n`,
      );
      expect(problems(analysis)).toEqual([]);
      expect(analysis.ir.outputs[0]?.value).toMatchObject({ kind: "number" });
      expect(
        String(analysis.ir.outputs[0]?.value.kind === "number" && analysis.ir.outputs[0].value.value),
      ).toBe("10000");
    }
  });

  it("of attributes, outputs and local values between resources", async () => {
    const text = many(10_000, (i) =>
      i === 0
        ? file(0, '"x"')
        : `locals {\n  l${i} = file.f${i - 1}.content\n}\n${file(i, i % 2 === 0 ? `local.l${i}` : `file.f${i - 1}.content`)}`,
    );
    const first = await planText(text);
    expect(first.plan.actions.steps).toHaveLength(10_000);
    expect(first.plan.actions.steps.at(-1)?.args["content"]).toBe("x");
    const state = appliedState(first);
    expect((await planText(text, { state })).plan.actions.steps).toEqual([]);
    const checked = `${text}verify "tcp" "t" {\n  host       = "h"\n  port       = 1\n  depends_on = [file.f9999]\n}\n`;
    // The check is added; what it waits for through ten thousand resources is nothing.
    expect((await planText(checked, { state })).plan.actions.steps.map((s) => s.needs)).toEqual([undefined]);
    const edited = await planText(checked.replace('content = "x"', 'content = "y"'), { state });
    expect(edited.plan.actions.steps).toHaveLength(10_001);
    expect((await planText(text, { state, destroy: true })).plan.actions.steps).toHaveLength(10_000);
    expect((await planText("", { state })).plan.actions.steps).toHaveLength(10_000);
  }, 60_000);

  it("in a circle", async () => {
    const locals = many(5_000, (i) => `  a${i} = local.a${(i + 1) % 5_000}\n`);
    const analysis = await analyseText(
      `locals {\n${locals}}\n${many(5_000, (i) => file(i, `file.f${(i + 1) % 5_000}.content`))}`,
    );
    expect(problems(analysis).map((p) => p.slice(0, 70))).toEqual([
      "cycle: These depend on each other in a circle: local.a0 → local.a1 → l",
      "cycle: These depend on each other in a circle: file.f0 → file.f1 → fil",
    ]);
  }, 60_000);
});

describe("large stacks", () => {
  it("with thousands of unknown attributes in one block are told soon", async () => {
    const began = performance.now();
    const unknown = many(10_000, (i) => `  unknown_attribute_${i} = 1\n`);
    const told = problems(await analyseText(`resource "task" "t" {\n${unknown}}\n`));
    expect(told.filter((p) => p.startsWith("unknown-attribute"))).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(6_000);
  }, 60_000);

  it("with a long name or thousands that are missing are told soon", async () => {
    const began = performance.now();
    const locals = many(4_000, (i) => `  a${i} = local.b${i}\n`);
    const long = `  ${"a".repeat(20_000)} = local.${"b".repeat(20_000)}\n`;
    expect(problems(await analyseText(`locals {\n${locals}${long}}\n`))).toHaveLength(4_001);
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 60_000);

  it("with one missing name everywhere are told of it soon", async () => {
    const text = many(3_000, (i) =>
      file(i, "file.mising.path").replace("}\n", "  depends_on = [file.missed]\n}\n"),
    );
    const began = performance.now();
    expect(problems(await analyseText(text))).toHaveLength(6_000);
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 60_000);

  it("with many checks of everything share what the checks wait for", async () => {
    const checks = many(2_000, (i) => `verify "tcp" "c${i}" {\n  host = "h"\n  port = 1\n}\n`);
    const began = performance.now();
    const planned = await planText(many(2_000, (i) => file(i, '"x"')) + checks);
    expect(performance.now() - began).toBeLessThan(15_000);
    const needs = planned.plan.actions.steps.flatMap((s) => (s.name === "verify_tcp" ? [s.needs] : []));
    expect(needs).toHaveLength(2_000);
    expect(needs[0]).toHaveLength(2_000);
    expect(new Set(needs).size).toBe(1);
  }, 60_000);
});

describe("names", () => {
  it("of any letters, or that objects have, are names like others", async () => {
    const names = ["café", "日本", "__proto__", "constructor", "toString", "hasOwnProperty", "_", "x-"];
    const text = names
      .map(
        (n, i) =>
          `variable "${n}" {\n  default = "v"\n}\nlocals {\n  ${n} = var.${n}\n}\nresource "task" "${n}" {\n  command = [local.${n}, "${i}"]\n  env     = { ${n} = "e" }\n}\noutput "${n}" {\n  value = task.${n}.command[0]\n}\n`,
      )
      .join("");
    const analysis = await analyseText(text);
    expect(problems(analysis).filter((p) => !p.startsWith("name-collision"))).toEqual([]);
    expect(analysis.ir.resources.map((r) => r.name).sort()).toEqual([...names].sort());
    expect(analysis.ir.outputs.map((o) => o.value.kind)).toEqual(names.map(() => "string"));
    for (const name of names) {
      const alone = `resource "task" "${name}" {\n  command = ["x"]\n  env     = { ${name} = "e" }\n}\n`;
      if (hasErrors((await analyseText(alone)).diagnostics)) continue;
      const planned = await planText(alone);
      expect(Object.keys((planned.plan.actions.steps[0]?.args["env"] ?? {}) as object)).toEqual([name]);
      expect((await planText(alone, { state: appliedState(planned) })).plan.actions.steps).toEqual([]);
      const edited = await planText(alone.replace('"e"', '"f"'), { state: appliedState(planned) });
      expect(edited.plan.changes[0]?.fields).toHaveLength(1);
    }
  });
});

describe("values of variables win in their order", () => {
  it.each([
    [{}, "default"],
    [{ "clockwork.cwvars": "own" }, "own"],
    [{ "clockwork.cwvars": "own", "a.auto.cwvars": "auto" }, "auto"],
    [{ "a.auto.cwvars": "a", "b.auto.cwvars": "b", "clockwork.auto.cwvars": "c" }, "c"],
    [{ "a.auto.cwvars": "auto", environment: "environment" }, "environment"],
    [{ environment: "environment", "file.cwvars": "file" }, "file"],
    [{ "file.cwvars": "file", "other.cwvars": "other", environment: "environment" }, "other"],
    [{ "file.cwvars": "file", flag: "flag", environment: "environment" }, "flag"],
  ])("%j", async (given: Readonly<Record<string, string>>, wins) => {
    const { environment, flag, ...files } = given;
    const texts = Object.entries(files).map(([name, text]) => [name, `v = "${text}"\n`]);
    const main = 'variable "v" {\n  default = "default"\n}\noutput "o" {\n  value = var.v\n}\n';
    const analysis = await analyseText(
      { "main.cw": main, ...Object.fromEntries(texts) },
      {
        ...noInputs,
        files: ["file.cwvars", "other.cwvars"].filter((f) => f in files).map((f) => `/stack/${f}`),
        flags: flag === undefined ? [] : [{ name: "v", text: flag }],
        environment: new Map(environment === undefined ? [] : [["v", environment]]),
      },
    );
    expect(problems(analysis)).toEqual([]);
    expect(analysis.ir.outputs[0]?.value).toEqual({ kind: "string", value: wins });
  });
});

describe("whatever is written", () => {
  const word = fc.constantFrom(
    ...'resource "service" "web" { } verify "http" "up" locals variable "v" output "o" = [ ] ( ) var.v local.l service.web.url directory.d.path file.f.content depends_on health_check port ports env path content command null true 1 1e999 -1 "${" "%{ if" "x" <<EOT EOT for in : => ... ? , . \n # __proto__ constructor ["a"] timeout "0s" retries default type list(string) each.key self module.m.x name image tags'.split(
      " ",
    ),
    "\n",
    "\n",
    "}\n",
    'resource "file" "f" {\n',
    'resource "service" "web" {\n',
    "locals {\n",
  );
  const lines = fc.constantFrom(
    'resource "file" "f" {\n  path = local.l\n  content = file.f.path\n}\n',
    'resource "file" "f" {\n  path = "${service.web.url}"\n  content = null\n}\n',
    'resource "service" "web" {\n  command = [local.l]\n  port = var.v\n  health_check { url = local.m }\n}\n',
    'resource "service" "web" {\n  image = service.db.image\n  ports = service.db.ports\n  depends_on = [file.f, verify.http.up]\n}\n',
    'resource "service" "db" {\n  image = null\n  command = file.f\n  ports = [null, {}, { external = local.l }]\n  timeout = local.m\n}\n',
    "locals {\n  l = local.m\n  m = [for x in service.web.ports : x.external]\n}\n",
    "locals {\n  l = service.web\n  m = try(file.f.sha256, local.l)\n}\n",
    "locals {\n  l = null\n  m = service.db.health_check.url\n}\n",
    'variable "v" {\n  type = any\n  default = null\n}\n',
    'variable "v" {\n  type = list(object({ a = optional(number, 1) }))\n  default = [{}]\n}\n',
    'verify "http" "up" {\n  url = local.m\n  headers = { a = local.l }\n}\n',
    'verify "http" "up" {\n  url = file.f.content\n  depends_on = [service.web]\n}\n',
    'output "o" {\n  value = [local.l, local.m, service.web, file.f, var.v]\n}\n',
  );

  const checkStack = async (text: string): Promise<void> => {
    const analysis = await analyseText(text);
    for (const { span } of analysis.diagnostics) {
      if (!span) continue;
      const { start, end } = absolute(span);
      expect(start >= 0 && start <= end && end <= text.length).toBe(true);
    }
    for (const output of analysis.ir.outputs) output.evaluate(() => "1");
    for (const node of [...analysis.ir.resources, ...analysis.ir.verifies])
      for (const name of node.attributes.keys()) node.evaluate(name, () => "1");
    if (hasErrors(analysis.diagnostics)) return;
    const { value } = assemble({
      ir: analysis.ir,
      state: undefined,
      sources: new Map(),
      observations: new Map(),
      artifacts: new Map(),
      destroy: false,
      targets: [],
      force: false,
      seal: (text) => text,
      decidedBy: null,
    });
    expect(value && printActionList(value.plan.actions)).toMatch(/^\{/);
  };

  it(
    "of words, it is analysed without a throw",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(word, { maxLength: 40 }), (words) => checkStack(words.join(" "))),
        { numRuns: runs(500), seed: 5 },
      );
    },
    patience,
  );

  it(
    "of blocks that refer to each other in every way, too",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(lines, { maxLength: 7 }), (blocks) => checkStack(blocks.join(""))),
        { numRuns: runs(500), seed: 6 },
      );
    },
    patience,
  );

  it(
    "of any characters, too",
    async () => {
      await fc.assert(fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), checkStack), {
        numRuns: runs(300),
        seed: 7,
      });
    },
    patience,
  );
});
