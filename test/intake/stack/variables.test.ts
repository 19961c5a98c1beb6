import { describe, expect, it } from "vitest";
import { hasErrors } from "../../../server/src/diagnostics/diagnostic.ts";
import { noInputs, type VariableInputs } from "../../../server/src/intake/load.ts";
import { renderValue } from "../../../server/src/intake/render.ts";
import { analyseText, problems } from "../../support/stack.ts";

/** The value of var.v, as the console prints it; results are terraform 1.11.4's. */
async function variable(
  block: string,
  given: { readonly file?: string; readonly text?: string } = {},
): Promise<string> {
  const files = {
    "main.cw": `variable "v" {\n${block}\n}\nlocals {\n  v = var.v\n}\n`,
    ...(given.file !== undefined && { "clockwork.cwvars": `v = ${given.file}\n` }),
  };
  const inputs: VariableInputs = {
    ...noInputs,
    flags: given.text === undefined ? [] : [{ name: "v", text: given.text }],
  };
  const analysis = await analyseText(files, inputs);
  if (hasErrors(analysis.diagnostics)) return problems(analysis).join("\n");
  const [placed] = analysis.files.flatMap((f) =>
    f.chunks.flatMap((c) =>
      c.items.flatMap((item) => {
        const local =
          item.type === "block" && item.keyword.name === "locals" ? item.body.items[0] : undefined;
        return local?.type === "attribute" ? [{ origin: c.origin, expression: local.value }] : [];
      }),
    ),
  );
  if (!placed) throw new Error("no local value");
  return renderValue((await analysis.evaluate(placed, () => undefined)).value).replace(/\s+/g, " ");
}

describe("a variable's value", () => {
  it("has the defaults of its type filled in, at any depth", async () => {
    const type =
      'type = object({ a = optional(object({ b = optional(number, 1), c = optional(list(object({ d = optional(string, "d") })), [{}]) }), {}) })';
    expect(await variable(`${type}\ndefault = {}`)).toBe(
      '{ "a" = { "b" = 1 "c" = tolist([ { "d" = "d" }, ]) } }',
    );
    expect(await variable(type, { file: "{ a = { b = null, c = [{ d = null }, { d = 3 }] } }" })).toBe(
      '{ "a" = { "b" = 1 "c" = tolist([ { "d" = "d" }, { "d" = "3" }, ]) } }',
    );
    expect(await variable("type = map(object({ p = optional(number, 80) }))", { file: "{ x = {} }" })).toBe(
      'tomap({ "x" = { "p" = 80 } })',
    );
    expect(await variable("type = object({ a = optional(string) })", { file: "{}" })).toBe(
      '{ "a" = tostring(null) }',
    );
  });

  it("null is a value of its own, unless nullable = false", async () => {
    expect(await variable('type = string\ndefault = "d"', { file: "null" })).toBe("tostring(null)");
    expect(await variable('type = string\ndefault = "d"\nnullable = false', { file: "null" })).toBe('"d"');
  });

  it("a text is the value itself or an expression, as the type asks", async () => {
    expect(await variable("", { text: "[1]" })).toBe('"[1]"');
    expect(await variable("type = any", { text: "[1]" })).toBe("[ 1, ]");
    expect(await variable("type = string", { text: "null" })).toBe('"null"');
    expect(await variable("type = number", { text: "5" })).toBe("5");
    expect(await variable("type = list", { text: '["a", 1]' })).toBe('tolist([ "a", "1", ])');
  });

  it("is sensitive when the block says so, or ephemeral", async () => {
    expect(await variable("sensitive = true", { text: "x" })).toBe("(sensitive value)");
    expect(await variable('sensitive = "true"\ndefault = 1')).toBe("(sensitive value)");
    expect(await variable("ephemeral = true", { text: "x" })).toBe("(sensitive value)");
  });

  it("a validation that is met, or not known yet, says nothing", async () => {
    const rule = (condition: string) =>
      `default = "x"\nvalidation {\n  condition     = ${condition}\n  error_message = "no"\n}`;
    expect(await variable(rule('var.v == "x"'))).toBe('"x"');
    expect(await variable(rule('local.v == "x"  && var.v != ""'))).toBe('"x"');
    const files = `resource "task" "t" {\n  command = ["x"]\n}\nvariable "v" {\n${rule("var.v == task.t.stdout")}\n}\noutput "o" {\n  value = var.v\n}\n`;
    expect(problems(await analyseText(files))).toEqual([]);
  });
});
