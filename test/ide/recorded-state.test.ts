import { expect, test } from "vitest";
import { hasErrors } from "../../server/src/diagnostics/diagnostic.ts";
import { absolute } from "../../server/src/diagnostics/span.ts";
import { type Recorded, recordedState } from "../../server/src/ide/recorded-state.ts";
import type { State } from "../../server/src/state/state.ts";
import { analyseText, appliedState, lineage, planText } from "../support/stack.ts";

const stack = (tail = "") => `
variable "password" {
  sensitive = true
  default   = "hunter2"
}
resource "volume" "data" {
  for_each = { a = 1, b = 2 }
}
resource "service" "web" {
  command = ["run"]
  env = {
    PASSWORD = var.password
    LOG      = "one\\ntwo\\n"
    DATA     = volume.data["a"].name
  }
}
verify "command" "up" {
  command = ["true"]
}
output "first" {
  value = volume.data["a"].name
}
${tail}`;

async function recorded(state: State, text: string) {
  const { folders, ir, diagnostics } = await analyseText(text);
  return recordedState(state, { root: folders[0], ir, isWhole: !hasErrors(diagnostics) });
}

const applied = async (): Promise<State> => ({
  ...appliedState(await planText(stack())),
  outputs: { first: "data-a", token: { $sensitive: true } },
});

test("resources, checks and outputs with what was given to them, and the blocks that make them", async () => {
  const { resources, checks, outputs } = await recorded(await applied(), stack());
  const at = ({ span }: Pick<Recorded<string>, "span">) =>
    span && stack().slice(absolute(span).start, absolute(span).end);
  expect(resources.map((r) => [r.address, r.status, r.isDeclared, at(r)])).toEqual([
    ["service.web", "ok", true, 'resource "service" "web"'],
    ['volume.data["a"]', "ok", true, 'resource "volume" "data"'],
    ['volume.data["b"]', "ok", true, 'resource "volume" "data"'],
  ]);
  expect(checks.map((c) => [c.address, c.status, at(c)])).toEqual([
    ["verify.command.up", "ok", 'verify "command" "up"'],
  ]);
  expect(outputs.map(({ name, text, plain, span }) => [name, text, plain, span !== undefined])).toEqual([
    ["first", '"data-a"', "data-a", true],
    ["token", "(sensitive value)", undefined, false],
  ]);
});

test("sensitive values are masked wherever they stand, and long texts are shown as such", async () => {
  const state = await applied();
  const [service] = (await recorded(state, stack())).resources;
  expect(JSON.stringify(state)).not.toContain("hunter2");
  expect(service?.inputs.find(({ name }) => name === "command")).toEqual({
    name: "command",
    text: '["run"]',
    plain: '["run"]',
  });
  expect(service?.inputs.find(({ name }) => name === "env")).toMatchInlineSnapshot(`
    {
      "block": "{
      DATA     = "data-a"
      LOG      = <<-EOT
        one
        two
      EOT
      PASSWORD = (sensitive value)
    }",
      "name": "env",
      "plain": "{ DATA = "data-a", LOG = "one\\ntwo\\n", PASSWORD = (sensitive value) }",
      "text": "{ DATA = "data-a", LOG = "one\\ntwo\\n", PASSWORD = (sensitive value) }",
    }
  `);
});

test("what no block makes any more is told, and where its block was", async () => {
  const state = await applied();
  const without = stack()
    .replace(", b = 2", "")
    .replace(/resource "service"[\s\S]*?\n}\n/, "");
  const { resources } = await recorded(state, without);
  expect(resources.map((r) => [r.address, r.isDeclared, r.span !== undefined])).toEqual([
    ["service.web", false, false],
    ['volume.data["a"]', true, true],
    ['volume.data["b"]', false, true],
  ]);
});

test("in files with mistakes a block is enough", async () => {
  const { resources } = await recorded(await applied(), stack().replace("{ a = 1, b = 2 }", "var.nowhere"));
  expect(resources.map((r) => r.isDeclared)).toEqual([true, true, true]);
});

test("without any files everything is left over", () => {
  const state: State = { version: "1", lineage, serial: 1, resources: {}, verifies: {}, outputs: { a: 1 } };
  const files = { root: undefined, ir: { resources: [], verifies: [], outputs: [] }, isWhole: true };
  expect(recordedState(state, files).outputs).toEqual([{ name: "a", text: "1", plain: "1" }]);
});
