/**
 * The frame of a generated Node script: what it does, imports, the constants a person may tune, the work, and at the
 * bottom the few functions it uses. Function declarations are hoisted, so constants may call them.
 */
import { type KnobName, knobDeclaration, knobValues } from "../knobs.ts";
import { comment } from "./bash-source.ts";
import { quoted } from "./node-source.ts";

export interface NodeScript {
  /** What the script does, a line each, without the `//`. */
  readonly about: readonly string[];
  /** Names by module: `{ "node:fs": ["statSync"] }`. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** Name, expression and a comment that says unit or meaning. */
  readonly constants: readonly (Constant | undefined)[];
  readonly body: string;
}
type Constant = readonly [name: string, expression: string, note?: string];

interface Helper {
  readonly source: string;
  readonly imports?: Readonly<Record<string, readonly string[]>>;
}

/** In the order in which they are printed; each may use those after it. */
const helpers: Readonly<Record<string, Helper>> = {
  poll: {
    imports: { "node:timers/promises": ["setTimeout as sleep"] },
    source: `// Asks until \`check\` has nothing to complain about.
async function poll(check) {
  let problem;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (attempt > 1) await sleep(INTERVAL_MS);
    problem = await check();
    if (problem === undefined) return;
    console.log(\`try \${attempt} of \${TRIES}: \${problem}\`);
  }
  fail(problem);
}`,
  },
  makeParent: {
    imports: { "node:fs": ["existsSync", "mkdirSync"], "node:path": ["dirname", "relative", "isAbsolute"] },
    source: `// Missing folders are made inside the stack only: elsewhere a missing one is more likely a mistake.
function makeParent(path) {
  const parent = dirname(path);
  if (existsSync(parent)) return;
  const inside = relative(STACK, parent);
  if (inside.startsWith("..") || isAbsolute(inside)) fail(\`the folder \${parent} does not exist\`);
  mkdirSync(parent, { recursive: true });
}`,
  },
  lookAt: {
    imports: { "node:fs": ["lstatSync"] },
    source: `// What is at the path, not following links; undefined where there is nothing.
function lookAt(path) {
  return lstatSync(path, { throwIfNoEntry: false });
}`,
  },
  lookup: {
    imports: { "node:dns": ["lookup as resolveHost"] },
    source: `// "localhost" is both addresses, whatever the hosts file of the machine says.
function lookup(host, options, found) {
  if (host !== "localhost") return resolveHost(host, options, found);
  const both = [{ address: "127.0.0.1", family: 4 }, { address: "::1", family: 6 }];
  return options.all ? found(null, both) : found(null, both[0].address, both[0].family);
}`,
  },
  sha256: {
    imports: { "node:crypto": ["createHash"] },
    source: `function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}`,
  },
  milliseconds: {
    source: `function milliseconds(duration) {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const parts = [...duration.matchAll(/([0-9.]+)(ms|s|m|h)/g)];
  if (parts.length === 0) fail(\`not a duration: \${duration}\`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit], 0);
}`,
  },
  knob: {
    source: `// What the line "clockwork:knobs" declares may be set from outside, without a change of this text.
function knob(name, usual) {
  return Number(process.env[\`CLOCKWORK_KNOB_\${name.toUpperCase()}\`] ?? usual);
}`,
  },
  output: {
    imports: { "node:fs": ["appendFileSync"] },
    source: `// Hands values to the steps that come after.
function output(values) {
  const lines = Object.entries(values).map(([name, value]) => \`\${name}=\${value}\\n\`);
  appendFileSync(process.env.CLOCKWORK_OUTPUT ?? "/dev/stdout", lines.join(""));
}`,
  },
  json: {
    source: `function json(name) {
  return JSON.parse(env(name));
}`,
  },
  secret: {
    imports: { "node:fs": ["readFileSync"] },
    source: `// A secret is in no environment but in a file, whose path is.
function secret(name) {
  return readFileSync(env(name), "utf8");
}`,
  },
  env: {
    source: `// A value that an earlier step made.
function env(name) {
  const value = process.env[name];
  if (value === undefined) fail(\`the run-time value \${name} is missing\`);
  return value;
}`,
  },
  fail: {
    source: `function fail(message) {
  console.error(\`\${STEP}: \${message}\`);
  process.exit(1);
}`,
  },
};

/** An expression for a number that may be turned; the script's head declares it with this value. */
export function knob(name: Exclude<KnobName, "healthcheck_path">, usual: number): string {
  return `knob("${name}", ${usual})`;
}

/** The line that declares the knobs which a script reads. */
function knobLines(text: string): readonly string[] {
  const read = [...text.matchAll(/\bknob\("([a-z_]+)", ([0-9.]+)\)/g)];
  const defaults = knobValues.parse(Object.fromEntries(read.map(([, name, usual]) => [name, Number(usual)])));
  return read.length === 0 ? [] : [knobDeclaration("//", defaults)];
}

const stack: Constant = ["STACK", "process.env.CLOCKWORK_STACK_DIR ?? process.cwd()"];

export function nodeScript(id: string, script: NodeScript): string {
  const constants = script.constants.filter((c): c is Constant => c !== undefined);
  const source = [...constants.map(([, expression]) => expression), script.body].join("\n");
  const used = usedHelpers([...constants.map(([, e]) => withoutStrings(e)), script.body].join("\n"));
  const needsStack = [script.body, ...used.map((name) => helpers[name]?.source ?? "")].some((s) =>
    /\bSTACK\b/.test(s),
  );
  const all: Constant[] = [["STEP", quoted(id)], ...(needsStack ? [stack] : []), ...constants];
  const sections = [
    ["#!/usr/bin/env node", ...script.about.map((line) => `// ${comment(line)}`), ...knobLines(source)].join(
      "\n",
    ),
    imports([script.imports, ...used.map((name) => helpers[name]?.imports ?? {})]),
    all.map(([name, value, note]) => `const ${name} = ${value};${note ? ` // ${note}` : ""}`).join("\n"),
    'process.on("uncaughtException", (error) => fail(error.message));',
    script.body.trim(),
    ...used.map((name) => helpers[name]?.source ?? ""),
  ];
  return `${sections.filter((s) => s !== "").join("\n\n")}\n`;
}

function usedHelpers(text: string): string[] {
  const used = new Set(["fail"]);
  let all = text;
  for (const [name, helper] of Object.entries(helpers)) {
    // Called, or handed on.
    if (!new RegExp(`\\b${name}\\(|, ${name},`).test(all)) continue;
    used.add(name);
    all += helper.source;
  }
  return Object.keys(helpers).filter((name) => used.has(name));
}

/** Leaves out what texts say, also between the run-time values in them: one that speaks of `env(` uses no function. */
function withoutStrings(expression: string): string {
  return expression.replace(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/gs, (text) =>
    text.startsWith('"')
      ? '""'
      : text.replace(/\\.|\$\{(?:env|secret)\(|./gs, (part) => (part.startsWith("${") ? part.slice(2) : "")),
  );
}

function imports(groups: readonly Readonly<Record<string, readonly string[]>>[]): string {
  const byModule = new Map<string, Set<string>>();
  for (const group of groups) {
    for (const [module, names] of Object.entries(group)) {
      byModule.set(module, new Set([...(byModule.get(module) ?? []), ...names]));
    }
  }
  return [...byModule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, names]) => importLine(module, [...names].sort()))
    .join("\n");
}

function importLine(module: string, names: readonly string[]): string {
  const line = `import { ${names.join(", ")} } from "${module}";`;
  if (line.length <= 100) return line;
  return `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "${module}";`;
}
