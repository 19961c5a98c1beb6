import { expect, test } from "vitest";
import { garbageCollector } from "../../server/src/host/node-memory.ts";

test("what nothing refers to any more is collected when it is asked for", () => {
  const collect = garbageCollector();
  let held: object | undefined = { text: "x".repeat(10) };
  const seen = new WeakRef(held);
  collect();
  expect(seen.deref()).toBe(held);
  held = undefined;
  // A reference that was followed holds what it leads to until the task ends.
  return new Promise<void>((resolve) => setTimeout(resolve)).then(() => {
    collect();
    expect(seen.deref()).toBeUndefined();
  });
});
