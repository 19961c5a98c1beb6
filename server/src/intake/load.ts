import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { parse } from "../syntax/document.ts";
import { parseAll, type SourceText } from "../syntax/parallel.ts";
import type { Grammar } from "../syntax/parser.ts";
import { loadModules } from "./load-modules.ts";
import type { Sources } from "./lower.ts";
import type { VariableText } from "./variables.ts";

/** What the command line and the environment give for variables. */
export interface VariableInputs {
  /** Absolute paths of `--var-file`s, in order. */
  readonly files: readonly string[];
  /** `--var NAME=VALUE`, in order. */
  readonly flags: readonly { readonly name: string; readonly text: string }[];
  /** `CLOCKWORK_VAR_NAME` by NAME. */
  readonly environment: ReadonlyMap<string, string>;
}

export const noInputs: VariableInputs = { files: [], flags: [], environment: new Map() };

/** A stack's files, with what is wrong with finding them. */
export interface Loaded {
  readonly value: Sources;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses files of a stack; the names are those of spans. */
export type ParseFiles = (sources: readonly SourceText[]) => Promise<SourceFile[]>;

/**
 * Reads and parses every `.cw` file directly in a folder, and the files that give values to variables. `parseFiles` is
 * another's who keeps what was parsed before.
 */
export async function load(
  files: ReadFiles,
  grammar: Grammar,
  stackDir: string,
  inputs: VariableInputs,
  parseFiles: ParseFiles = (sources) => parseAll(grammar, sources),
): Promise<Loaded> {
  const diagnostics: Diagnostic[] = [];
  const readText = async (path: string): Promise<string> =>
    (await files.readText(path)).replace(/^\uFEFF/, "");
  const read = async (name: string, path: string): Promise<SourceFile[]> =>
    parseFiles([{ file: name, text: await readText(path) }]);
  const namesIn = async (folder: string): Promise<string[]> => {
    const entries = await files.list(folder);
    return entries.filter((e) => e.kind === "file" || e.kind === "symlink").map((e) => e.name);
  };
  const names = await namesIn(stackDir);
  /** `prefix` stands before the names of the files. */
  const readSources = async (prefix: string, from: readonly string[]): Promise<SourceFile[]> => {
    const sources = from
      .filter((name) => name.endsWith(".cw"))
      .map(async (name): Promise<SourceText> => {
        const file = `${prefix}${name}`;
        return { file, text: await readText(`${stackDir}/${file}`) };
      });
    return parseFiles(await Promise.all(sources));
  };
  const stack = await readSources("", names);
  if (stack.length === 0) {
    diagnostics.push(
      diagnostic("no-files", "There is no .cw file in this folder", {
        hint: "Start a stack with: clockwork init",
      }),
    );
  }
  const modules = await loadModules(files, stackDir, stack, async (folder) =>
    readSources(`${folder}/`, await namesIn(`${stackDir}/${folder}`)),
  );
  diagnostics.push(...modules.diagnostics);
  const values: SourceFile[] = [];
  const overrides: SourceFile[] = [];
  const ownValues = names.filter((n) => n === "clockwork.cwvars" || n.endsWith(".auto.cwvars"));
  for (const name of ownValues.sort(byPrecedence)) values.push(...(await read(name, `${stackDir}/${name}`)));
  for (const path of inputs.files) {
    const stat = await files.stat(path);
    if (stat && stat.kind !== "directory") overrides.push(...(await read(path, path)));
    else {
      const problem = stat ? "is a folder" : "does not exist";
      diagnostics.push(diagnostic("invalid-variable", `The --var-file ${path} ${problem}`));
    }
  }
  const value = {
    stack,
    modules: modules.value,
    files: values,
    overrides,
    texts: variableTexts(grammar, inputs),
  };
  return { value, diagnostics };
}

/** clockwork.cwvars first, then the others by name. */
function byPrecedence(a: string, b: string): number {
  if (a === "clockwork.cwvars") return -1;
  if (b === "clockwork.cwvars") return 1;
  return a < b ? -1 : 1;
}

function variableTexts(grammar: Grammar, inputs: VariableInputs): VariableText[] {
  const text = (name: string, value: string, from: string, mustExist: boolean): VariableText => ({
    name,
    text: value,
    from,
    mustExist,
    parsed: () => parse(grammar, from, `value = ${value}\n`),
  });
  return [
    ...[...inputs.environment].map(([name, value]) => text(name, value, `CLOCKWORK_VAR_${name}`, false)),
    ...inputs.flags.map((flag) => text(flag.name, flag.text, `--var ${flag.name}`, true)),
  ];
}
