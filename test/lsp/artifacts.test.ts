import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CodeLens, Hover, RegistrationParams } from "vscode-languageserver/node";
import {
  type ArtifactItem,
  commands,
  notifications,
  type PlanParams,
  type ProposalItem,
  requests,
} from "../../server/src/protocol.ts";
import { cli } from "../support/cli.ts";
import { Session } from "./session.ts";

const path = "scripts/ensure_directory.z.mjs";
const file = `.clockwork/build/${path}`;
const step = "ensure_directory.z";
const stackWith = (folder: string) => `resource "directory" "z" {\n  path = "${folder}"\n}\n`;

let s: Session;
beforeEach(async () => {
  s = await Session.start({ "main.cw": stackWith("z") });
  expect((await cli(["build"], { cwd: s.folder })).code).toBe(0);
});
afterEach(() => s.stop());

const folder = (): string => s.uri(".").replace(/\/\.?$/, "");
const text = (): Promise<string> => readFile(join(s.folder, file), "utf8");
const artifacts = () => s.connection.sendRequest<ArtifactItem[]>(requests.artifacts, { folder: folder() });
const proposals = () => s.connection.sendRequest<ProposalItem[]>(requests.proposals, { folder: folder() });
const lenses = (name: string) =>
  s.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri: s.uri(name) } });

/** Writes a file, tells the server, and waits until it tells the client. */
async function change(name: string, content: string): Promise<void> {
  const told = new Promise<PlanParams>((resolve) =>
    s.connection.onNotification(notifications.artifactsChanged, resolve),
  );
  await s.write(name, content);
  const changes = [{ uri: s.uri(name), type: 2 }];
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  expect(await told).toEqual({ folder: folder() });
}

async function clash(): Promise<{ mine: string; generated: string }> {
  const generated = await text();
  const mine = generated.replace('const PATH = "z"', 'const PATH = "mine"');
  await change(file, mine);
  await s.write("main.cw", stackWith("new"));
  expect((await cli(["build"], { cwd: s.folder })).code).toBe(1);
  await change(file, mine);
  return { mine, generated };
}

describe("the artifacts of a stack", () => {
  test("are listed with where they come from", async () => {
    await s.initialize();
    const generated = await text();
    expect(await artifacts()).toMatchObject([
      {
        path,
        step,
        uri: s.uri(file),
        lang: "node",
        mode: "0755",
        state: "generated",
        compiler: { compiler: "builtin" },
      },
    ]);
    await change(file, `${generated}// mine\n`);
    expect(await artifacts()).toMatchObject([{ path, state: "edited", writer: "person" }]);
    expect(await s.connection.sendRequest(requests.artifactBase, { folder: folder(), path })).toBe(generated);
    expect(
      await s.connection.sendRequest(requests.artifactBase, { folder: folder(), path: "scripts/x.sh" }),
    ).toBeNull();
    expect(await s.connection.sendRequest(requests.artifacts, { folder: s.uri("nowhere") })).toEqual([]);
  });

  test("come with the proposals that wait for a decision", async () => {
    await s.initialize();
    expect(await proposals()).toEqual([]);
    const { mine, generated } = await clash();
    const [proposal, ...more] = await proposals();
    expect(more).toEqual([]);
    expect(proposal).toMatchObject({
      path,
      uri: s.uri(file),
      reason: "conflict",
      yours: mine,
      proposed: generated.replace('const PATH = "z"', 'const PATH = "new"'),
    });
    expect(await artifacts()).toMatchObject([{ state: "conflicted", proposals: [proposal?.id] }]);
  });

  test("are named over their block, with what a person did to them", async () => {
    await s.initialize();
    await s.open("main.cw", stackWith("z"));
    await s.diagnostics("main.cw", () => true);
    const over = async () =>
      (await lenses("main.cw")).filter(({ command }) => command?.command === commands.openArtifact);
    expect(await over()).toMatchObject([
      {
        range: { start: { line: 0, character: 0 } },
        command: { title: "ensure_directory.z.mjs", arguments: [{ folder: folder(), steps: [step] }] },
      },
    ]);
    await change(file, `${await text()}// mine\n`);
    expect(await over()).toMatchObject([{ command: { title: "ensure_directory.z.mjs (edited)" } }]);
  });
});

describe("an artifact as a document", () => {
  test("shows what breaks the check, where it does, while it is typed", async () => {
    await s.initialize();
    const generated = await text();
    await s.open(file, `${generated.replace(/^.*/, "#!/usr/bin/perl")}import x from "npm:x";\n`);
    const lines = generated.split("\n").length;
    expect(await s.diagnostics(file, ({ diagnostics }) => diagnostics.length > 0)).toMatchObject([
      {
        code: "C-SHEBANG",
        severity: 1,
        source: "clockwork",
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 15 } },
      },
      { code: "C-REMOTE", range: { start: { line: lines - 1, character: 14 } } },
    ]);
    await s.change(file, 2, generated);
    expect(await s.diagnostics(file, ({ version }) => version === 2)).toEqual([]);
  });

  test("shows while it is typed that it does not parse, and what its step may not use", async () => {
    await s.initialize();
    const generated = await text();
    await s.open(file, `${generated}const x = ;\n`);
    const lines = generated.split("\n").length;
    expect(await s.diagnostics(file, ({ diagnostics }) => diagnostics.length > 0)).toMatchObject([
      {
        code: "C-SYNTAX",
        severity: 1,
        range: { start: { line: lines - 1, character: 10 }, end: { line: lines - 1, character: 11 } },
      },
    ]);
    await s.change(file, 2, `${generated}await fetch("https://example.com");\n`);
    expect(await s.diagnostics(file, ({ version }) => version === 2)).toMatchObject([
      { code: "C-NETWORK", severity: 2, range: { start: { line: lines - 1, character: 6 } } },
    ]);
    await s.change(file, 3, generated);
    expect(await s.diagnostics(file, ({ version }) => version === 3)).toEqual([]);
  });

  test("shows it in what is proposed, too", async () => {
    await s.initialize();
    const uri = `${s.uri(file).replace("file://", "clockwork-proposal:")}?0123456789abcdef`;
    const textDocument = { uri, languageId: "javascript", version: 1, text: "await import('npm:x');\n" };
    await s.connection.sendNotification("textDocument/didOpen", { textDocument });
    const found = await s.diagnosticsOf(uri, ({ diagnostics }) => diagnostics.length > 0);
    expect(found).toMatchObject([{ code: "C-REMOTE" }]);
  });

  test("is said to be left over when its step is gone", async () => {
    await s.initialize();
    await s.write("main.cw", 'resource "directory" "other" {\n  path = "other"\n}\n');
    await s.open(file, await text());
    expect(await s.diagnostics(file, ({ diagnostics }) => diagnostics.length > 0)).toMatchObject([
      { code: "U-UNKNOWN", severity: 2 },
    ]);
  });

  test("that nobody listed is a person's own, unless a runtime would find it by itself", async () => {
    await s.initialize();
    await s.open(".clockwork/build/scripts/notes.mjs", "import 'npm:x'\n");
    await s.open(".clockwork/build/scripts/json.py", "print()\n");
    const [shadow] = await s.diagnostics(".clockwork/build/scripts/json.py", () => true);
    expect(shadow).toMatchObject({ code: "P-SHADOW" });
    expect(await s.diagnostics(".clockwork/build/scripts/notes.mjs", () => true)).toEqual([]);
  });

  test("says at its top where it comes from, and what can be done", async () => {
    await s.initialize();
    const generated = await text();
    await s.open(file, generated);
    const shown = async () => (await lenses(file)).map(({ command }) => [command?.title, command?.command]);
    expect(await shown()).toEqual([
      [step, commands.openBlock],
      [expect.stringMatching(/^as builtin \d.* wrote it$/), ""],
    ]);
    const [block] = await lenses(file);
    expect(block?.command?.arguments).toMatchObject([
      { uri: s.uri("main.cw"), range: { start: { line: 1, column: 1 } } },
    ]);
    const { mine } = await clash();
    await s.change(file, 2, mine);
    expect(await shown()).toEqual([
      [step, commands.openBlock],
      ["edited by you, kept on rebuild", ""],
      ["Show what the compiler generated", commands.showGenerated],
      ["Review the proposal", commands.reviewProposal],
      ["Regenerate", commands.regenerate],
    ]);
    const at = (line: number) => ({ textDocument: { uri: s.uri(file) }, position: { line, character: 3 } });
    const hover = await s.connection.sendRequest<Hover>("textDocument/hover", at(0));
    expect(hover.contents).toMatchObject({
      value: expect.stringContaining("edited by you, which is kept on rebuild"),
    });
    expect(hover.contents).toMatchObject({ value: expect.stringContaining(`${s.uri("main.cw")}#L1,1`) });
    expect(await s.connection.sendRequest("textDocument/hover", at(1))).toBeNull();
  });

  test("is asked for by the server, from clients that let it", async () => {
    const registered = new Promise<RegistrationParams>((resolve) =>
      s.connection.onRequest("client/registerCapability", (params: RegistrationParams) => resolve(params)),
    );
    const dynamicRegistration = true;
    await s.initialize({
      textDocument: {
        synchronization: { dynamicRegistration },
        hover: { dynamicRegistration },
        codeLens: { dynamicRegistration },
        diagnostic: { dynamicRegistration },
      },
    });
    const { registrations } = await registered;
    expect(registrations.map(({ method }) => method).sort()).toEqual([
      "textDocument/codeLens",
      "textDocument/diagnostic",
      "textDocument/didChange",
      "textDocument/didClose",
      "textDocument/didOpen",
      "textDocument/hover",
    ]);
    for (const { registerOptions } of registrations) {
      expect(registerOptions).toMatchObject({
        documentSelector: [
          { scheme: "file", pattern: "**/.clockwork/build/{scripts,files}/**" },
          { scheme: "clockwork-proposal" },
        ],
      });
    }
  });
});

test("a file of the core's own beside them is no artifact", async () => {
  await s.initialize();
  await s.open(".clockwork/build/manifest.json", "{");
  expect(await lenses(".clockwork/build/manifest.json")).toEqual([]);
});
