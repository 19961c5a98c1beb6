/* Settings that are none of ours: they have their defaults, one line in the log says so, and the server goes on. */
import { afterEach, describe, expect, test } from "vitest";
import type { InlayHint } from "vscode-languageserver/node";
import { Session } from "./session.ts";

const text = "locals {\n  a = 1\n  b = local.a\n}\n";

let s: Session;
let logged: string[];
afterEach(() => s.stop());

async function start(initializationOptions: unknown): Promise<void> {
  s = await Session.start({});
  logged = [];
  s.connection.onNotification(
    "window/logMessage",
    ({ message }: { message: string }) => void logged.push(message),
  );
  await s.initialize({}, initializationOptions);
  await s.open("main.cw", text);
}

const change = (clockwork: unknown) =>
  s.connection.sendNotification("workspace/didChangeConfiguration", { settings: { clockwork } });

/** Those of main.cw: on by default. */
async function hints(): Promise<unknown[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const textDocument = { uri: s.uri("main.cw") };
  const found = await s.connection.sendRequest<InlayHint[]>("textDocument/inlayHint", {
    textDocument,
    range,
  });
  return found.map(({ label }) => label);
}

const hostile: readonly (readonly [string, unknown, string])[] = [
  ["a number", 5, "all of them"],
  ["a list", [[]], "all of them"],
  ["a text", "inlayHints", "all of them"],
  ["hints that are a number beyond all numbers", { inlayHints: 1e308 * 10 }, "inlayHints"],
  ["hints that are none", { inlayHints: null }, "inlayHints"],
  [
    "texts for flags",
    { inlayHints: { references: "false" }, planChanges: "yes" },
    "inlayHints.references, planChanges",
  ],
  ["a huge number for a flag", { inlayHints: { references: 2 ** 60 } }, "inlayHints.references"],
  [
    "objects for flags",
    { inlayHints: { references: {}, variables: [] } },
    "inlayHints.references, inlayHints.variables",
  ],
];

describe("settings of other types have their defaults, and are named once:", () => {
  test.for(hostile)("%s, when it starts", async ([, values, named]) => {
    await start(values);
    expect(await hints()).toEqual(["= 1"]);
    expect(logged).toEqual([`Settings of another type than they have keep their defaults: ${named}`]);
  });

  test("and later, whatever they were before", async () => {
    await start({ inlayHints: { references: false } });
    expect(await hints()).toEqual([]);
    for (const [, values, named] of hostile) {
      logged = [];
      await change(values);
      expect(await hints()).toEqual(["= 1"]);
      expect(logged).toEqual([`Settings of another type than they have keep their defaults: ${named}`]);
    }
    await change({ inlayHints: { references: false } });
    expect(await hints()).toEqual([]);
  });
});

test("keys of what every object has, and of others, mean nothing", async () => {
  const odd = JSON.parse(
    '{"__proto__":{"inlayHints":{"references":false}},"constructor":{"prototype":{"references":false}},"toString":1,"other":{"a":[1]}}',
  ) as unknown;
  await start(odd);
  expect(await hints()).toEqual(["= 1"]);
  await change(odd);
  expect(await hints()).toEqual(["= 1"]);
  expect(logged).toEqual([]);
});

test("settings that are missing have their defaults without a word", async () => {
  await start(null);
  await change(undefined);
  await s.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  expect(await hints()).toEqual(["= 1"]);
  expect(logged).toEqual([]);
});
