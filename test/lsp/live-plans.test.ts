import { expect, test } from "vitest";
import type { Analysis } from "../../server/src/analyse.ts";
import { memoryHost } from "../../server/src/host/memory.ts";
import { LivePlans } from "../../server/src/lsp/live-plans.ts";
import { analyseText } from "../support/stack.ts";

const file = (name: string) => `resource "file" "${name}" {\n  path    = "${name}"\n  content = "x"\n}\n`;

/** Plans of one stack, whose files are what was said last. */
async function plansOf(text: string) {
  let now: Analysis = await analyseText(text);
  let reads = 0;
  const { files } = memoryHost({});
  const plans = new LivePlans({
    files: () => {
      reads++;
      return files;
    },
    seal: async () => (value) => value,
    analyse: async () => now,
    look: async () => now,
    uris: () => (name) => name,
    report: (error) => {
      throw error;
    },
  });
  /** Gives the edit, which takes no time. */
  const prepared = async (other: string) => {
    const next = await analyseText(other);
    return () => {
      now = next;
      plans.analysed("/stack", now);
    };
  };
  const edit = async (other: string) => (await prepared(other))();
  return { plans, edit, prepared, reads: () => reads };
}

const addresses = async (plans: LivePlans) =>
  (await plans.of("/stack"))?.plan?.changes.map(({ address }) => address);

const told = (plans: LivePlans) => new Promise<string>((resolve) => plans.onChanged(resolve));

test("nothing is planned that nobody wants", async () => {
  const { plans, edit, reads } = await plansOf(file("a"));
  await edit(file("b"));
  plans.touched("/stack/.clockwork/state.json");
  expect(await addresses(plans)).toEqual(["file.b"]);
  expect(reads()).toBe(1);
  expect(await addresses(plans)).toEqual(["file.b"]);
  expect(reads()).toBe(1);
});

test("whoever wants one is told of it, and of the next that says something else", async () => {
  const { plans, edit } = await plansOf(file("a"));
  const first = told(plans);
  expect(plans.known("/stack")).toBeUndefined();
  expect(await first).toBe("/stack");
  expect(plans.known("/stack")?.plan?.changes).toHaveLength(1);
  const second = told(plans);
  await edit(file("a") + file("b"));
  await second;
  expect(plans.known("/stack")?.plan?.changes).toHaveLength(2);
});

test("one that an edit overtakes is dropped, and who waits gets the newer", async () => {
  const { plans, prepared } = await plansOf(file("a"));
  const edit = await prepared(file("b"));
  const seen: (readonly string[] | undefined)[] = [];
  plans.onChanged((_, made) => seen.push(made?.plan?.changes.map(({ address }) => address)));
  const waiting = addresses(plans);
  await Promise.resolve();
  edit();
  expect(await waiting).toEqual(["file.b"]);
  expect(seen).toEqual([["file.b"]]);
});

test("an edit that changes neither the plan nor a place is told to nobody", async () => {
  const { plans, edit } = await plansOf(file("a"));
  expect(await addresses(plans)).toEqual(["file.a"]);
  let count = 0;
  plans.onChanged(() => count++);
  await edit(`${file("a")}# the end`);
  expect(await addresses(plans)).toEqual(["file.a"]);
  expect(count).toBe(0);
  await edit(`# the beginning\n${file("a")}`);
  await addresses(plans);
  expect(count).toBe(1);
});
