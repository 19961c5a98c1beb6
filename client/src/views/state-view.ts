import * as vscode from "vscode";
import { commands, type PlanParams, requests, type StateRecord } from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { stackName } from "../stacks.ts";
import type { Row } from "./row.ts";
import { type SeenThings, type StateTexts, stateRows, stateStackRow } from "./state-rows.ts";
import { RowTree } from "./tree.ts";

/** What each stack of the workspace is believed to have made, as its state says. */
export function registerStateView(ctx: Ctx): vscode.Disposable {
  const texts = stateTexts();
  const tree = new RowTree("clockwork.state", async (view) => {
    const folders = await ctx.stacks.all();
    const states = await Promise.all(
      folders.map(async (folder) => ({
        folder,
        state: await stateOf(ctx, folder),
        drift: await driftOf(ctx, folder),
      })),
    );
    const there = states.flatMap(({ state, ...rest }) =>
      state && isWorthARow(state) ? [{ ...rest, state }] : [],
    );
    const [only] = there;
    view.description = folders.length === 1 && only ? stackName(only.folder) : "";
    if (folders.length === 1 && only) return stateRows(only.folder.toString(), only.state, texts, only.drift);
    return there.map(({ folder, state, drift }) =>
      stateStackRow(folder.toString(), stackName(folder), state, texts, drift),
    );
  });
  const refresh = () => tree.refresh();
  const watcher = vscode.workspace.createFileSystemWatcher("**/.clockwork/state.json");
  return vscode.Disposable.from(
    tree,
    watcher,
    watcher.onDidCreate(refresh),
    watcher.onDidChange(refresh),
    watcher.onDidDelete(refresh),
    ctx.stacks.onDidChange(refresh),
    // Which block makes what is another question whenever the files are; so is what has drifted.
    ctx.plans.onDidChange(refresh),
    vscode.commands.registerCommand(commands.showDrift, async (target: unknown) => {
      await vscode.commands.executeCommand("clockwork.state.focus");
      const address = addressIn(target);
      if (address !== undefined) await tree.reveal((row) => row.address === address);
    }),
    vscode.commands.registerCommand("clockwork.state.copyValue", (row: Row | undefined) => copy(row)),
  );
}

const stateOf = (ctx: Ctx, folder: vscode.Uri): Promise<StateRecord | undefined> =>
  ask<StateRecord>(ctx, requests.state, { folder: folder.toString() } satisfies PlanParams);

async function driftOf({ plans }: Ctx, folder: vscode.Uri): Promise<SeenThings> {
  const { drift = [] } = (await plans.of(folder)) ?? {};
  return new Map(
    drift.map(({ address, detail, seenMs }) => [
      address,
      { detail, seen: new Date(seenMs).toLocaleString(vscode.env.language) },
    ]),
  );
}

function addressIn(target: unknown): unknown {
  return typeof target === "object" && target !== null && "address" in target ? target.address : undefined;
}

const isWorthARow = ({ problems, resources, checks, outputs }: StateRecord): boolean =>
  problems.length + resources.length + checks.length + outputs.length > 0;

async function copy(row: Row | undefined): Promise<void> {
  if (row?.value !== undefined) await vscode.env.clipboard.writeText(row.value);
}

function stateTexts(): StateTexts {
  return {
    tainted: vscode.l10n.t("tainted: its last run failed"),
    unknown: vscode.l10n.t("unknown: its last run was cut off"),
    failed: vscode.l10n.t("failed"),
    orphan: vscode.l10n.t("no longer declared"),
    outputs: vscode.l10n.t("Outputs"),
    inputs: vscode.l10n.t("Inputs"),
    checks: vscode.l10n.t("Checks"),
    needs: vscode.l10n.t("needs {0}"),
    drifted: vscode.l10n.t("drifted: {0}"),
    seen: vscode.l10n.t("seen {0}"),
  };
}
