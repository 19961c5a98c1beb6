/**
 * The public record of what Clockwork promises (ROBUSTNESS.md): measures it, writes it down, and says when it is old.
 *
 *   npm run robustness                      measures everything with the full counts
 *   npm run robustness -- --only NAME,...   some of it
 *   npm run robustness -- --stale           with small counts, what has changed since it was measured
 *   npm run robustness -- --quick --only …  with small counts
 *   npm run robustness -- --page            writes the page alone
 *   npm run robustness -- --check           changes nothing; fails if the record is older than the code it speaks of
 *
 * The rule: a change of the files that a promise speaks of makes its record stale until it is measured again, with full or with
 * small counts. The page keeps the last full figures and says when the code has changed since. `--check --full`, before a
 * release, takes full counts only.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { promises } from "../test/robustness/promises.mjs";

const folder = "test/robustness/record";
const page = "ROBUSTNESS.md";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    stale: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});

const names = Object.keys(promises);
const unknown = flags.only?.split(",").find((name) => !names.includes(name));
if (unknown !== undefined) fail(`--only ${unknown}: no such promise; there are ${names.join(", ")}`);

if (flags.check) check();
else {
  if (!flags.page) await measureAll(flags.only?.split(",") ?? (flags.stale ? names.filter(isStale) : names));
  writeFileSync(page, pageText());
}

/** Of the files as they are now: their names and bytes. */
function codeOf({ of }) {
  const files = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...of],
    { encoding: "utf8" },
  );
  const hash = createHash("sha256");
  for (const file of [...new Set(files.split("\0"))]
    .filter((name) => name !== "" && existsSync(name))
    .sort()) {
    hash.update(`${file}\0`).update(createHash("sha256").update(readFileSync(file)).digest());
  }
  return hash.digest("hex").slice(0, 16);
}

/** Undefined where it was never measured. */
function recordOf(name) {
  const file = `${folder}/${name}.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** The latest figures: the full ones, or those of small counts that were made after a change. */
function latest(record) {
  return record.again ?? record;
}

function isStale(name) {
  const record = recordOf(name);
  return record === undefined || latest(record).code !== codeOf(promises[name]);
}

async function measureAll(chosen) {
  mkdirSync(folder, { recursive: true });
  const broken = [];
  const isSmall = flags.quick || (flags.stale && !flags.full);
  for (const name of chosen) {
    const argv = isSmall ? promises[name].quick : promises[name].full;
    console.log(`\n== ${name}: ${argv.join(" ")}`);
    const measured = await measure(name, argv);
    if (measured.found !== 0) broken.push(name);
    write(name, measured, isSmall);
  }
  if (broken.length > 0) {
    console.error(`\nDoes not hold: ${broken.join(", ")}`);
    process.exitCode = 1;
  }
}

async function measure(name, argv) {
  const code = codeOf(promises[name]);
  const { status, last } = await run(argv);
  let result;
  try {
    result = JSON.parse(last);
  } catch {
    fail(`${name}: the command ended with ${status}, and its last line is no result: ${last.slice(0, 200)}`);
  }
  const { count, seed, found, figures } = result;
  if (!Number.isInteger(count) || count <= 0) fail(`${name}: nothing was tried`);
  if ((status === 0) !== (found === 0)) fail(`${name}: exit code ${status}, but ${found} found`);
  return {
    command: reproducing(argv, seed),
    count,
    seed,
    found,
    figures,
    date: new Date().toISOString().slice(0, 10),
    code,
  };
}

/** The command with the seed that was drawn. */
function reproducing(argv, seed) {
  return [...argv, ...(seed === null || argv.includes("--seed") ? [] : ["--seed", String(seed)])].join(" ");
}

/** Shows the output and keeps its last line. */
function run([program, ...args]) {
  const child = spawn(program === "node" ? process.execPath : program, args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let last = "";
  child.stdout.on("data", (chunk) => {
    process.stdout.write(chunk);
    last = `${last}${chunk}`.slice(-100_000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, last: last.trimEnd().split("\n").at(-1) ?? "" }));
  });
}

function write(name, measured, isSmall) {
  const { promise, how } = promises[name];
  const before = recordOf(name);
  if (isSmall && !before) fail(`${name} was never measured with all counts: leave out --quick`);
  const { again: _, ...full } = before ?? {};
  const record = isSmall ? { ...full, promise, how, again: measured } : { promise, how, ...measured };
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(record, undefined, 2)}\n`);
}

function check() {
  const problems = [];
  for (const name of names) {
    const record = recordOf(name);
    if (!record) problems.push(`${name} was never measured: npm run robustness -- --only ${name}`);
    else if (record.found !== 0 || latest(record).found !== 0)
      problems.push(`${name} did not hold when it was measured`);
    else if (isStale(name)) {
      problems.push(
        `${name}: ${promises[name].of.join(", ")} changed since it was measured: npm run robustness -- --quick --only ${name}`,
      );
    } else if (flags.full && record.code !== codeOf(promises[name])) {
      problems.push(
        `${name} was measured with all counts before a change: npm run robustness -- --only ${name}`,
      );
    }
    for (const path of [...promises[name].of, ...promises[name].bugs.map(([, test]) => test)])
      if (!existsSync(path)) problems.push(`${name} speaks of ${path}, which does not exist`);
  }
  const strays = existsSync(folder)
    ? readdirSync(folder)
        .map((f) => f.replace(/\.json$/, ""))
        .filter((n) => !names.includes(n))
    : [];
  for (const name of strays)
    problems.push(`${folder}/${name}.json is of no promise in test/robustness/promises.mjs`);
  if (problems.length === 0 && (!existsSync(page) || readFileSync(page, "utf8") !== pageText()))
    problems.push(`${page} is not what the record says: npm run robustness -- --page`);
  if (problems.length > 0)
    fail(
      `The record of robustness is not of this code:\n  ${problems.join("\n  ")}\nAll that are stale, quickly: npm run robustness -- --stale`,
    );
}

function pageText() {
  const measured = names.flatMap((name) => {
    const record = recordOf(name);
    return record ? [{ name, record, ...promises[name] }] : [];
  });
  return `# Robustness

What Clockwork promises, how it is tested, and what came of it last. \`npm run robustness\` measures all of it with the full counts
and writes this page; \`--only NAME\` measures one promise. A change of the code that a promise speaks of makes its figures old, and
then the gate refuses until it is measured again, at least with small counts (\`npm run robustness -- --stale\`): both figures stand
here then, each with its date.

| promise | tried | did not hold | date |
|---|---:|---:|---|
${measured.map(({ name, record, promise }) => `| [${promise}](#${name}) | ${number(record.count)} | ${record.found} | ${record.date}${record.again ? ` (${number(record.again.count)} more since, ${record.again.found} found)` : ""} |`).join("\n")}

${measured.map(section).join("\n\n")}
`;
}

function section({ name, promise, how, of, bugs, record }) {
  const code = of.map((path) => `\`${path}\``).join(", ");
  const lines = [`## ${name}`, promise, `How: ${how}`, `Of: ${code}.`, figuresOf("With all counts", record)];
  if (record.again) lines.push(figuresOf("The code has changed since. As it is now", record.again));
  if (bugs.length > 0)
    lines.push(
      `Found and mended:\n\n${bugs.map(([what, test]) => `- ${what} Now caught by \`${test}\`.`).join("\n")}`,
    );
  return lines.join("\n\n");
}

function figuresOf(title, { date, command, count, found, figures }) {
  const more = Object.entries(figures).map(
    ([name, value]) => `${name} ${typeof value === "number" ? number(value) : value}`,
  );
  return `${title} (${date}): ${[`${number(count)} tried`, `${found} did not hold`, ...more].join("; ")}.\n\n\`\`\`sh\n${command}\n\`\`\``;
}

function number(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
