import { expect, test } from "vitest";
import { folderOf, join, pathOf, uriOf } from "../../server/src/lsp/uri.ts";

test.for([
  ["file:///home/me/main.cw", "/home/me/main.cw"],
  ["file:///home/a%20b/%C3%BC%23.cw", "/home/a b/ü#.cw"],
  ["file:///c%3A/stack/main.cw", "c:/stack/main.cw"],
  ["file://server/share/main.cw", "//server/share/main.cw"],
] as const)("%s is the path %s", ([uri, path]) => {
  expect(pathOf(uri)).toBe(path);
  expect(pathOf(uriOf(path))).toBe(path);
});

test.for(["untitled:Untitled-1", "vscode-vfs://github/a/b.cw", "file:///%ff", "no address"])(
  "%s has no path",
  (uri) => {
    expect(pathOf(uri)).toBeUndefined();
  },
);

test("folders and the paths below them", () => {
  expect(folderOf("/home/me/main.cw")).toBe("/home/me");
  expect(folderOf("/main.cw")).toBe("/");
  expect(join("/home/me", "main.cw")).toBe("/home/me/main.cw");
  expect(join("/home/me/stack", "./modules/../../other/main.cw")).toBe("/home/me/other/main.cw");
});
