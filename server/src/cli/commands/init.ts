import { dirname, relative, resolve } from "node:path";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { starter } from "../init.ts";
import { baseDir, type CommonFlags, isFolder, UsageError } from "../options.ts";

/** Writes a starter stack, or a copy of one of the examples; what is there already stays as it is. */
export async function initCommand(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags & { readonly example?: string },
): Promise<ExitCode> {
  const { files } = context.host;
  const folder = resolve(baseDir(context, flags), dir ?? ".");
  const existing = await files.stat(folder);
  if (existing && !(await isFolder(files, folder))) throw new UsageError(`${dir} is no folder`);
  const stack = existing ? (await files.list(folder)).find((e) => e.name.endsWith(".cw")) : undefined;
  if (stack)
    throw new UsageError(
      `There is a stack already: ${stack.name}`,
      "Name another folder: clockwork init DIR",
    );
  const content = flags.example === undefined ? starter() : await example(context, flags.example);
  for (const [path, text] of Object.entries(content)) {
    const target = `${folder}/${path}`;
    if (await files.stat(target)) context.out(`= ${path} (was there, kept)\n`);
    else {
      await files.makeDirectory(dirname(target));
      await files.writeAtomic(target, text, 0o644);
      context.out(`+ ${path}\n`);
    }
  }
  const where = relative(context.cwd, folder);
  context.out(`\nNow: clockwork apply${where === "" ? "" : ` ${shellWord(where)}`}\n`);
  return exitCodes.done;
}

/** As a shell reads it back. */
function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

async function example(context: CliContext, name: string): Promise<Record<string, string>> {
  const { files } = context.host;
  const examples = resolve(context.distDir, "../examples");
  const names = (await files.list(examples)).filter((e) => e.kind === "directory").map((e) => e.name);
  if (!names.includes(name))
    throw new UsageError(`There is no example "${name}"`, `There are: ${names.join(", ")}.`);
  const content: Record<string, string> = {};
  for (const entry of await files.list(`${examples}/${name}`)) {
    if (entry.kind === "file")
      content[entry.name] = await files.readText(`${examples}/${name}/${entry.name}`);
  }
  return content;
}
