import * as vscode from "vscode";
import type { RunCommand } from "../../../server/src/protocol.ts";
import { cliProgram } from "../cli.ts";
import type { MachineCtx } from "../ctx.ts";
import { stackName } from "../stacks.ts";

/** As `tasks.json` has it, described in the manifest. */
interface ClockworkTask extends vscode.TaskDefinition {
  readonly type: "clockwork";
  readonly command: TaskCommand;
  /** Relative to the workspace folder, `.` when absent. */
  readonly folder?: string;
  readonly args?: readonly string[];
}

type TaskCommand = RunCommand | "validate";

/** Those that are offered for each stack; others are for who writes them down. */
const offered: readonly TaskCommand[] = ["validate", "plan", "build", "apply", "verify"];

const groups: Readonly<Partial<Record<TaskCommand, vscode.TaskGroup>>> = {
  build: vscode.TaskGroup.Build,
  verify: vscode.TaskGroup.Test,
};

/** Tasks of the type `clockwork`: commands on a stack, started from the workspace folder, relative to which problems are named. */
export function registerTasks(ctx: MachineCtx): vscode.Disposable {
  return vscode.tasks.registerTaskProvider("clockwork", {
    provideTasks: async () => {
      const [stacks, env] = await Promise.all([ctx.stacks.all(), ctx.terminals.environment()]);
      return stacks.flatMap((stack) => {
        const root = vscode.workspace.getWorkspaceFolder(stack);
        if (!root) return [];
        const folder = stack.path.slice(root.uri.path.length + 1) || ".";
        return offered.map((command) => {
          const definition: ClockworkTask = { type: "clockwork", command, folder };
          return taskOf(ctx, definition, root, `${command} ${stackName(stack)}`, env);
        });
      });
    },
    resolveTask: async ({ definition, scope, name }) =>
      isOurs(definition) && typeof scope === "object"
        ? taskOf(ctx, definition, scope, name, await ctx.terminals.environment())
        : undefined,
  });
}

function taskOf(
  { extensionUri }: MachineCtx,
  definition: ClockworkTask,
  root: vscode.WorkspaceFolder,
  name: string,
  env: Readonly<Record<string, string>>,
): vscode.Task {
  const { command, folder = ".", args = [] } = definition;
  const [program, cli] = cliProgram(extensionUri);
  const execution = new vscode.ProcessExecution(program, [cli, command, folder, ...args], {
    cwd: root.uri.fsPath,
    env: { ...env },
  });
  const task = new vscode.Task(definition, root, name, "clockwork", execution, "$clockwork");
  const group = groups[command];
  if (group) task.group = group;
  return task;
}

/** VS Code has held it against the manifest's schema, which a person may disregard. */
const isOurs = (definition: vscode.TaskDefinition): definition is ClockworkTask =>
  definition.type === "clockwork" && typeof definition["command"] === "string";
