import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { secretForms } from "../../server/src/forge/mask-forms.ts";
import { type PastStep, requests } from "../../server/src/protocol.ts";
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

test("what an editor shows of a run, its logs among it, has no secret in it", async () => {
  const canary = "canary-77e1/b+c <d>";
  const text = `resource "task" "prints" {
  command = ["sh", "-c", "echo $TOKEN; printf %s $TOKEN | base64; echo $TOKEN >&2; exit 7"]
  retries = 0
  env     = { TOKEN = secret("env:MY_TOKEN") }
}
resource "file" "kept" {
  path    = "kept.txt"
  content = secret("env:MY_TOKEN")
}
`;
  session = await Session.start({ "main.cw": text });
  await session.initialize();
  await session.open("main.cw", text);
  const folder = session.uri("").replace(/\/$/, "");
  const ask = (method: string, params: object) => session?.connection.sendRequest<unknown>(method, params);
  const ran = await cli(["apply", "--yes", "--events", "events.ndjson"], {
    cwd: session.folder,
    env: { MY_TOKEN: canary },
  });
  expect(ran.code).toBe(3);
  const [run] = (await ask(requests.runs, { folder, limit: 5 })) as readonly { readonly id: string }[];
  const steps = (await ask(requests.runSteps, { folder, id: run?.id })) as readonly PastStep[];
  const logs = await Promise.all(
    steps.map(({ log = "" }) => readFile(join(session?.folder ?? "", log), "utf8")),
  );
  // There was something to mask, in what the output view shows while it runs, and in what it opens later.
  const events = await readFile(join(session.folder, "events.ndjson"), "utf8");
  expect(logs.join("")).toContain("***\n");
  expect(events).toContain("***");
  const answers = await Promise.all([
    ...[
      requests.plan,
      requests.state,
      requests.graph,
      requests.tests,
      requests.artifacts,
      requests.daemon,
    ].map((method) => ask(method, { folder })),
    ...(["get_diagnostics", "get_plan"] as const).map((tool) => ask(requests.tool, { folder, tool })),
    ask(requests.tool, { folder, tool: "explain_change", address: "task.prints" }),
  ]);
  expect(JSON.stringify(answers)).toContain("run_task.prints");
  const shown = [...logs, events, JSON.stringify([run, steps, answers]), ran.stdout, ran.stderr].join("\n");
  expect([...secretForms(canary)].filter((form) => shown.includes(form))).toEqual([]);
});
