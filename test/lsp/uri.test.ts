import { expect, test } from "vitest";
import { folderOf, join, onDisk, pathOf, uriOf } from "../../server/src/lsp/uri.ts";

test.for([
  ["file:///home/me/main.cw", "/home/me/main.cw"],
  ["file:///home/a%20b/%C3%BC%23.cw", "/home/a b/ü#.cw"],
  ["file:///c%3A/stack/main.cw", "c:/stack/main.cw"],
  ["file://server/share/main.cw", "//server/share/main.cw"],
  ["vscode-vfs://github%2B7b/a%20b/main.cw", "//vscode-vfs:github%2B7b/a b/main.cw"],
  ["memfs:/main.cw", "//memfs:/main.cw"],
] as const)("%s is the path %s", ([uri, path]) => {
  expect(pathOf(uri)).toBe(path);
  expect(pathOf(uriOf(path))).toBe(path);
});

test.for(["untitled:Untitled-1", "git:/a/main.cw?%7B%7D", "file:///%ff", "no address"])(
  "%s has no path",
  (uri) => {
    expect(pathOf(uri)).toBeUndefined();
  },
);

test("a path says whether it is one of a disk", () => {
  expect(["/a/main.cw", "c:/a", "//server/share/a:b"].filter(onDisk)).toHaveLength(3);
  expect(["//memfs:/main.cw", "//vscode-vfs:github/a"].filter(onDisk)).toEqual([]);
});

test("folders and the paths below them", () => {
  expect(folderOf("/home/me/main.cw")).toBe("/home/me");
  expect(folderOf("/main.cw")).toBe("/");
  expect(join("/home/me", "main.cw")).toBe("/home/me/main.cw");
  expect(uriOf(folderOf("//memfs:/main.cw"))).toBe("memfs:/");
  expect(join("/home/me/stack", "./modules/../../other/main.cw")).toBe("/home/me/other/main.cw");
});
