import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { requests, type StateRecord } from "../../server/src/protocol.ts";
import type { State } from "../../server/src/state/state.ts";
import { formatState } from "../../server/src/state/store.ts";
import { Session } from "./session.ts";

let session: Session;
afterEach(() => session.stop());

const page = 'resource "file" "page" {\n  path = "a.html"\n  content = "hi"\n}\n';

const state: State = {
  version: "1",
  lineage: "00000000-0000-4000-8000-000000000000",
  serial: 1,
  resources: {
    "file.page": {
      ...{ kind: "file", name: "page", inputs: { path: "a.html" }, outputs: { path: "a.html" } },
      ...{ dependsOn: [], steps: {}, status: "tainted" },
    },
  },
  verifies: {},
  outputs: {},
};

async function start(text?: string): Promise<StateRecord | null> {
  session = await Session.start({ "main.cw": page });
  await session.initialize();
  await mkdir(join(session.folder, ".clockwork"));
  if (text !== undefined) await session.write(".clockwork/state.json", text);
  return session.connection.sendRequest(requests.state, { folder: session.uri("").replace(/\/$/, "") });
}

test("the state of a stack, with the places of its blocks", async () => {
  expect(await start(formatState(state))).toEqual({
    exists: true,
    problems: [],
    resources: [
      {
        address: "file.page",
        kind: "file",
        status: "tainted",
        isDeclared: true,
        inputs: [{ name: "path", text: '"a.html"', plain: "a.html" }],
        outputs: [{ name: "path", text: '"a.html"', plain: "a.html" }],
        dependsOn: [],
        place: {
          uri: session.uri("main.cw"),
          range: { start: { line: 1, column: 1 }, end: { line: 1, column: 23 } },
          whole: { start: { line: 1, column: 1 }, end: { line: 4, column: 2 } },
        },
      },
    ],
    checks: [],
    outputs: [],
  });
});

test("there may be none yet", async () => {
  expect(await start()).toEqual({ exists: false, problems: [], resources: [], checks: [], outputs: [] });
});

test.each([
  ["{", "damaged", "Restore it from a copy"],
  [formatState(state).replace('"version": "1"', '"version": "2"'), 'version "2"', "Use a newer Clockwork."],
])("one that cannot be used is no empty one", async (text, message, hint) => {
  const found = await start(text);
  expect(found).toMatchObject({ exists: false, resources: [] });
  expect(found?.problems).toEqual([
    expect.objectContaining({
      severity: "error",
      code: "state-unreadable",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  ]);
});
