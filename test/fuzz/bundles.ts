/** Replies of a compiler gone mad, by the million: the check answers each, quickly, and what it lets through obeys its grammar. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { actionList } from "../../server/src/assembly/actions.ts";
import { type CheckResult, checkBundle, checkReply } from "../../server/src/forge/check.ts";
import { Random } from "./random.ts";

/** A reply may not keep us longer than this, in milliseconds. */
const mostMs = 50;

const corpus: { readonly actions: unknown; readonly items: readonly { readonly json: string }[] } =
  JSON.parse(readFileSync("test/cases/bundles/bundles.json", "utf8"));
const actions = actionList.parse(corpus.actions);
/** Larger ones say nothing more, and cost a thousand times as much. */
const seeds = corpus.items.map(({ json }) => json).filter((json) => json.length < 20_000);
const trees = seeds.flatMap((json) => parsed(json) ?? []);

/** What attacks are made of. */
const words = [
  ...["scripts/x.sh", "scripts/lib/x.py", "files/x", "../x", "scripts/../x", "/etc/x", "scripts/CON.sh"],
  ...[
    "scripts/a\u202e.sh",
    "scripts/é.sh",
    "scripts/-x.sh",
    "scripts/json.py",
    "scripts/x.sh\0",
    "C:\\x",
    "~",
  ],
  ...[
    "bash",
    "python3",
    "node",
    "deno",
    "go",
    "run",
    "build",
    "sh",
    "env",
    "sudo",
    "-c",
    "-e",
    "-xec",
    "--",
    "-",
  ],
  ...[
    "--eval=x",
    "-A",
    "--allow-all",
    "--import=data:,x",
    "-exec",
    "./scripts/x.sh",
    "fetch_repo",
    "verify_http",
  ],
  ...[
    "LD_PRELOAD",
    "PATH",
    "NAME",
    "URL",
    "__proto__",
    "constructor",
    "toString",
    "version",
    "1",
    "0755",
    "4755",
  ],
  ...[
    "bash\n",
    "#!/bin/bash\n",
    "#!/usr/bin/env -S sh -c\n",
    "\ufeff",
    "\r\n",
    "\u0000",
    "\ud800",
    "//go:generate x\n",
  ],
  ...[
    'import "https://x"',
    'import("data:,x")',
    "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "-----BEGIN PRIVATE KEY-----",
  ],
  ...["http://169.254.169.254/", "$(id)", "`id`", "${IFS}", "%2e%2e", "\u200b", "a".repeat(300)],
];
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  0.1,
  "",
  [],
  {},
  [[]],
  { cmd: [] },
  ["bash", "x"],
];

interface Found {
  readonly index: number;
  readonly what: string;
}

/** Returns the exit code. */
export function main(args: readonly string[]): number {
  const { values: flags } = parseArgs({
    args: [...args],
    options: { count: { type: "string", default: "1000000" }, seed: { type: "string" } },
  });
  const count = Number(flags.count);
  const seed = flags.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(flags.seed);
  const found: Found[] = [];
  let accepted = 0;
  let slowest = 0;
  const from = Date.now();
  for (let index = 0; index < count; index++) {
    const result = tried(new Random(seed, index));
    if (result.problem !== undefined) found.push({ index, what: result.problem });
    if (result.isAccepted) accepted++;
    slowest = Math.max(slowest, result.ms);
  }
  for (const { index, what } of found.slice(0, 20)) console.log(`${index}: ${what}`);
  const seconds = Math.round((Date.now() - from) / 1000);
  const figures = { accepted, "slowest (ms)": Math.round(slowest * 10) / 10, seconds };
  console.log(JSON.stringify({ count, seed, found: found.length, figures }));
  return found.length > 0 ? 1 : 0;
}

function tried(random: Random): { problem?: string; isAccepted: boolean; ms: number } {
  const reply = random.oneIn(3) ? textual(random) : structural(random);
  const check = (): CheckResult =>
    typeof reply === "string" ? checkReply(reply, actions) : checkBundle(reply, actions);
  try {
    const began = performance.now();
    const result = check();
    let ms = performance.now() - began;
    // The machine may have done something else meanwhile.
    for (let again = 0; ms > mostMs && again < 3; again++) ms = Math.min(ms, timed(check));
    const problem = ms > mostMs ? `took ${ms} ms` : disorder(result);
    return { ...(problem !== undefined && { problem }), isAccepted: result.value !== undefined, ms };
  } catch (error) {
    return {
      problem: `threw ${error instanceof Error ? error.stack : String(error)}`,
      isAccepted: false,
      ms: 0,
    };
  }
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** What must hold for every answer, said anew rather than taken from the check. */
function disorder({ value, diagnostics }: CheckResult): string | undefined {
  const hasErrors = diagnostics.some((d) => d.severity === "error");
  if (!value) return hasErrors ? undefined : "refused without a reason";
  if (hasErrors) return "accepted with errors";
  const paths = new Set(value.artifacts.map(({ path }) => path));
  if (paths.size !== value.artifacts.length) return "two artifacts of one path";
  for (const { path, mode } of value.artifacts) {
    if (!/^(?:scripts|files)(?:\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){1,5}$/.test(path)) return `path ${path}`;
    if (!/^0(?:644|755|600|700)$/.test(mode)) return `mode ${mode}`;
  }
  for (const { command } of value.steps) {
    if (!["bash", "python3", "node", "deno", "go"].includes(command.runtime)) return command.runtime;
    if (!paths.has(command.script) || !command.script.startsWith("scripts/")) return command.script;
    const names = command.flags.map((f) => f.split("=")[0] ?? "");
    const flag = command.flags.find((f) => !/^-/.test(f) && f !== "pipefail");
    if (
      flag !== undefined ||
      // What stands behind = is a list of hosts or paths.
      names.some((f) => /[\0-\x1f\x7f]|^-[a-zA-Z]*c|^--?$|eval|import|require/.test(f))
    )
      return `flags ${command.flags.join(" ")}`;
  }
  const purposes = value.steps.map(({ purpose }) => purpose).filter((p, i, all) => p !== all[i - 1]);
  if (purposes.length !== actions.steps.length) return `steps of ${purposes.join(", ")}`;
  const name = Object.keys(value.vars).find(
    (n) => !/^[A-Z][A-Z0-9_]{0,63}$/.test(n) || /^(?:LD|BASH|GIT)_|^PATH$/.test(n),
  );
  return name === undefined ? undefined : `variable ${name}`;
}

/** A reply's text with pieces cut, doubled, swapped for others. */
function textual(random: Random): string {
  let text = random.pick(seeds);
  for (let edits = random.small(6) + 1; edits > 0; edits--) {
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + random.small(40));
    const other = random.pick(seeds);
    const from = random.below(other.length);
    const pieces = [
      "",
      random.pick(words),
      String.fromCharCode(random.below(0x10000)),
      random.pick(['"', "\\", "{", "}", "[", "]", ",", ":", "\\u0000", "1e999", '"__proto__":', "/*", "NaN"]),
      other.slice(from, from + random.small(80)),
      text.slice(at, end).repeat(random.small(20)),
    ];
    text = text.slice(0, at) + (pieces[random.below(pieces.length)] ?? "") + text.slice(end);
  }
  return text;
}

/** A reply's values with some of them replaced, added or taken away. */
function structural(random: Random): unknown {
  let tree = structuredClone(trees[random.below(trees.length)]);
  for (let edits = random.small(4) + 1; edits > 0; edits--) tree = changed(tree, random, 0);
  return tree;
}

function changed(value: unknown, random: Random, depth: number): unknown {
  const isDeep = typeof value === "object" && value !== null;
  if (!isDeep || random.oneIn(6 + depth)) return replaced(value, random);
  const keys = Object.keys(value);
  if (random.oneIn(8) || keys.length === 0) {
    return Array.isArray(value)
      ? [
          ...value,
          keys.length > 0 && !random.oneIn(3)
            ? structuredClone(value[random.below(keys.length)])
            : random.pick(words),
        ]
      : { ...value, [random.pick(words)]: values[random.below(values.length)] };
  }
  const key = keys[random.below(keys.length)] ?? "";
  if (random.oneIn(10)) {
    return Array.isArray(value)
      ? value.filter((_, i) => String(i) !== key)
      : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  }
  const inner = changed(Reflect.get(value, key), random, depth + 1);
  return Array.isArray(value)
    ? value.map((item, i) => (String(i) === key ? inner : item))
    : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, name === key ? inner : item]));
}

function replaced(value: unknown, random: Random): unknown {
  if (typeof value !== "string" || random.oneIn(3))
    return random.oneIn(2) ? values[random.below(values.length)] : random.pick(words);
  const at = random.below(value.length + 1);
  const piece = random.oneIn(3) ? String.fromCharCode(random.below(0x3000)) : random.pick(words);
  return value.slice(0, at) + piece + value.slice(random.oneIn(2) ? at : at + random.small(10));
}

function parsed(json: string): unknown[] | undefined {
  try {
    return [JSON.parse(json)];
  } catch {
    return undefined;
  }
}
