import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../support/runs.ts";
import { World } from "./world.ts";

/*
 * Random stacks whose resources are renamed again and again: straight, over names in between, with and without instances.
 * Nothing is ever destroyed or made, no step runs, and afterwards there is nothing left to do.
 */
const kinds = ["file", "service", "task", "repository"] as const;

interface Thing {
  readonly kind: (typeof kinds)[number];
  /** Refers to the thing before it. */
  readonly refers: boolean;
  readonly repeat: "" | "count" | "for_each";
}

const repeats = { "": "", count: "  count = 2\n", for_each: '  for_each = toset(["a", "b.c"])\n' } as const;
const output = { file: "path", service: "id", task: "stdout", repository: "commit" } as const;
const key = { "": "", count: "[0]", for_each: '["b.c"]' } as const;

function block(things: readonly Thing[], names: readonly string[], i: number): string {
  const thing = things[i] as Thing;
  const before = things[i - 1];
  const reference =
    thing.refers && before
      ? `\${${before.kind}.${names[i - 1]}${key[before.repeat]}.${output[before.kind]}}`
      : "";
  const own = thing.repeat === "count" ? "${count.index}" : thing.repeat === "for_each" ? "${each.key}" : "";
  const body = {
    file: `  path    = "f${i}${own}"\n  content = "x${reference}"\n`,
    service: `  command = ["x", "${reference}"]\n  health_check { url = "http://localhost" }\n`,
    task: `  command = ["x", upper("${reference}")]\n`,
    repository: '  url = "u"\n',
  }[thing.kind];
  return `resource "${thing.kind}" "${names[i]}" {\n${repeats[thing.repeat]}${body}}\n`;
}

const stackOf = (things: readonly Thing[], names: readonly string[]): string =>
  things.map((_, i) => block(things, names, i)).join("");

const thing = fc.record({
  kind: fc.constantFrom(...kinds),
  refers: fc.boolean(),
  repeat: fc.constantFrom("" as const, "count" as const, "for_each" as const),
});

it("renames never destroy, run nothing, and leave nothing to do", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(thing, { minLength: 1, maxLength: 5 }),
      fc.array(fc.array(fc.nat({ max: 2 }), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      async (things, rounds) => {
        const world = new World();
        let names = things.map((_, i) => `t${i}v0`);
        await world.apply(stackOf(things, names));
        let moves = "";
        let version = 0;
        for (const hops of rounds) {
          const next = names.map((name, i) => {
            let at = name;
            for (let hop = 0; hop < (hops[i] ?? 0); hop++) {
              const to = `t${i}v${++version}`;
              const { kind } = things[i] as Thing;
              moves += `moved {\n  from = ${kind}.${at}\n  to   = ${kind}.${to}\n}\n`;
              at = to;
            }
            return at;
          });
          const isMoved = next.some((name, i) => name !== names[i]);
          names = next;
          const files = `${moves}${stackOf(things, names)}`;
          const { plan } = await world.apply(files);
          const found = new Set(plan.changes.map((c) => c.action));
          found.delete("none");
          expect([...found], files).toEqual(isMoved ? ["move"] : []);
          expect(plan.actions.steps).toEqual([]);
          const after = await world.plan(files);
          expect(after.plan.changes.filter((c) => c.action !== "none")).toEqual([]);
          await world.checkTruth(files);
        }
        // Once the moved blocks are gone, everything still is what it was.
        const { plan } = await world.plan(stackOf(things, names));
        expect(plan.changes.filter((c) => c.action !== "none")).toEqual([]);
      },
    ),
    { numRuns: runs(40) },
  );
});
