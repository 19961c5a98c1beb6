/* What changes on the disk is seen: the files of a stack, and what its expressions read. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  type FileSystemWatcher,
  RegistrationRequest,
  UnregistrationRequest,
} from "vscode-languageserver/node";
import { Session } from "./session.ts";

let s: Session;
afterEach(() => s.stop());

/** By the ids under which the server asked for them. */
let watched: Map<string, FileSystemWatcher[]>;

async function start(files: Readonly<Record<string, string>>): Promise<void> {
  s = await Session.start(files);
  watched = new Map();
  s.connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
    for (const { id, method, registerOptions } of registrations)
      if (method === "workspace/didChangeWatchedFiles") watched.set(id, registerOptions.watchers);
  });
  s.connection.onRequest(UnregistrationRequest.type, ({ unregisterations }) => {
    for (const { id } of unregisterations) watched.delete(id);
  });
  const didChangeWatchedFiles = { dynamicRegistration: true, relativePatternSupport: true };
  await s.initialize({ workspace: { didChangeWatchedFiles } });
}

/** Does something to the disk and tells the server what a client's watchers would see, if they were asked for. */
async function change(name: string, act: (path: string) => Promise<unknown>): Promise<void> {
  await expect.poll(() => patterns().some((pattern) => matches(pattern, name))).toBe(true);
  await act(join(s.folder, name));
  const changes = [{ uri: s.uri(name), type: 2 }];
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
}

const patterns = () => [...watched.values()].flat().map(({ globPattern }) => globPattern);

/** The few forms of patterns that the server uses. */
function matches(pattern: FileSystemWatcher["globPattern"], name: string): boolean {
  if (typeof pattern === "string") return pattern === "**/*.{cw,cwvars}" && /\.(cw|cwvars)$/.test(name);
  const { baseUri, pattern: inside } = pattern;
  if (typeof baseUri !== "string") throw new Error("a folder of the workspace");
  return inside === "*"
    ? baseUri === s.uri(dirname(name)).replace(/\/\.$/, "")
    : s.uri(name).startsWith(`${baseUri}/`);
}

const write = (text: string) => async (path: string) => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};
const problems = (name = "main.cw") => s.diagnostics(name, ({ diagnostics }) => diagnostics.length > 0);

/** The next list that is published for main.cw. */
async function next(): Promise<unknown[]> {
  const before = s.published.length;
  const list = await s.diagnostics("main.cw", (params) => s.published.indexOf(params) >= before);
  return list.map(({ code, message }) => (code === "invalid-value" ? message : code));
}

const open = (text: string) => s.open("main.cw", text);

describe("a change of the disk gives other problems:", () => {
  test.for<readonly [string, string]>([
    ["file()", 'output "o" {\n  value = file("data.txt")\n}\n'],
    ["templatefile()", 'output "o" {\n  value = templatefile("data.txt", {})\n}\n'],
    ["fileset()", 'output "o" {\n  value = element(sort(fileset(".", "*.txt")), 0)\n}\n'],
    ["a digest", 'output "o" {\n  value = filesha256("data.txt")\n}\n'],
  ])("what %s reads comes into being and goes", async ([, text]) => {
    await start({});
    await open(text);
    expect(await problems()).toHaveLength(1);
    const [mended] = await Promise.all([next(), change("data.txt", write("x"))]);
    expect(mended).toEqual([]);
    const [broken] = await Promise.all([next(), change("data.txt", (path) => rm(path))]);
    expect(broken).toHaveLength(1);
  });

  test("a template's own mistake", async () => {
    await start({ "a.tftpl": "%{ if" });
    await open('output "o" {\n  value = templatefile("a.tftpl", { x = true })\n}\n');
    await s.diagnostics("a.tftpl", ({ diagnostics }) => diagnostics.length > 0);
    await change("a.tftpl", write("%{ if x }yes%{ endif }"));
    expect(await s.diagnostics("a.tftpl", ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
  });

  test("a file deep in a folder that is listed with all that is in it", async () => {
    await start({ "d/a.txt": "" });
    await open('output "o" {\n  value = element(sort(fileset("d", "**/x.md")), 0)\n}\n');
    expect(await problems()).toHaveLength(1);
    const [mended] = await Promise.all([next(), change("d/e/x.md", write(""))]);
    expect(mended).toEqual([]);
  });

  test("values", async () => {
    await start({});
    await open('variable "port" {\n  type = number\n}\noutput "o" {\n  value = var.port\n}\n');
    expect(await problems()).toMatchObject([{ code: "missing-variable" }]);
    const [mended] = await Promise.all([next(), change("clockwork.cwvars", write("port = 1\n"))]);
    expect(mended).toEqual([]);
  });

  test("a module's folder", async () => {
    await start({ "m/main.cw": 'output "x" {\n  value = 1\n}\n' });
    await open('module "m" {\n  source = "./m"\n}\noutput "o" {\n  value = module.m.x\n}\n');
    expect(await next()).toEqual([]);
    const [gone] = await Promise.all([next(), change("m", (path) => rename(path, `${path}.bak`))]);
    expect(gone).toContain("invalid-module");
    const [back] = await Promise.all([next(), change("m/main.cw", write('output "x" {\n  value = 1\n}\n'))]);
    expect(back).toEqual([]);
  });
});

test("what nothing reads gives no new look at the stack", async () => {
  await start({ "data.txt": "x" });
  await open('output "o" {\n  value = file("data.txt")\n}\n');
  expect(await next()).toEqual([]);
  const before = s.published.length;
  const changes = ["other.txt", "node_modules/a/b.txt", ".clockwork/build/x"].map((n) => ({
    uri: s.uri(n),
    type: 1,
  }));
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  await s.change("main.cw", 2, "# nothing\n");
  await s.diagnostics("main.cw", ({ version }) => version === 2);
  expect(s.published).toHaveLength(before + 1);
});

test("what is read by no open stack is watched no longer", async () => {
  await start({ "d/data.txt": "x" });
  await open('output "o" {\n  value = file("d/data.txt")\n}\n');
  expect(await next()).toEqual([]);
  const isWatched = () => patterns().some((pattern) => matches(pattern, "d/data.txt"));
  await expect.poll(isWatched).toBe(true);
  await s.connection.sendNotification("textDocument/didClose", { textDocument: { uri: s.uri("main.cw") } });
  await expect.poll(isWatched).toBe(false);
});
