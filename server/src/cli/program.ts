/** The command line as data: what there is, with which flags, and what runs it. Help and completion come from it. */
import { Argument, Command, type CommandOptions, Option } from "commander";
import { codes } from "../diagnostics/codes.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { type AdoptFlags, adoptCommand } from "./commands/adopt.ts";
import { applyCommand, type RunFlags, verifyCommand } from "./commands/apply.ts";
import { type BuildFlags, buildCommand } from "./commands/build.ts";
import { checkCommand } from "./commands/check.ts";
import { consoleCommand } from "./commands/console.ts";
import { daemonAcknowledgeCommand, daemonCommand, daemonStatusCommand } from "./commands/daemon.ts";
import {
  daemonInstallCommand,
  daemonUninstallCommand,
  type InstallFlags,
} from "./commands/daemon-install.ts";
import { daemonStartCommand, daemonStopCommand } from "./commands/daemon-process.ts";
import { daemonDisableCommand, daemonEnableCommand } from "./commands/daemon-switch.ts";
import { evalCommand } from "./commands/evaluate.ts";
import { type ExplainFlags, explainCommand } from "./commands/explain.ts";
import { fmtCommand } from "./commands/fmt.ts";
import { initCommand } from "./commands/init.ts";
import { type McpFlags, mcpCommand } from "./commands/mcp.ts";
import { planCommand } from "./commands/plan.ts";
import {
  type ApproveFlags,
  proposalsApproveCommand,
  proposalsListCommand,
  proposalsRejectCommand,
  proposalsShowCommand,
} from "./commands/proposals.ts";
import {
  graphCommand,
  refreshCommand,
  showCommand,
  stateListCommand,
  stateShowCommand,
} from "./commands/show.ts";
import {
  type StateFlags,
  stateMoveCommand,
  statePullCommand,
  statePushCommand,
  stateRemoveCommand,
} from "./commands/state.ts";
import { validate } from "./commands/validate.ts";
import { type CommandInfo, completionScript, type Shell, shells } from "./completion.ts";
import { type CliContext, type ExitCode, exitCodes } from "./context.ts";
import type { DaemonFlags } from "./daemon-stack.ts";
import { unlockCommand } from "./lock.ts";
import { type CommonFlags, UsageError } from "./options.ts";
import { CallError } from "./problem.ts";
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
  runTimeout: () =>
    new Option("--timeout <TIME>", "longest all steps may take together; then they are asked to end"),
  target: () =>
    new Option("--target <ADDR>", "only this resource and what it depends on; may be repeated").argParser(
      collect,
    ),
  check: () => new Option("--target <ADDR>", "only this check; may be repeated").argParser(collect),
  refresh: () => new Option("--refresh", "look at what is really there before planning"),
  yes: () => new Option("-y, --yes", "do not ask"),
  parallelism: () => new Option("--parallelism <N>", "independent steps that run at once (default 1)"),
  lockTimeout: () =>
    new Option("--lock-timeout <TIME>", "wait so long for another run of this stack, such as 5m (default 0)"),
  events: () => new Option("--events <FILE>", "write the run's events as NDJSON to this file"),
  compiler: () =>
    new Option("--compiler <C>", "who writes the scripts: builtin, anthropic, editor or recorded:FOLDER"),
  allowUnsandboxed: () =>
    new Option(
      "--allow-unsandboxed",
      "run what an agent wrote without a sandbox and without asking; read it first",
    ),
  allowRoot: () => new Option("--allow-root", "the same as root, who needs to say so as well"),
  adopt: () =>
    new Option(
      "--adopt <ADDR>",
      "take over what exists already for this resource; may be repeated",
    ).argParser(collect),
};

const dryRun = () => new Option("--dry-run", "only say what would be done");

type FlagName = keyof typeof flag;
const stackFlags: readonly FlagName[] = ["var", "varFile", "json", "chdir"];
const planFlags: readonly FlagName[] = ["target", "refresh", "force", "facts", ...stackFlags];
const runFlags: readonly FlagName[] = [
  "yes",
  "compiler",
  "allowUnsandboxed",
  "allowRoot",
  "parallelism",
  "timeout",
  "runTimeout",
  "events",
  "adopt",
  "lockTimeout",
  ...planFlags,
];

/** Under which the help lists commands, in this order. */
const groups = {
  write: "Write a stack:",
  run: "Make it so:",
  look: "Look:",
  other: "Other:",
} as const;

const rootHelp = `
A command acts on the stack in the current folder, or in the one that is named.

  clockwork init && clockwork apply   a first stack, running
  clockwork plan --out next.plan      look first, then apply exactly next.plan
  clockwork COMMAND --help            flags and examples of a command

Exit codes: 0 done, 1 a problem, 2 changes present (plan --detailed-exitcode),
3 a step failed, 4 the plan is stale or the stack is locked, 130 interrupted.`;

interface CommandSpec {
  readonly group: keyof typeof groups;
  readonly flags: readonly FlagName[];
  /** Calls as people write them; shown under the help. */
  readonly examples?: readonly string[];
}

/** Builds the program; a command's exit code is handed to `done`. */
export function program(context: CliContext, done: (code: ExitCode) => void): Command {
  const root = new Command("clockwork")
    .description(
      "Infrastructure from .cw files: a plan you can read, scripts you can edit, a core that checks and runs them.",
    )
    .usage("COMMAND [flags]")
    .version(context.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addOption(flag.chdir())
    .showSuggestionAfterError()
    .configureHelp({
      subcommandTerm: (c) =>
        [
          c.name(),
          ...c.registeredArguments.map((a) => (a.required ? `<${a.name()}>` : `[${a.name()}]`)),
        ].join(" "),
    })
    .configureOutput({ writeOut: context.out, writeErr: context.err, outputError: () => undefined })
    .addHelpText("after", rootHelp)
    // As in `clockwork --chdir web plan`.
    .hook("preAction", (_, action) => {
      const { chdir } = root.opts<CommonFlags>();
      if (chdir !== undefined && action.opts<CommonFlags>().chdir === undefined)
        action.setOptionValue("chdir", chdir);
    });
  calledAs(root, "clockwork");
  const command = (
    name: string,
    description: string,
    spec: CommandSpec,
    parent = root,
    options: CommandOptions = {},
  ): Command => {
    const made = parent.command(name, options).description(description).copyInheritedSettings(parent);
    if (parent === root) made.helpGroup(groups[spec.group]);
    for (const f of spec.flags) made.addOption(flag[f]());
    const path = `${parent === root ? "clockwork" : `clockwork ${parent.name()}`} ${made.name()}`;
    const lines = (spec.examples ?? []).map((call) => `  clockwork ${call}`);
    if (lines.length > 0) made.addHelpText("after", `\nSuch as:\n${lines.join("\n")}`);
    return calledAs(made, path);
  };
  /** Runs a command's function and passes its exit code on. */
  const on =
    <A extends unknown[]>(run: (...args: A) => Promise<ExitCode>) =>
    async (...args: A): Promise<void> =>
      done(await run(...args));

  command("init [DIR]", "write a commented starter stack", {
    group: "write",
    flags: ["chdir"],
    examples: ["init", "init web --example hello"],
  })
    .option("--example <NAME>", "copy one of the examples instead: hello, web, myapp")
    .action(on((dir: string | undefined, flags: CommonFlags) => initCommand(context, dir, flags)));
  command("validate [DIR]", "say what is wrong with a stack", {
    group: "write",
    flags: stackFlags,
  }).action(on((dir: string | undefined, flags: CommonFlags) => validate(context, dir, flags)));
  command("fmt [TARGETS...]", "rewrite files in the canonical layout", {
    group: "write",
    flags: ["chdir"],
    examples: ["fmt", "fmt --check --diff --recursive", "fmt - < main.cw"],
  })
    .option("--check", "write nothing; exit 1 if a file would change")
    .option("--diff", "show what changes, besides writing it")
    .option("--recursive", "folders inside folders too")
    .action(on((targets: string[], flags: CommonFlags) => fmtCommand(context, targets, flags)));
  command("eval <EXPR>", "evaluate an expression; - reads one per line from stdin", {
    group: "write",
    flags: stackFlags,
    examples: ["eval 'upper(\"a\")'", "eval --stack . var.port"],
  })
    .option("--stack <DIR>", "evaluate it inside this stack")
    .action(on((expression: string, flags: CommonFlags) => evalCommand(context, expression, flags)));
  command("console [DIR]", "evaluate expressions in a stack, one after the other", {
    group: "write",
    flags: ["var", "varFile", "chdir"],
    examples: ["console", "console web", "console < expressions.txt"],
  }).action(on((dir: string | undefined, flags: CommonFlags) => consoleCommand(context, dir, flags)));
  command("plan [DIR]", "show what would change, and the steps; changes nothing", {
    group: "run",
    flags: [...planFlags, "events"],
    examples: ["plan --var port=9090", "plan --out next.plan", "plan --target service.web --refresh"],
  })
    .option("--out <FILE>", "save the plan, to apply exactly it")
    .option("--destroy", "plan the removal of everything")
    .option("--detailed-exitcode", "exit 2 if there are changes")
    .action(on((dir: string | undefined, flags: CommonFlags) => planCommand(context, dir, flags)));
  command("build [DIR]", "write the scripts of the plan's steps; runs nothing", {
    group: "run",
    flags: ["compiler", ...planFlags, "events", "lockTimeout"],
    examples: [
      "build",
      "build --compiler anthropic --target service.web",
      "build --keep-mine",
      "build --regenerate ensure_service.web",
    ],
  })
    .addOption(
      new Option("--keep-mine", "where you and the compiler changed the same lines, yours stand").conflicts(
        "takeTheirs",
      ),
    )
    .option("--take-theirs", "there the compiler's stand; your version becomes a proposal")
    .addOption(
      new Option(
        "--regenerate <STEP>",
        "only this step, as the compiler writes it; may be repeated; your version becomes a proposal",
      ).argParser(collect),
    )
    .action(on((dir: string | undefined, flags: BuildFlags) => buildCommand(context, dir, flags)));
  command("check [BUNDLE]", "check a bundle, or what stands in .clockwork/build", {
    group: "run",
    flags: [...stackFlags, "facts"],
    examples: ["check", "check bundle.json --actions actions.json"],
  })
    .option("--actions <FILE>", "the ActionList that the bundle is for")
    .action(on((bundle: string | undefined, flags: CommonFlags) => checkCommand(context, bundle, flags)));
  command("apply [DIR-OR-PLAN]", "plan, build, ask, run", {
    group: "run",
    flags: runFlags,
    examples: ["apply", "apply next.plan", "apply --yes --json | jq -c .type"],
  }).action(on((operand: string | undefined, flags: RunFlags) => applyCommand(context, operand, flags)));
  command("verify [DIR]", "run the checks", {
    group: "run",
    flags: [
      "check",
      "allowUnsandboxed",
      "allowRoot",
      "parallelism",
      "timeout",
      "runTimeout",
      "events",
      "lockTimeout",
      "facts",
      ...stackFlags,
    ],
    examples: ["verify", "verify --target verify.http.up"],
  }).action(on((dir: string | undefined, flags: RunFlags) => verifyCommand(context, dir, flags)));
  command("destroy [DIR-OR-PLAN]", "remove everything that was made", {
    group: "run",
    flags: runFlags,
  }).action(
    on((operand: string | undefined, flags: RunFlags) =>
      applyCommand(context, operand, { ...flags, destroy: true }),
    ),
  );
  command("show [WHAT]", "print the state, the IR, the facts, where build/ comes from, or a saved plan", {
    group: "look",
    flags: ["facts", ...stackFlags],
    examples: ["show", "show facts", "show next.plan"],
  }).action(on((what: string | undefined, flags: CommonFlags) => showCommand(context, what, flags)));
  const state = calledAs(
    root
      .command("state")
      .description("list, show and correct what is remembered of what was made")
      .usage("COMMAND [flags]")
      .copyInheritedSettings(root)
      .helpGroup(groups.look),
    "clockwork state",
  );
  command("list", "print the addresses", { group: "look", flags: ["json", "chdir"] }, state).action(
    on((flags: CommonFlags) => stateListCommand(context, flags)),
  );
  command("show <ADDR>", "print one resource", { group: "look", flags: ["json", "chdir"] }, state).action(
    on((address: string, flags: CommonFlags) => stateShowCommand(context, address, flags)),
  );
  command(
    "mv <FROM> <TO>",
    "remember something under another address, as a moved block would",
    {
      group: "look",
      flags: ["lockTimeout", "json", "chdir"],
      examples: ["state mv service.web service.shop", "state mv module.a module.b"],
    },
    state,
  )
    .addOption(dryRun())
    .action(on((from: string, to: string, flags: StateFlags) => stateMoveCommand(context, from, to, flags)));
  command(
    "rm <ADDR...>",
    "forget something; what it is stays as it is",
    {
      group: "look",
      flags: ["lockTimeout", "json", "chdir"],
      examples: ["state rm service.web"],
    },
    state,
  )
    .addOption(dryRun())
    .action(on((addresses: string[], flags: StateFlags) => stateRemoveCommand(context, addresses, flags)));
  command("pull", "print the state as it is kept", { group: "look", flags: ["json", "chdir"] }, state).action(
    on((flags: StateFlags) => statePullCommand(context, flags)),
  );
  command(
    "push <FILE>",
    "replace the state by one that was pulled; - reads stdin",
    {
      group: "look",
      flags: ["lockTimeout", "json", "chdir"],
      examples: ["state push backup.json"],
    },
    state,
  )
    .option("--force", "also where it is older, or another stack's")
    .action(on((file: string, flags: StateFlags) => statePushCommand(context, file, flags)));
  command("adopt [DIR]", "use what a folder brought along in its .clockwork/", {
    group: "look",
    flags: ["yes", "chdir"],
    examples: ["adopt", "adopt --yes infra"],
  }).action(on((dir: string | undefined, flags: AdoptFlags) => adoptCommand(context, dir, flags)));
  command("unlock <ID> [DIR]", "remove the lock of a run that is gone, by its id", {
    group: "look",
    flags: ["json", "chdir"],
    examples: ["unlock 0f3c9a1b2d4e5f60"],
  }).action(
    on((id: string, dir: string | undefined, flags: CommonFlags) => unlockCommand(context, id, dir, flags)),
  );
  const proposals = calledAs(
    root
      .command("proposals")
      .description("decide what a build or the daemon could not decide by itself")
      .usage("COMMAND [flags]")
      .copyInheritedSettings(root)
      .helpGroup(groups.run),
    "clockwork proposals",
  );
  const looking = { group: "run", flags: ["json", "chdir"] } as const;
  const deciding = { group: "run", flags: ["lockTimeout", "json", "chdir"] } as const;
  command("list", "print what waits for a decision", looking, proposals).action(
    on((flags: CommonFlags) => proposalsListCommand(context, flags)),
  );
  command("show <ID>", "print what approving would change", looking, proposals).action(
    on((id: string, flags: CommonFlags) => proposalsShowCommand(context, id, flags)),
  );
  command(
    "approve <ID>",
    "write a build's text, your other changes stay; carry out what the daemon proposes",
    {
      group: "run",
      flags: [
        "allowUnsandboxed",
        "allowRoot",
        "timeout",
        "runTimeout",
        "events",
        "lockTimeout",
        "facts",
        ...stackFlags,
      ],
      examples: ["proposals approve 3f2a90c1d4e5b687", "proposals approve ID --text merged.mjs"],
    },
    proposals,
  )
    .option("--text <FILE>", "write this text in its place; - for stdin")
    .option("--seen <SHA256>", "the version of your file that you looked at; refused if it is another now")
    .action(on((id: string, flags: ApproveFlags) => proposalsApproveCommand(context, id, flags)));
  command("reject <ID>", "leave everything as it is", deciding, proposals).action(
    on((id: string, flags: CommonFlags) => proposalsRejectCommand(context, id, flags)),
  );
  const daemon = calledAs(
    root
      .command("daemon")
      .description("watch stacks, and mend by the smallest safe change what is not as it should be")
      .usage("[COMMAND] [flags]")
      .copyInheritedSettings(root)
      .helpGroup(groups.run),
    "clockwork daemon",
  );
  const watching = { group: "run", flags: stackFlags } as const;
  /** With what one is started, wherever it runs. */
  const started = (made: Command): Command =>
    made
      .addOption(new Option("--interval <TIME>", "between two looks, such as 30s or 5m"))
      .addOption(
        new Option("--fixes-per-hour <N>", "mend a thing less often than that by itself; 0 proposes only"),
      )
      .addOption(new Option("--cooldown <TIME>", "leave a thing alone for longer after mending it"))
      .addOption(flag.compiler());
  const run = command(
    "run [DIRS...]",
    "watch in this terminal; what `clockwork daemon` does",
    { ...watching, examples: ["daemon", "daemon run web api --interval 1m", "daemon run --once --dry-run"] },
    daemon,
    { isDefault: true },
  );
  started(run)
    .option("--once", "look once, act on it, and end")
    .option("--dry-run", "only say what would be done")
    .addOption(new Option("--stdin").hideHelp())
    .action(on((dirs: string[], flags: DaemonFlags) => daemonCommand(context, dirs, flags)));
  started(command("start [DIR]", "watch in the background", watching, daemon)).action(
    on((dir: string | undefined, flags: DaemonFlags) => daemonStartCommand(context, dir, flags)),
  );
  started(
    command(
      "install [DIR]",
      "write a service file that starts it at boot; shows it and asks first",
      {
        ...watching,
        flags: ["yes", ...stackFlags],
        examples: ["daemon install --print", "daemon install web"],
      },
      daemon,
    ),
  )
    .option("--print", "only print it")
    .action(on((dir: string | undefined, flags: InstallFlags) => daemonInstallCommand(context, dir, flags)));
  command("uninstall [DIR]", "remove that file", watching, daemon).action(
    on((dir: string | undefined, flags: InstallFlags) => daemonUninstallCommand(context, dir, flags)),
  );
  command("stop [DIR]", "end the one in the background", watching, daemon).action(
    on((dir: string | undefined, flags: DaemonFlags) => daemonStopCommand(context, dir, flags)),
  );
  command("status [DIR]", "say whether one runs, and what it decided", watching, daemon).action(
    on((dir: string | undefined, flags: DaemonFlags) => daemonStatusCommand(context, dir, flags)),
  );
  command("disable [DIR]", "keep every daemon from doing anything to a stack", watching, daemon).action(
    on((dir: string | undefined, flags: CommonFlags) => daemonDisableCommand(context, dir, flags)),
  );
  command("enable [DIR]", "undo that", watching, daemon).action(
    on((dir: string | undefined, flags: CommonFlags) => daemonEnableCommand(context, dir, flags)),
  );
  command(
    "acknowledge <ADDR>",
    "say that you have looked at something whose fixes failed",
    watching,
    daemon,
  ).action(on((address: string, flags: DaemonFlags) => daemonAcknowledgeCommand(context, address, flags)));
  command("refresh [DIR]", "look at what is really there and report drift", {
    group: "look",
    flags: ["json", "chdir", "facts"],
  }).action(on((dir: string | undefined, flags: CommonFlags) => refreshCommand(context, dir, flags)));
  command("graph [DIR]", "print what depends on what", {
    group: "look",
    flags: stackFlags,
    examples: ["graph | dot -Tsvg > graph.svg", "graph --format mermaid"],
  })
    .addOption(new Option("--format <FORMAT>", "the text's format").choices(graphFormats).default("dot"))
    .action(on((dir: string | undefined, flags: CommonFlags) => graphCommand(context, dir, flags)));
  command("explain <WHAT>", "say what a diagnostic's code means, or why and with what a step runs", {
    group: "look",
    flags: [...stackFlags, "facts"],
    examples: ["explain unknown-variable", "explain service.web", "explain ensure_service.web --stack web"],
  })
    .option("--stack <DIR>", "the stack that the step or address is of")
    .action(on((what: string, flags: ExplainFlags) => explainCommand(context, what, flags)));
  command("lsp", "the language server, for editors", { group: "other", flags: [] })
    .option("--stdio", "speak over stdin and stdout; the only way there is")
    .action(on(async () => context.serve()));
  command(
    "mcp [DIR]",
    "tools for language models: problems, plan, proposals, checks (Model Context Protocol)",
    {
      group: "other",
      flags: ["chdir"],
      examples: ["mcp", "mcp infra"],
    },
  )
    .option("--call <TOOL>", "call one tool and end; its input is JSON on stdin")
    .action(on((dir: string | undefined, flags: McpFlags) => mcpCommand(context, dir, flags)));
  command("completion", "print a completion script", {
    group: "other",
    flags: [],
    examples: ["completion bash >> ~/.bashrc"],
  })
    .addArgument(new Argument("<SHELL>", shells.join(", ")).choices(shells))
    .action(
      on(async (shell: Shell) => {
        context.out(completionScript(shell, commandInfos(root)));
        return exitCodes.done;
      }),
    );
  command("help [COMMAND...]", "print the help of a command", { group: "other", flags: [] }).action(
    (words: string[]) => commandAt(root, words).outputHelp(),
  );
  command("version", "print the version", { group: "other", flags: ["json"] }).action(
    on(async (flags: CommonFlags) => {
      context.out(
        flags.json ? printDocument({ version: context.version }) : `clockwork ${context.version}\n`,
      );
      return exitCodes.done;
    }),
  );
  return root;
}

/** The command that `help state list` speaks of. */
function commandAt(root: Command, words: readonly string[]): Command {
  let found = root;
  for (const word of words) {
    const names = found.commands.map((c) => c.name());
    const next = found.commands.find((c) => c.name() === word);
    if (!next) throw new UsageError(`unknown command '${words.join(" ")}'`, didYouMean(word, names));
    found = next;
  }
  return found;
}

/** A wrong call of a command names the help of that command. */
function calledAs(command: Command, path: string): Command {
  return command.exitOverride((error) => {
    throw new CallError(error, path);
  });
}

function commandInfos(parent: Command, prefix = ""): CommandInfo[] {
  return parent.commands.flatMap((c) => {
    const name = `${prefix}${c.name()}`;
    if (c.commands.length > 0) return commandInfos(c, `${name} `);
    const operands = operandsOf(
      name,
      parent.commands.map((other) => other.name()),
    );
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

/** `commands` are the names that can stand behind the program's. */
function operandsOf(name: string, commands: readonly string[]): readonly string[] | undefined {
  if (name === "completion") return shells;
  if (name === "show") return ["state", "ir", "facts", "build"];
  if (name === "explain") return Object.keys(codes);
  if (name === "help") return commands.filter((c) => c !== name);
  return undefined;
}
