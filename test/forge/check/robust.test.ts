import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBundle, checkReply } from "../../../server/src/forge/check.ts";
import { maxReplyDepth, parseStrict } from "../../../server/src/forge/json.ts";
import { runs } from "../../support/runs.ts";
import { corpus, corpusActions, goodBundle, script, seedBundleText, step } from "./samples.ts";

const texts = [seedBundleText, ...corpus.items.map((i) => i.json)];

describe("the strict reader", () => {
  test("agrees with JSON.parse on every document without double fields", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        const read = parseStrict(text, 20);
        if (read.problem) expect(text).toContain("__proto__");
        else expect(read.value).toEqual(JSON.parse(text));
      }),
      { numRuns: runs(2000) },
    );
  });

  test("accepts nothing that JSON.parse refuses", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      '"a"',
      "1",
      "-",
      "0",
      ".5",
      "e",
      "true",
      "nul",
      " ",
      "\\",
      "\n",
      "\u2028",
      "'",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        const read = parseStrict(text, 20);
        if (!read.problem) expect(read.value).toEqual(JSON.parse(text));
      }),
      { numRuns: runs(5000) },
    );
  });

  test.each([
    '"\\ud800"',
    '"\\\\"',
    '"\\\\\\""',
    '"\\u00e9\\n"',
    "-0",
    "1e3",
    "0.10",
    "[]",
    "{}",
    ' {"a" : [ 1 , null ] } ',
  ])("reads %s", (text) => {
    expect(parseStrict(text, maxReplyDepth)).toEqual({ value: JSON.parse(text) });
  });

  test("says where the problem is", () => {
    expect(parseStrict('{"a":1,"a":2}', 12).problem).toEqual({
      code: "B-JSON",
      message: "an object has the same field twice",
      offset: 7,
    });
  });
});

/** Cuts, doubles, swaps and overwrites parts of a text. */
const mutation = fc.record({
  kind: fc.constantFrom("cut", "double", "overwrite", "insert"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 60 }),
  text: fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom('"', "{", "}", "[", "]", "../", "\\u0000", "__proto__", "-c", "\u202e"),
  ),
});

function mutate(
  text: string,
  changes: readonly { kind: string; at: number; length: number; text: string }[],
): string {
  return changes.reduce((now, { kind, at, length, text: added }) => {
    const start = Math.floor(at * now.length);
    const [head, part, tail] = [
      now.slice(0, start),
      now.slice(start, start + length),
      now.slice(start + length),
    ];
    switch (kind) {
      case "cut":
        return head + tail;
      case "double":
        return head + part + part + tail;
      case "overwrite":
        return head + added + tail;
      default:
        return head + added + part + tail;
    }
  }, text);
}

describe("whatever comes in", () => {
  test("a mutated bundle never throws, never takes long, and passes only in the contract's form", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (text, changes) => {
          const reply = mutate(text, changes);
          const before = process.cpuUsage();
          const { value, diagnostics } = checkReply(reply, corpusActions);
          // Of the processor: a busy machine lets a test wait for longer than any check takes.
          expect(process.cpuUsage(before).user / 1000).toBeLessThan(200);
          expect(value === undefined).toBe(diagnostics.length > 0);
          for (const a of value?.artifacts ?? [])
            expect(a.path).toMatch(/^(?:scripts|files)(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/);
        },
      ),
      { numRuns: runs(4000) },
    );
  });

  test("any value in any place never throws", () => {
    const odd = fc.oneof(
      fc.anything(),
      fc.constantFrom<unknown>("__proto__", "constructor", -1, [], {}, null, "\ud800"),
    );
    fc.assert(
      fc.property(fc.nat(), odd, (seed, value) => {
        const bundle = goodBundle();
        const places: ((v: unknown) => void)[] = [
          (v) => Object.assign(bundle, { version: v }),
          (v) => Object.assign(bundle, { artifacts: v }),
          (v) => Object.assign(bundle, { steps: v }),
          (v) => Object.assign(bundle, { vars: v }),
          (v) => Object.assign(bundle.artifacts[0] ?? {}, { path: v }),
          (v) => Object.assign(bundle.artifacts[1] ?? {}, { mode: v }),
          (v) => Object.assign(bundle.artifacts[2] ?? {}, { content: v }),
          (v) => Object.assign(bundle.artifacts[0] ?? {}, { lang: v }),
          (v) => Object.assign(bundle.steps[0] ?? {}, { purpose: v }),
          (v) => Object.assign(bundle.steps[0] ?? {}, { run: v }),
          (v) => Object.assign(bundle.steps[0]?.run ?? {}, { cmd: v }),
          (v) => Object.assign(bundle.vars, { X: v }),
          (v) => bundle.artifacts.push(v as never),
        ];
        places[seed % places.length]?.(value);
        const { value: checked, diagnostics } = checkBundle(bundle, corpusActions);
        expect(checked === undefined).toBe(diagnostics.length > 0);
      }),
      { numRuns: runs(4000) },
    );
  });

  test("cycles and shared branches end", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(checkBundle(cycle, corpusActions).diagnostics.map((d) => d.code)).toEqual(["B-JSON"]);
    let wide: unknown = [];
    for (let i = 0; i < 11; i++) wide = Array.from({ length: 8 }, () => wide);
    expect(checkBundle(wide, corpusActions).diagnostics.map((d) => d.code)).toEqual(["B-SIZE"]);
  });

  test("no message carries a control or invisible character of the reply", () => {
    for (const { json } of corpus.items) {
      for (const { message } of checkReply(json, corpusActions).diagnostics)
        expect(message).toMatch(/^[\x20-\x7e…]*$/);
    }
  });

  test("no message repeats a secret", () => {
    const bundle = goodBundle();
    const secret = `ghp_${"s".repeat(36)}`;
    bundle.vars["SIZE"] = secret;
    Object.assign(bundle.artifacts[0] ?? {}, { content: `T=${secret}\n` });
    bundle.steps[0] = step("fetch_repo", "bash", "scripts/01_fetch_repo.sh", secret);
    const { diagnostics } = checkBundle(bundle, corpusActions);
    expect(diagnostics.map((d) => d.code)).toEqual(["C-SECRET", "C-SECRET", "C-SECRET"]);
    expect(JSON.stringify(diagnostics)).not.toContain("sss");
  });
});

describe("speed", () => {
  test("a usual bundle takes less than a millisecond", () => {
    const times = Array.from({ length: 300 }, () => {
      const started = performance.now();
      checkReply(seedBundleText, corpusActions);
      return performance.now() - started;
    });
    expect(times.sort((a, b) => a - b)[150]).toBeLessThan(1);
  });

  test("10,000 artifacts cost in proportion", () => {
    const stack = (n: number): number => {
      const ids = Array.from({ length: n }, (_, i) => `run_task.t${i}`);
      const actions = {
        version: "1" as const,
        steps: ids.map((id) => ({ name: "run_task", id, args: { command: ["true"] } })),
      };
      const bundle = {
        version: "1",
        artifacts: ids.map((id, i) =>
          script(`scripts/t${i}.sh`, id, "bash", `#!/usr/bin/env bash\n${"echo hello\n".repeat(40)}`),
        ),
        steps: ids.map((id, i) => step(id, "bash", `scripts/t${i}.sh`)),
        vars: {},
      };
      const started = performance.now();
      expect(checkBundle(bundle, actions).diagnostics).toEqual([]);
      return performance.now() - started;
    };
    stack(500);
    const [small, large] = [Math.min(stack(1000), stack(1000)), stack(10_000)];
    expect(large / Math.max(small, 1)).toBeLessThan(40);
    expect(large).toBeLessThan(5000);
  });

  test.each([
    ["quotes", '"'.repeat(500_000)],
    ["import and import", "import ".repeat(140_000)],
    ["half specifiers", "from 'https:".repeat(80_000)],
    ["comments", "/*".repeat(500_000)],
    ["comment ends", "*/ 'data:".repeat(100_000)],
    ["half tokens", "-eyJ".repeat(250_000)],
    ["half JWTs", "eyJaaaaaaa.eyJ".repeat(70_000)],
    ["half keys", "-----BEGIN ".repeat(90_000)],
    ["half URLs", "https://a:".repeat(100_000)],
    ["one word", "a".repeat(1_000_000)],
    ["sk", "sk-".repeat(300_000)],
    ["blanks", `import${" ".repeat(1_000_000)}x`],
    ["escapes", "from '\\".repeat(140_000)],
    ["lines", "\n".repeat(1_000_000)],
    ["template", "import(`".repeat(140_000)],
  ])("a hostile megabyte of %s takes no longer than reading it", (_, content) => {
    for (const [index, lang] of [
      [2, "deno"],
      [3, "go"],
    ] as const) {
      const bundle = goodBundle();
      Object.assign(bundle.artifacts[index] ?? {}, { lang, content: content.slice(0, 1024 * 1024) });
      // Of the processor, which other programs may be using as well.
      const before = process.cpuUsage();
      checkBundle(bundle, corpusActions);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(1000);
    }
  });
});
