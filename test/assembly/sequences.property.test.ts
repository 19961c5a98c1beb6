import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printActionList } from "../../server/src/cli/views/json.ts";
import { runs } from "../support/runs.ts";
import { World } from "./world.ts";

/*
 * Random stacks that change again and again: things come, go, are renamed, refer to each other, exchange ports and paths,
 * and steps fail. The world checks every step; afterwards there must be nothing left to do, and everything as written.
 */
const kinds = ["directory", "file", "service", "task", "repository", "volume", "image"] as const;

interface Block {
  readonly kind: (typeof kinds)[number];
  readonly name: number;
  /** Picks ports, paths, texts. */
  readonly pick: number;
  /** Picks what it refers to among the blocks before it. */
  readonly refers: readonly number[];
  readonly way: number;
}

const block = fc.record({
  kind: fc.constantFrom(...kinds),
  name: fc.nat(3),
  pick: fc.nat(5),
  refers: fc.array(fc.nat(20), { maxLength: 2 }),
  way: fc.nat(5),
});
const stack = fc.uniqueArray(block, {
  maxLength: 8,
  selector: (b) => `${b.kind}.n${b.name}`,
});

/** The next version of a stack: another one, or the same with one block edited. */
const edit = fc.record({ at: fc.nat(20), pick: fc.nat(5), whole: fc.option(stack, { freq: 3 }) });

function next(
  blocks: readonly Block[],
  { at, pick, whole }: typeof edit extends fc.Arbitrary<infer E> ? E : never,
) {
  return whole ?? blocks.map((b, i) => (i === at % blocks.length ? { ...b, pick } : b));
}

const outputs = {
  directory: ["path"],
  file: ["path", "sha256"],
  service: ["id", "url", "host"],
  task: ["stdout"],
  repository: ["workdir", "commit"],
  volume: ["id"],
  image: ["ref", "id"],
} as const;

/** Blocks as text; ports, paths and names are handed out so that no two blocks of a stack have the same. */
function write(blocks: readonly Block[]): string[] {
  const taken = new Set<string>();
  const free = (space: string, from: number): string => {
    let at = from;
    while (taken.has(`${space}${at}`)) at++;
    taken.add(`${space}${at}`);
    return String(at);
  };
  const all = 'verify "tcp" "all" {\n  host = "h"\n  port = 1\n}\n';
  const texts = blocks.map((b, i) => {
    const before = blocks.slice(0, i);
    const targets = before.length === 0 ? [] : b.refers.map((r) => before[r % before.length] as Block);
    const references = targets.map((t) => {
      const known = outputs[t.kind];
      return `${t.kind}.n${t.name}.${known[b.way % known.length]}`;
    });
    const after = targets.map((t) => `${t.kind}.n${t.name}`).join(", ");
    const lines = b.way === 5 ? [...body(b, [], free), `depends_on = [${after}]`] : body(b, references, free);
    return `resource "${b.kind}" "n${b.name}" {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
  });
  return blocks.length % 2 === 0 ? texts : [...texts, all];
}

function body(
  b: Block,
  references: readonly string[],
  free: (space: string, from: number) => string,
): string[] {
  const [first] = references;
  const inner = references.map((r) => `\${${b.way % 3 === 0 ? `upper(${r})` : r}}`).join("");
  const value = first && b.way === 4 ? first : `"t${b.pick}${inner}"`;
  const suffix = b.way === 1 ? inner : "";
  const image = references.find((r) => r.startsWith("image.") && r.endsWith(".ref"));
  switch (b.kind) {
    case "directory":
      return [`path = "p${free("p", b.pick)}"`];
    case "file":
      return [`path = "./p${free("p", b.pick)}${suffix}"`, `content = ${value}`];
    case "service":
      return [
        b.pick % 2 === 0 ? 'command = ["run"]' : `image = ${image ?? `"img:${b.pick}"`}`,
        `port = 800${free("port", b.pick)}`,
        `env = { V = ${value} }`,
        ...(b.way % 2 === 0 ? [`health_check { path = "/${b.pick}" }`] : []),
      ];
    case "task":
      return [`command = ["do", ${value}]`];
    case "repository":
      return [`url = "https://example.com/${b.pick % 2}.git"`, `ref = ${value}`];
    case "volume":
      return [`name = "v${free("v", b.pick)}${suffix}"`, `labels = { l = ${value} }`];
    case "image":
      return [`context = ${first ? value : '"ctx"'}`, `tags = ["t:${free("t", b.pick)}"]`];
  }
}

/** In milliseconds, for as many runs as there are. */
const patience = 30_000 * runs(1);

describe("a stack that changes again and again", () => {
  it(
    "is as written after every apply, with nothing left to do",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(stack, { minLength: 1, maxLength: 5 }), async (versions) => {
          const world = new World();
          for (const version of versions) {
            const text = write(version).join("");
            await world.apply(text);
            const again = await world.plan(text);
            expect(again.plan.actions.steps.map((s) => s.id)).toEqual([]);
            expect(again.plan.changes.filter((c) => c.action !== "none")).toEqual([]);
            await world.checkTruth(text);
          }
        }),
        { numRuns: runs(150), seed: 1 },
      );
    },
    patience,
  );

  it(
    "gets there after failures too, and can always be destroyed",
    async () => {
      const failing = fc.record({ edit, fails: fc.array(fc.nat(12), { maxLength: 3 }) });
      await fc.assert(
        fc.asyncProperty(
          stack,
          fc.array(failing, { minLength: 1, maxLength: 5 }),
          async (first, versions) => {
            const world = new World();
            let blocks: readonly Block[] = first;
            for (const { edit, fails } of versions) {
              let step = 0;
              await world.apply(write(blocks).join(""), {}, () => fails.includes(step++));
              blocks = next(blocks, edit);
            }
            const text = write(blocks).join("");
            await world.apply(text);
            const again = await world.plan(text);
            expect(again.plan.actions.steps.map((s) => s.id)).toEqual([]);
            await world.checkTruth(text);
            await world.apply(text, { destroy: true });
            expect([...world.things.keys()]).toEqual([]);
            expect(world.state?.resources).toEqual({});
            expect(world.state?.verifies).toEqual({});
          },
        ),
        { numRuns: runs(150), seed: 2 },
      );
    },
    patience,
  );

  it(
    "can be changed and destroyed piece by piece",
    async () => {
      const part = fc.record({ edit, target: fc.nat(7), destroy: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(stack, fc.array(part, { minLength: 2, maxLength: 6 }), async (first, versions) => {
          const world = new World();
          let blocks: readonly Block[] = first;
          await world.apply(write(blocks).join(""));
          for (const { edit, target, destroy } of versions) {
            blocks = next(blocks, edit);
            const text = write(blocks).join("");
            const { ir } = await world.plan(text);
            const known = [
              ...ir.resources.map((r) => r.address),
              ...Object.keys(world.state?.resources ?? {}),
            ];
            const targets = known.length === 0 ? [] : [known[target % known.length] ?? ""];
            await world.apply(text, { targets, destroy });
          }
          const text = write(blocks).join("");
          await world.apply(text);
          await world.checkTruth(text);
          expect((await world.plan(text)).plan.actions.steps).toEqual([]);
          await world.apply(text, { destroy: true });
          expect([...world.things.keys()]).toEqual([]);
        }),
        { numRuns: runs(100), seed: 3 },
      );
    },
    patience,
  );

  it(
    "is the same plan whatever the order of blocks and files",
    async () => {
      const shuffled = stack.chain((blocks) =>
        fc.record({
          blocks: fc.constant(blocks),
          order: fc.shuffledSubarray([...write(blocks).keys()], { minLength: write(blocks).length }),
          files: fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
        }),
      );
      await fc.assert(
        fc.asyncProperty(shuffled, stack, async ({ blocks, order, files }, before) => {
          const world = new World();
          await world.apply(write(before).join(""));
          const texts = write(blocks);
          const spread: Record<string, string> = {};
          for (const at of order) {
            const file = `f${files[at % files.length]}.cw`;
            spread[file] = (spread[file] ?? "") + (texts[at] ?? "");
          }
          const one = await world.plan(texts.join(""));
          const many = await world.plan(Object.keys(spread).length === 0 ? "" : spread);
          expect(printActionList(many.plan.actions)).toBe(printActionList(one.plan.actions));
          expect(many.plan).toEqual(one.plan);
        }),
        { numRuns: runs(100), seed: 4 },
      );
    },
    patience,
  );
});
