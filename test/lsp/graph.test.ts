import { afterEach, expect, test } from "vitest";
import { type GraphRecord, requests, type StacksRecord } from "../../server/src/protocol.ts";
import { Session } from "./session.ts";

let session: Session;
afterEach(() => session.stop());

const site = 'module "site" {\n  source = "./site"\n}\n';
const page = 'resource "file" "page" {\n  path = "a.html"\n  content = "hi"\n}\n';
const check = 'verify "command" "there" {\n  command = ["cat", module.site.page]\n}\n';
const output = 'output "page" {\n  value = file.page.path\n}\n';

const files = { "main.cw": site + check, "site/main.cw": page + output };

async function graph(folder = ""): Promise<GraphRecord | null> {
  return session.connection.sendRequest(requests.graph, { folder: session.uri(folder).replace(/\/$/, "") });
}

test("the graph of a stack that nobody has opened: what it consists of, why, and where", async () => {
  session = await Session.start(files);
  await session.initialize();
  const found = await graph();
  expect(found?.nodes).toEqual([
    {
      address: "module.site.file.page",
      kind: "file",
      isCheck: false,
      group: "module.site",
      place: {
        uri: session.uri("site/main.cw"),
        range: { start: { line: 1, column: 1 }, end: { line: 1, column: 23 } },
        whole: { start: { line: 1, column: 1 }, end: { line: 4, column: 2 } },
      },
    },
    expect.objectContaining({ address: "verify.command.there", isCheck: true }),
  ]);
  expect(found?.groups).toEqual([
    {
      id: "module.site",
      kind: "module",
      place: expect.objectContaining({
        uri: session.uri("main.cw"),
        whole: { start: { line: 1, column: 1 }, end: { line: 3, column: 2 } },
      }),
    },
  ]);
  expect(found?.edges).toEqual([
    { from: "verify.command.there", to: "module.site.file.page", reason: "command" },
  ]);
});

test("it is the graph of what the editor has, not of what is saved", async () => {
  session = await Session.start(files);
  await session.initialize();
  await session.open("main.cw", `${site}resource "volume" "new" {}\n`);
  expect((await graph())?.nodes.map((n) => n.address)).toEqual(["module.site.file.page", "volume.new"]);
  await session.change("main.cw", 2, 'resource "volume" "newer" {}\nresource "file" ');
  expect((await graph())?.nodes.map((n) => n.address)).toEqual(["volume.newer"]);
});

test("a folder without blocks has none", async () => {
  session = await Session.start({ "a.txt": "" });
  await session.initialize();
  expect(await graph()).toBeNull();
  expect(await graph("gone")).toBeNull();
});

test("stacks are the folders that no other uses as a module, saved or not", async () => {
  session = await Session.start({ ...files, "other/main.cw": page });
  await session.initialize();
  const folders = ["", "site", "other"].map((name) => session.uri(name).replace(/\/$/, ""));
  const stacks = async () =>
    (await session.connection.sendRequest<StacksRecord>(requests.stacks, { folders })).stacks;
  expect(await stacks()).toEqual([folders[0], folders[2]]);
  await session.open("main.cw", 'module "site" {\n  source = "./other"\n}\n');
  expect(await stacks()).toEqual([folders[0], folders[1]]);
});
