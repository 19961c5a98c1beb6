import * as vscode from "vscode";
import {
  type PastRun,
  type PastStep,
  type RunStepsParams,
  type RunsParams,
  requests,
} from "../../../server/src/protocol.ts";
import type { MachineCtx } from "../ctx.ts";
import { agentName, agentText } from "./agent-text.ts";
import { agentItem, runItem, stepItem } from "./items.ts";
import { isAsked } from "./run.ts";
import {
  type AgentRow,
  liveRows,
  type PastRuns,
  pastSteps,
  type RunRow,
  runRows,
  type StepRow,
} from "./tree.ts";

type Row = RunRow | AgentRow | StepRow;

/** How many runs of a stack are listed. */
const mostRuns = 30;

/** The view of runs: what runs now, with its progress, and what the journals of all stacks of the workspace tell. */
export function registerRunsView(ctx: MachineCtx): vscode.Disposable {
  const provider = new RunsProvider(ctx);
  const view = vscode.window.createTreeView<Row>("clockwork.runs", { treeDataProvider: provider });
  const journals = vscode.workspace.createFileSystemWatcher("**/.clockwork/runs/*.jsonl");
  const showRunning = () => {
    const value = ctx.runs.running.length;
    view.badge = value === 0 ? undefined : { value, tooltip: vscode.l10n.t("{0} running", value) };
    void vscode.commands.executeCommand("setContext", "clockwork.isRunning", value > 0);
    const agent = ctx.runs.running.at(-1)?.agent;
    ctx.status.detail = agent && isAsked(agent) ? `${agentName(agent)} ${agentText(agent)}` : undefined;
  };
  return vscode.Disposable.from(
    provider,
    view,
    journals,
    journals.onDidCreate(() => provider.refresh()),
    // The last line of a journal says how its run ended.
    journals.onDidChange(() => provider.refresh()),
    journals.onDidDelete(() => provider.refresh()),
    ctx.runs.onDidChange(() => {
      showRunning();
      provider.refresh();
    }),
    vscode.commands.registerCommand("clockwork.runs.openLog", openLog),
    vscode.commands.registerCommand("clockwork.runs.showTerminal", (row: unknown) => showTerminal(ctx, row)),
    vscode.commands.registerCommand("clockwork.runs.cancel", (row: unknown) => cancel(ctx, row)),
  );
}

class RunsProvider implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #ctx: MachineCtx;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #timer: NodeJS.Timeout | undefined;

  constructor(ctx: MachineCtx) {
    this.#ctx = ctx;
  }

  /** A run tells more than anybody can read: the view follows a few times a second. */
  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(undefined);
    }, refreshMs);
  }

  async getChildren(row?: Row): Promise<readonly Row[] & Row[]> {
    if (row && row.type !== "run") return [];
    return [...(row ? await this.#below(row) : runRows(this.#ctx.runs.all, await this.#past()))];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.type) {
      case "run":
        return runItem(row);
      case "agent":
        return agentItem(row);
      case "step":
        return stepItem(row);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }

  async #below(row: RunRow): Promise<readonly Row[]> {
    const live = row.live && (this.#ctx.runs.get(row.live.key) ?? row.live);
    if (live) return liveRows(row, live);
    const params: RunStepsParams = { folder: row.folder, id: row.journal ?? "" };
    return pastSteps(row, await this.#ctx.client.sendRequest<PastStep[]>(requests.runSteps, params));
  }

  async #past(): Promise<readonly PastRuns[]> {
    const files = await vscode.workspace.findFiles("**/.clockwork/runs/*.jsonl", null);
    const folders = new Set(files.map((file) => vscode.Uri.joinPath(file, "..", "..", "..").toString()));
    return Promise.all(
      [...folders].sort().map(async (folder) => {
        const params: RunsParams = { folder, limit: mostRuns };
        return { folder, runs: await this.#ctx.client.sendRequest<PastRun[]>(requests.runs, params) };
      }),
    );
  }
}

/** Between two looks of the view at a run, in milliseconds. */
const refreshMs = 250;

async function openLog(row: unknown): Promise<void> {
  if (!isRow(row) || row.type !== "step" || row.log === undefined) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.parse(row.run.folder, true), row.log);
  try {
    await vscode.window.showTextDocument(uri, { preview: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(vscode.l10n.t("The log cannot be opened: {0}", reason));
  }
}

function showTerminal({ runs }: MachineCtx, row: unknown): void {
  const live = isRow(row) && row.type === "run" ? row.live : runs.running.at(-1);
  if (live) runs.terminalOf(live.key)?.show();
}

/** What Ctrl-C does: running steps are asked to end, the state is written. Once more kills them. */
function cancel({ runs }: MachineCtx, row: unknown): void {
  const live = isRow(row) && row.type === "run" ? row.live : runs.running.at(-1);
  if (live && runs.get(live.key)?.outcome === undefined) runs.terminalOf(live.key)?.sendText("\x03", false);
}

const isRow = (row: unknown): row is Row =>
  typeof row === "object" && row !== null && "type" in row && (row.type === "run" || row.type === "step");
