import { afterEach, expect, test } from "vitest";
import {
  type PlanParams,
  requests,
  type TestRecord,
  type ToolAnswer,
  type ToolParams,
} from "../../server/src/protocol.ts";
import { Session } from "./session.ts";

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

const check = (name: string) => `verify "command" "${name}" {\n  command = ["true"]\n}\n`;

async function tests(s: Session, folder = "."): Promise<readonly TestRecord[]> {
  const params: PlanParams = { folder: s.uri(folder).replace(/\/\.?$/, "") };
  return s.connection.sendRequest(requests.tests, params);
}

test("a stack's checks are listed as they are in the editor, whoever has it open", async () => {
  session = await Session.start({ "main.cw": check("one"), "other/main.cw": check("two") });
  await session.initialize();
  expect(await tests(session)).toEqual([
    {
      address: "verify.command.one",
      label: "one",
      detail: "command",
      step: "verify_command.one",
      place: {
        uri: session.uri("main.cw"),
        range: { start: { line: 1, column: 1 }, end: { line: 1, column: 23 } },
        whole: { start: { line: 1, column: 1 }, end: { line: 3, column: 2 } },
      },
      children: [],
    },
  ]);
  await session.open("main.cw", `${check("one")}${check("more")}`);
  expect((await tests(session)).map(({ label }) => label)).toEqual(["more", "one"]);
  await session.change("main.cw", 2, check("most"));
  expect((await tests(session)).map(({ label }) => label)).toEqual(["most"]);
  expect((await tests(session, "other")).map(({ label }) => label)).toEqual(["two"]);
  expect(await tests(session, "nowhere")).toEqual([]);
});

test("a language model is told of a stack as the editor has it, also where nobody has it open", async () => {
  session = await Session.start({ "main.cw": 'output "o" {\n  value = var.no\n}\n' });
  await session.initialize();
  const folder = session.uri(".").replace(/\/\.?$/, "");
  const told = (s: Session, params: Omit<ToolParams, "folder">) =>
    s.connection.sendRequest<ToolAnswer>(requests.tool, { folder, ...params });
  const { text } = await told(session, { tool: "get_diagnostics" });
  expect(text).toMatch(/^main\.cw:2:\d+: error\[unknown-variable\]: [^\n]+(\n {2}[^\n]+)*$/);
  await session.open("main.cw", 'resource "file" "a" {\n  path    = "a"\n  content = "a"\n}\n');
  expect(await told(session, { tool: "get_diagnostics" })).toEqual({ text: "No problems." });
  expect((await told(session, { tool: "get_plan" })).text).toContain("create file.a: ");
  const change = await told(session, { tool: "explain_change", address: "file.a" });
  expect(JSON.parse(change.text)).toMatchObject({ address: "file.a", action: "create", block: { line: 1 } });
  expect(await told(session, { tool: "explain_change", address: "file.b" })).toMatchObject({ isError: true });
});
