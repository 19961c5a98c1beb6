import { expect, test } from "vitest";
import { blockAt } from "../../server/src/ide/block-at.ts";
import { type Marked, placeIn } from "../support/ide.ts";

const found = async (marked: Marked) => {
  const { snapshot, file, offset } = await placeIn(marked);
  return blockAt(snapshot, { file, offset });
};

test("a resource, from its first character to its last", async () => {
  const page = { keyword: "resource", addresses: ["file.page"] };
  expect(await found('<|>resource "file" "page" {\n  path = "a"\n  content = "b"\n}')).toEqual(page);
  expect(await found('resource "file" "page" {\n  path = "<|>a"\n  content = "b"\n}')).toEqual(page);
  expect(await found('resource "file" "page" {\n  path = "a"\n  content = "b"\n}<|>')).toEqual(page);
});

test("all instances of a block", async () => {
  const text =
    'resource "file" "page" {\n  for_each = toset(["a", "b"])\n  path = each.key<|>\n  content = ""\n}';
  expect(await found(text)).toEqual({ keyword: "resource", addresses: ['file.page["a"]', 'file.page["b"]'] });
});

test("a module's resource by the addresses that the stack has for it", async () => {
  const files = {
    "main.cw": 'module "site" {\n  source = "./site"\n}',
    "site/main.cw": 'resource "directory" "out" {\n  path = "<|>out"\n}',
  };
  expect(await found(files)).toEqual({ keyword: "resource", addresses: ["module.site.directory.out"] });
});

test("a check", async () => {
  const text = 'verify "tcp" "db" {\n  host = "127.0.0.1"\n  port = <|>5432\n}';
  expect(await found(text)).toEqual({ keyword: "verify", addresses: ["verify.tcp.db"] });
});

test("nothing in other blocks, between blocks, and no address of a block that cannot be read", async () => {
  expect(await found('variable "a" {\n  default = <|>1\n}')).toBeUndefined();
  expect(await found('variable "a" {}\n<|>\nresource "directory" "b" {\n  path = "b"\n}')).toBeUndefined();
  expect(await found('resource "nothing" "a" {\n  <|>\n}')).toEqual({ keyword: "resource", addresses: [] });
});
