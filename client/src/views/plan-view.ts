import * as vscode from "vscode";
import type { PlanRecord } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { filled } from "../graph/texts.ts";
import { stackName } from "../stacks.ts";
import { changeCount, type PlanTexts, planRows, stackRow } from "./plan-rows.ts";
import type { Row } from "./row.ts";
import { RowTree } from "./tree.ts";

/** What each stack of the workspace would change, live. */
export function registerPlanView(ctx: Ctx): vscode.Disposable {
  const texts = planTexts();
  const tree = new RowTree("clockwork.plan", async (view) => {
    const folders = await ctx.stacks.all();
    const plans = (await Promise.all(folders.map((folder) => ctx.plans.of(folder)))).filter(
      (p) => p !== undefined,
    );
    describe(view, plans, texts);
    const [only] = plans;
    if (plans.length === 1 && only) return planRows(only, texts);
    return plans.map((plan) => stackRow(plan, stackName(vscode.Uri.parse(plan.folder, true)), texts));
  });
  // A closed view makes no rows, but its badge is seen all the same.
  const refresh = () => {
    tree.refresh();
    void badge(ctx, tree.view);
  };
  void badge(ctx, tree.view);
  return vscode.Disposable.from(
    tree,
    ctx.stacks.onDidChange(refresh),
    ctx.plans.onDidChange(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
  );
}

async function badge({ stacks, plans }: Ctx, view: vscode.TreeView<Row>): Promise<void> {
  const folders = await stacks.all();
  const found = await Promise.all(folders.map((folder) => plans.of(folder)));
  const value = found.reduce((sum, plan) => sum + (plan ? changeCount(plan) : 0), 0);
  view.badge = value === 0 ? undefined : { value, tooltip: vscode.l10n.t("Changes planned: {0}", value) };
}

/** What stands above the rows: of one stack its sum, and why it may be of a moment ago. Several have that beside their names. */
function describe(view: vscode.TreeView<Row>, plans: readonly PlanRecord[], texts: PlanTexts): void {
  const [only, ...others] = plans;
  const one = others.length === 0 ? only : undefined;
  const runs = one && (changeCount(one) > 0 || one.summary.checks > 0);
  const lines = [
    ...(runs ? [one.summary.text] : []),
    ...(one?.stale === undefined ? [] : [filled(texts.stale, one.stale)]),
  ];
  view.description = one ? stackName(vscode.Uri.parse(one.folder, true)) : "";
  view.message = lines.join("\n");
}

function planTexts(): PlanTexts {
  return {
    actions: {
      create: vscode.l10n.t("create"),
      update: vscode.l10n.t("update"),
      replace: vscode.l10n.t("replace"),
      delete: vscode.l10n.t("delete"),
      move: vscode.l10n.t("move"),
      forget: vscode.l10n.t("forget"),
      none: vscode.l10n.t("no change"),
    },
    runs: vscode.l10n.t("run"),
    after: vscode.l10n.t("after {0}"),
    was: vscode.l10n.t("was {0}"),
    stale: vscode.l10n.t("Not the plan of what the files say now. {0}"),
  };
}
