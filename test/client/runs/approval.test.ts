import { expect, test } from "vitest";
import { changeLines, counts, destroyed, wordToType } from "../../../client/src/runs/approval.ts";
import type { ChangeRecord, PlannedAction } from "../../../server/src/protocol.ts";

const change = (action: PlannedAction, address: string): ChangeRecord => ({ address, action, reason: "" });
const check = (action: PlannedAction, address: string): ChangeRecord => ({
  ...change(action, address),
  isCheck: true,
});
const changes = [
  change("none", "file.same"),
  check("create", "verify.http.page"),
  check("delete", "verify.http.old"),
  change("delete", "service.old"),
  change("create", "file.new"),
  change("replace", "file.page"),
  change("create", "file.newer"),
];

test("what is deleted and what is replaced is taken away; a check is not", () => {
  expect(destroyed(changes)).toEqual(["service.old", "file.page"]);
});

test("one thing is typed by its address, several by the name of the stack", () => {
  expect(wordToType([change("delete", 'service.web["eu"]')], "shop")).toBe('service.web["eu"]');
  expect(wordToType(changes, "shop")).toBe("shop");
  expect(wordToType([], "shop")).toBe("shop");
});

test("changes are counted by action, checks apart, in the plan's order", () => {
  expect([...counts(changes)]).toEqual([
    ["create", 2],
    ["replace", 1],
    ["delete", 1],
    ["check", 2],
  ]);
});

test("a dialog shows no more lines than it has room for", () => {
  expect(changeLines(changes)).toEqual([
    "? verify.http.page",
    "? verify.http.old",
    "- service.old",
    "+ file.new",
    "-/+ file.page",
    "+ file.newer",
  ]);
  expect(changeLines(changes, 3)).toEqual(["? verify.http.page", "? verify.http.old", "… 4"]);
});
