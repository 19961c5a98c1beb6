import { expect, test } from "vitest";
import { pathItems, pathQuestion } from "../../server/src/ide/complete-path.ts";
import { type Marked, placeIn } from "../support/ide.ts";

async function folderAsked(marked: Marked): Promise<string | undefined> {
  const { snapshot, file, text, offset } = await placeIn(marked);
  return pathQuestion(snapshot, file, text, offset)?.folder;
}

test.each([
  ['module "m" {\n  source = "<|>"\n}\n', "."],
  ['module "m" {\n  source = "./net/<|>"\n}\n', "net"],
  ['module "m" {\n  source = "../<|>"\n}\n', undefined],
  ['resource "file" "f" {\n  source = "site/in<|>dex.html"\n}\n', "site"],
  ['resource "image" "f" {\n  context = "<|>"\n}\n', "."],
  ['locals {\n  a = file("pages/<|>', "pages"],
  ['locals {\n  a = templatefile("<|>", {})\n}\n', "."],
  ['locals {\n  a = upper("<|>")\n}\n', undefined],
  ['locals {\n  a = file("/etc/<|>")\n}\n', undefined],
  ['locals {\n  a = file("${path.module}/<|>")\n}\n', undefined],
])("%j", async (marked, folder) => {
  expect(await folderAsked(marked)).toBe(folder);
});

test("only folders where one is wanted, nothing that is hidden", () => {
  const entries = [
    { name: "a.txt", isFolder: false },
    { name: "net", isFolder: true },
    { name: ".git", isFolder: true },
  ];
  const place = { folder: ".", start: 3, end: 5 };
  expect(pathItems({ ...place, foldersOnly: true }, entries).map((i) => i.insert)).toEqual(["net"]);
  expect(pathItems({ ...place, foldersOnly: false }, entries).map((i) => i.insert)).toEqual([
    "a.txt",
    "net/",
  ]);
});
