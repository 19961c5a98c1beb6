import { expect, test } from "vitest";
import { MemoryFiles } from "../../server/src/host/memory-files.ts";
import { overlay } from "../../server/src/host/overlay.ts";

const disk = () =>
  new MemoryFiles({ "/s/main.cw": "on disk", "/s/other.cw": "other", "/s/modules/m/main.cw": "module" });

test("an open document's text is what its path reads as", async () => {
  const files = overlay(disk(), new Map([["/s/main.cw", "in the editor"]]));
  expect(await files.readText("/s/main.cw")).toBe("in the editor");
  expect(new TextDecoder().decode(await files.readBytes("/s/main.cw"))).toBe("in the editor");
  expect(new TextDecoder().decode(await files.readPlain("/s/main.cw", 100))).toBe("in the editor");
  await expect(files.readPlain("/s/main.cw", 3)).rejects.toMatchObject({ code: "EFBIG" });
  expect((await files.stat("/s/main.cw"))?.size).toBe("in the editor".length);
});

test("everything else is read from below", async () => {
  const files = overlay(disk(), new Map([["/s/main.cw", "in the editor"]]));
  expect(await files.readText("/s/other.cw")).toBe("other");
  expect(new TextDecoder().decode(await files.readBytes("/s/other.cw"))).toBe("other");
  expect(new TextDecoder().decode(await files.readPlain("/s/other.cw", 100))).toBe("other");
  expect((await files.stat("/s/other.cw"))?.size).toBe(5);
  expect(await files.stat("/s/none.cw")).toBeUndefined();
  await expect(files.readText("/s/none.cw")).rejects.toMatchObject({ code: "ENOENT" });
});

test("a document that has no file is listed where its file would be, in order", async () => {
  const files = overlay(disk(), new Map([["/s/new.cw", "new"]]));
  expect((await files.list("/s")).map(({ name }) => name)).toEqual([
    "main.cw",
    "modules",
    "new.cw",
    "other.cw",
  ]);
  expect(await files.stat("/s/new.cw")).toMatchObject({ name: "new.cw", kind: "file", size: 3 });
});

test("a document's folder need not exist; any other must", async () => {
  const files = overlay(disk(), new Map([["/gone/main.cw", "text"]]));
  expect(await files.list("/gone")).toEqual([{ name: "main.cw", kind: "file" }]);
  await expect(files.list("/nowhere")).rejects.toMatchObject({ code: "ENOENT" });
});

test("a document deeper down is not listed as one of the folder's files", async () => {
  const files = overlay(disk(), new Map([["/s/modules/m/new.cw", "text"]]));
  expect((await files.list("/s")).map(({ name }) => name)).toEqual(["main.cw", "modules", "other.cw"]);
});
