import { afterEach, expect, test } from "vitest";
import { requests } from "../../server/src/protocol.ts";
import { cli } from "../support/cli.ts";
import { Session } from "./session.ts";

let session: Session | undefined;
afterEach(() => session?.stop());

const main =
  'resource "task" "a" {\n  command = ["true"]\n}\nresource "task" "b" {\n  command = ["false"]\n}\n';

test("clockwork/runs and clockwork/runSteps tell what the command line did", async () => {
  session = await Session.start({ "main.cw": main });
  await session.initialize();
  const folder = session.uri("").replace(/\/$/, "");
  const ask = (method: string, params: object) => session?.connection.sendRequest<unknown>(method, params);
  expect(await ask(requests.runs, { folder, limit: 5 })).toEqual([]);
  await cli(["apply", "--yes"], { cwd: session.folder });
  const runs = await ask(requests.runs, { folder, limit: 5 });
  expect(runs).toEqual([
    {
      id: expect.any(String),
      command: "apply",
      startedMs: expect.any(Number),
      endedMs: expect.any(Number),
      steps: { succeeded: 1, failed: 1 },
    },
  ]);
  const [run] = runs as readonly { readonly id: string }[];
  expect(await ask(requests.runSteps, { folder, id: run?.id })).toEqual([
    expect.objectContaining({ id: "run_task.a", outcome: "succeeded" }),
    expect.objectContaining({
      id: "run_task.b",
      outcome: "failed",
      log: expect.stringMatching(/run_task\.b\.log$/),
    }),
  ]);
  expect(await ask(requests.runs, { folder: "https://example.com/", limit: 5 })).toEqual([]);
});

test("clockwork/blockAt tells which resource a place is about", async () => {
  session = await Session.start({ "main.cw": main });
  await session.initialize();
  await session.open("main.cw", main);
  const at = (line: number) => ({ uri: session?.uri("main.cw"), position: { line, character: 3 } });
  const ask = (params: object) => session?.connection.sendRequest<unknown>(requests.blockAt, params);
  expect(await ask(at(4))).toEqual({
    keyword: "resource",
    addresses: ["task.b"],
    folder: session.uri("").replace(/\/$/, ""),
  });
  expect(await ask(at(6))).toBeNull();
});
