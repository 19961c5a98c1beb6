/** The command line as data: what there is, with which flags, and what runs it. Help and completion come from it. */
import { Command, InvalidArgumentError, Option } from "commander";
import { applyCommand, type RunFlags, verifyCommand } from "./commands/apply.ts";
import { buildCommand } from "./commands/build.ts";
import { checkCommand } from "./commands/check.ts";
import { evalCommand } from "./commands/evaluate.ts";
import { fmtCommand } from "./commands/fmt.ts";
import { initCommand } from "./commands/init.ts";
import { planCommand } from "./commands/plan.ts";
import {
  graphCommand,
  refreshCommand,
  showCommand,
  stateListCommand,
  stateShowCommand,
} from "./commands/show.ts";
import { validate } from "./commands/validate.ts";
import { type CommandInfo, completionScript, shells } from "./completion.ts";
import { type CliContext, type ExitCode, exitCodes } from "./context.ts";
import type { CommonFlags } from "./options.ts";
import { graphFormats } from "./views/graph.ts";
import { printDocument } from "./views/json.ts";

const collect = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

const flag = {
  json: () => new Option("--json", "print JSON on stdout and nothing else"),
  chdir: () => new Option("--chdir <DIR>", "act as if started in this folder"),
  facts: () => new Option("--facts <FILE>", "use these facts about the machine instead of looking"),
  var: () => new Option("--var <NAME=VALUE>", "value of a variable; may be repeated").argParser(collect),
  varFile: () =>
    new Option("--var-file <FILE>", "file with values of variables; may be repeated").argParser(collect),
  force: () =>
    new Option("--force", "rebuild and rerun even if nothing changed; skips no question and no check"),
  timeout: () =>
    new Option("--timeout-per-step <TIME>", "longest a step may run, such as 30s or 5m (default 5m)"),
  target: () =>
    new Option("--target <ADDR>", "only this resource and what it depends on; may be repeated").argParser(
      collect,
    ),
  refresh: () => new Option("--refresh", "look at what is really there before planning"),
  yes: () => new Option("-y, --yes", "do not ask"),
  parallelism: () => new Option("--parallelism <N>", "independent steps that run at once (default 1)"),
  events: () => new Option("--events <FILE>", "write the run's events as NDJSON to this file"),
  adopt: () =>
    new Option(
      "--adopt <ADDR>",
      "take over what exists already for this resource; may be repeated",
    ).argParser(collect),
};

type FlagName = keyof typeof flag;
const stackFlags: readonly FlagName[] = ["var", "varFile", "json", "chdir"];
const planFlags: readonly FlagName[] = ["target", "refresh", "force", "facts", ...stackFlags];
const runFlags: readonly FlagName[] = ["yes", "parallelism", "timeout", "events", "adopt", ...planFlags];

/** Builds the program; a command's exit code is handed to `done`. */
export function program(context: CliContext, done: (code: ExitCode) => void): Command {
  const root = new Command("clockwork")
    .description(
      "Infrastructure from .cw files: a plan you can read, scripts you can edit, a core that checks and runs them.",
    )
    .version(context.version, "-V, --version", "print the version")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: () => undefined });
  const command = (name: string, description: string, flags: readonly FlagName[], parent = root): Command => {
    const made = parent.command(name).description(description).copyInheritedSettings(parent);
    for (const f of flags) made.addOption(flag[f]());
    return made;
  };
  /** Runs a command's function and passes its exit code on. */
  const on =
    <A extends unknown[]>(run: (...args: A) => Promise<ExitCode>) =>
    async (...args: A): Promise<void> =>
      done(await run(...args));

  command("init [DIR]", "write a commented starter stack", ["chdir"])
    .option("--example <NAME>", "copy one of the examples instead")
    .action(on((dir: string | undefined, flags: CommonFlags) => initCommand(context, dir, flags)));
  command("validate [DIR]", "say what is wrong with a stack", stackFlags).action(
    on((dir: string | undefined, flags: CommonFlags) => validate(context, dir, flags)),
  );
  command("fmt [TARGET]", "rewrite files in the canonical layout; - formats stdin", ["chdir"])
    .option("--check", "write nothing; exit 1 if a file would change")
    .option("--diff", "show what changes")
    .option("--recursive", "folders inside folders too")
    .action(on((target: string | undefined, flags: CommonFlags) => fmtCommand(context, target, flags)));
  command("eval <EXPR>", "evaluate an expression; - reads one per line from stdin", stackFlags)
    .option("--stack <DIR>", "evaluate it inside this stack")
    .action(on((expression: string, flags: CommonFlags) => evalCommand(context, expression, flags)));
  command("plan [DIR]", "show what would change, and the steps; changes nothing", planFlags)
    .option("--out <FILE>", "save the plan, to apply exactly it")
    .option("--destroy", "plan the removal of everything")
    .option("--detailed-exitcode", "exit 2 if there are changes")
    .action(on((dir: string | undefined, flags: CommonFlags) => planCommand(context, dir, flags)));
  command("build [DIR]", "write the scripts of the plan's steps; runs nothing", planFlags).action(
    on((dir: string | undefined, flags: CommonFlags) => buildCommand(context, dir, flags)),
  );
  command("check [BUNDLE]", "check a bundle, or what stands in .clockwork/build", [...stackFlags, "facts"])
    .option("--actions <FILE>", "the ActionList that the bundle is for")
    .action(on((bundle: string | undefined, flags: CommonFlags) => checkCommand(context, bundle, flags)));
  command("apply [DIR-OR-PLAN]", "plan, build, ask, run", runFlags).action(
    on((operand: string | undefined, flags: RunFlags) => applyCommand(context, operand, flags)),
  );
  command("verify [DIR]", "run the checks", [
    "parallelism",
    "timeout",
    "events",
    "facts",
    ...stackFlags,
  ]).action(on((dir: string | undefined, flags: RunFlags) => verifyCommand(context, dir, flags)));
  command("destroy [DIR]", "remove everything that was made", runFlags).action(
    on((dir: string | undefined, flags: RunFlags) => applyCommand(context, dir, { ...flags, destroy: true })),
  );
  command("refresh [DIR]", "look at what is really there and report drift", [
    "json",
    "chdir",
    "facts",
  ]).action(on((dir: string | undefined, flags: CommonFlags) => refreshCommand(context, dir, flags)));
  command("show [WHAT]", "print the state, the IR, the facts or a saved plan", [
    "facts",
    ...stackFlags,
  ]).action(on((what: string | undefined, flags: CommonFlags) => showCommand(context, what, flags)));
  command("graph [DIR]", "print what depends on what", stackFlags)
    .addOption(new Option("--format <FORMAT>", "the text's format").choices(graphFormats).default("dot"))
    .action(on((dir: string | undefined, flags: CommonFlags) => graphCommand(context, dir, flags)));
  const state = root.command("state").description("look at the state").copyInheritedSettings(root);
  command("list", "print the addresses", ["json", "chdir"], state).action(
    on((flags: CommonFlags) => stateListCommand(context, flags)),
  );
  command("show <ADDR>", "print one resource", ["json", "chdir"], state).action(
    on((address: string, flags: CommonFlags) => stateShowCommand(context, address, flags)),
  );
  command("version", "print the version", ["json"]).action(
    on(async (flags: CommonFlags) => {
      context.out(
        flags.json ? printDocument({ version: context.version }) : `clockwork ${context.version}\n`,
      );
      return exitCodes.done;
    }),
  );
  command("completion <SHELL>", `print a completion script: ${shells.join(", ")}`, []).action(
    on(async (name: string) => {
      const shell = shells.find((s) => s === name);
      if (!shell) throw new InvalidArgumentError(`there are ${shells.join(", ")}`);
      context.out(completionScript(shell, commandInfos(root)));
      return exitCodes.done;
    }),
  );
  return root;
}

function commandInfos(parent: Command, prefix = ""): CommandInfo[] {
  return parent.commands.flatMap((c) => {
    const name = `${prefix}${c.name()}`;
    if (c.commands.length > 0) return commandInfos(c, `${name} `);
    const operands = operandsOf(name);
    return [
      {
        name,
        description: c.description(),
        flags: c.options.map((o) => {
          const takes = /<(.+)>/.exec(o.flags)?.[1];
          return {
            long: o.long ?? o.flags,
            description: o.description,
            ...(takes !== undefined && { takes }),
            ...(o.argChoices && { values: o.argChoices }),
          };
        }),
        ...(operands && { operands }),
      },
    ];
  });
}

function operandsOf(name: string): readonly string[] | undefined {
  if (name === "completion") return shells;
  if (name === "show") return ["state", "ir", "facts"];
  return undefined;
}
