/**
 * The oracle. `terraform console` takes one expression per process, stops at the first error and reads no expression of
 * several lines, so many expressions are asked in few processes: each is a local value in a file of its own, whose name
 * errors give, and what is left when the refused ones are taken out is printed as one object.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Answer } from "./answer.ts";

export const stackFolder = "test/conformance/stack";

const environment = {
  ...process.env,
  // Neither settings of whoever runs it nor a look at whether there is a newer version.
  TF_CLI_CONFIG_FILE: "/dev/null",
  CHECKPOINT_DISABLE: "1",
};

/** `1.11.4`, or undefined where there is no terraform. */
export function terraformVersion(): string | undefined {
  try {
    const text = execFileSync("terraform", ["version", "-json"], { encoding: "utf8", env: environment });
    return (JSON.parse(text) as { readonly terraform_version: string }).terraform_version;
  } catch {
    return undefined;
  }
}

interface Said {
  readonly out: string;
  readonly err: string;
}

function terraform(args: readonly string[], folder: string, input = ""): Said {
  const done = spawnSync("terraform", args, {
    cwd: folder,
    env: environment,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (done.error) throw done.error;
  return { out: done.stdout, err: done.stderr };
}

/** What the console prints for one line, with nothing around it; undefined when it refuses. */
export function consoleText(line: string): string | undefined {
  return inFolder((folder) => {
    const { out, err } = terraform(["console", "-no-color"], folder, `${line}\n`);
    return err.includes("Error: ") ? undefined : out.replace(/\n$/, "");
  });
}

/** What `terraform fmt` makes of the files of a folder, without those it refuses. In order of the names. */
export function terraformFmt(of: string): ReadonlyMap<string, string> {
  return inFolder((folder) => {
    cpSync(of, join(folder, "fmt"), { recursive: true });
    const { err } = terraform(["fmt", "-no-color", "-list=false", "fmt"], folder);
    const refused = new Set(
      [...err.matchAll(/^ {2}on (.+) line \d+/gm)].map(([, path = ""]) => basename(path)),
    );
    const names = readdirSync(of).filter((name) => !refused.has(name));
    return new Map(names.map((name) => [name, readFileSync(join(folder, "fmt", name), "utf8")]));
  });
}

export function askTerraform(expressions: readonly string[]): readonly Answer[] {
  return inFolder((folder) => ask(folder, expressions));
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-conformance-"));
  try {
    cpSync(stackFolder, folder, { recursive: true });
    cpSync(join(stackFolder, "main.cw"), join(folder, "main.tf"));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ask(folder: string, expressions: readonly string[]): readonly Answer[] {
  const answers = new Map<number, Answer>();
  for (const [i, expression] of expressions.entries()) {
    writeFileSync(join(folder, `e${i}.tf`), `locals {\n  e${i} = ${expression}\n}\n`);
  }
  const left = () => [...expressions.keys()].filter((i) => !answers.has(i));
  // Syntax errors hide all others; each round brings at least one more to light.
  for (;;) {
    const refused = refusals(terraform(["console", "-no-color"], folder, "1\n").err);
    if (refused.size === 0) break;
    for (const [i, error] of refused) {
      answers.set(i, { error });
      rmSync(join(folder, `e${i}.tf`));
    }
  }
  const object = `{${left()
    .map((i) => `e${i}=local.e${i}`)
    .join(",")}}`;
  const texts = entries(terraform(["console", "-no-color"], folder, `${object}\n`), /^ {2}"e(\d+)" = /gm);
  const types = entries(terraform(["console", "-no-color"], folder, `type(${object})\n`), /^ {4}e(\d+): /gm);
  for (const i of left()) {
    const text = texts.get(i);
    const type = types.get(i);
    if (text === undefined || type === undefined) throw new Error(`no answer for ${expressions[i]}`);
    answers.set(i, { type: type.replace(/,$/, ""), text });
  }
  return expressions.map((_, i) => answers.get(i) ?? { error: "" });
}

/** The first error of each file of an expression, by the expression's number. */
function refusals(err: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [, summary = "", number] of err.matchAll(/^Error: (.+)\n\n {2}on e(\d+)\.tf line /gm)) {
    if (!found.has(Number(number))) found.set(Number(number), summary);
  }
  if (found.size === 0 && err.includes("Error: ")) throw new Error(err);
  return found;
}

/** The attributes of the one object that was printed. */
function entries({ out, err }: Said, start: RegExp): ReadonlyMap<number, string> {
  if (err.includes("Error: ")) throw new Error(err);
  const starts = [...out.matchAll(start)];
  const end = out.lastIndexOf("\n}");
  return new Map(
    starts.map((match, i) => [
      Number(match[1]),
      out.slice(match.index + match[0].length, (starts[i + 1]?.index ?? end + 1) - 1),
    ]),
  );
}
