import { afterEach, expect, test } from "vitest";
import {
  type DiagnosticRecord,
  type PlanParams,
  requests,
  type TestRecord,
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

test("a stack's problems are told at once, also where nobody has it open", async () => {
  session = await Session.start({ "main.cw": 'output "o" {\n  value = var.no\n}\n' });
  await session.initialize();
  const params: PlanParams = { folder: session.uri(".").replace(/\/\.?$/, "") };
  const problems = (s: Session) =>
    s.connection.sendRequest<readonly DiagnosticRecord[]>(requests.problems, params);
  const [problem, ...others] = await problems(session);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: "unknown-variable", file: "main.cw", range: { start: { line: 2 } } });
  await session.open("main.cw", 'output "o" {\n  value = 1\n}\n');
  expect(await problems(session)).toEqual([]);
});
