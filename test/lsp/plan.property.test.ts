import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PlanParams, type PlanRecord, requests } from "../../server/src/protocol.ts";
import { cli } from "../support/cli.ts";
import { runs } from "../support/runs.ts";
import { Session } from "./session.ts";

/*
 * What the editor shows as the plan is what `clockwork plan` says: of the examples, and of random stacks that are edited,
 * renamed, broken and applied again and again.
 */
let session: Session;
beforeAll(async () => {
  session = await Session.start({});
  await session.initialize();
});
afterAll(() => session?.stop());

/** What both say of a plan. */
interface Said {
  readonly planId: string;
  readonly changes: readonly { readonly address: string; readonly action: string; readonly reason: string }[];
  readonly steps: readonly string[];
}

async function live(folder: string): Promise<Said | undefined> {
  const params: PlanParams = { folder: session.uri(folder) };
  const record: PlanRecord = await session.connection.sendRequest(requests.plan, params);
  if (record.stale !== undefined || record.planId === undefined) return undefined;
  return {
    planId: record.planId,
    changes: record.changes.map(({ address, action, reason }) => ({ address, action, reason })),
    steps: record.steps.map(({ id }) => id),
  };
}

async function printed(folder: string): Promise<Said | undefined> {
  const cwd = join(session.folder, folder);
  const { code } = await cli(["plan", "--out", "p.plan"], { cwd });
  if (code !== 0) return undefined;
  const saved = JSON.parse(await readFile(join(cwd, "p.plan"), "utf8"));
  return {
    planId: saved.planId,
    changes: saved.changes.map(({ address, action, reason }: Said["changes"][number]) => ({
      address,
      action,
      reason,
    })),
    steps: saved.actions.steps.map(({ id }: { id: string }) => id),
  };
}

test.each(["fleet", "hello", "myapp", "signing-key", "web"])("of the example %s", async (name) => {
  await cp(`examples/${name}`, join(session.folder, name), { recursive: true });
  await session.open(`${name}/main.cw`, await readFile(`examples/${name}/main.cw`, "utf8"));
  const said = await live(name);
  expect(said).toBeDefined();
  expect(said).toEqual(await printed(name));
});

interface Thing {
  readonly name: "a" | "b" | "c";
  readonly content: "x" | "y" | "secret" | "kept" | "broken";
  readonly repeat: "" | "count" | "for_each";
}

const thing: fc.Arbitrary<Thing> = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  content: fc.constantFrom("x", "x", "y", "secret", "kept", "broken"),
  repeat: fc.constantFrom("", "", "count", "for_each"),
});

interface Stage {
  readonly things: readonly Thing[];
  readonly moves: readonly Thing["name"][];
  readonly applies: boolean;
}

const stage: fc.Arbitrary<Stage> = fc.record({
  things: fc.uniqueArray(thing, { selector: ({ name }) => name }),
  moves: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 2, maxLength: 2 }),
  applies: fc.boolean(),
});

const contents = {
  x: '"x"',
  y: '"y"',
  secret: "var.word",
  kept: "file.k.path",
  broken: "nothing.here",
} as const;
const repeats = { "": "", count: "  count = 2\n", for_each: '  for_each = toset(["p", "q"])\n' } as const;
const own = { "": "", count: "${count.index}", for_each: "${each.key}" } as const;

function textOf({ things, moves: [from, to] }: Stage): string {
  const names = new Set(things.map(({ name }) => name));
  const moved =
    from && to && !names.has(from) && names.has(to)
      ? `moved {\n  from = file.${from}\n  to   = file.${to}\n}\n`
      : "";
  const blocks = things.map(
    ({ name, content, repeat }) =>
      `resource "file" "${name}" {\n${repeats[repeat]}  path    = "${name}${own[repeat]}.txt"\n  content = ${contents[content]}\n}\n`,
  );
  const word = 'variable "word" {\n  default   = "hush"\n  sensitive = true\n}\n';
  return `${word}resource "file" "k" {\n  path    = "k.txt"\n  content = "k"\n}\n${blocks.join("")}${moved}`;
}

test("of random stacks through their lives", async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(stage, { minLength: 2, maxLength: 4 }), async (stages) => {
      const folder = `random${count++}`;
      await mkdir(join(session.folder, folder));
      for (const [i, one] of stages.entries()) {
        const text = textOf(one);
        await writeFile(join(session.folder, folder, "main.cw"), text);
        if (i === 0) await session.open(`${folder}/main.cw`, text);
        else await session.change(`${folder}/main.cw`, i + 1, text);
        expect(await live(folder)).toEqual(await printed(folder));
        if (!one.applies) continue;
        await cli(["apply", "--yes"], { cwd: join(session.folder, folder) });
        await session.connection.sendNotification("workspace/didChangeWatchedFiles", {
          changes: [{ uri: session.uri(`${folder}/.clockwork/state.json`), type: 2 }],
        });
        expect(await live(folder)).toEqual(await printed(folder));
      }
    }),
    { numRuns: runs(6) },
  );
}, 120_000);
