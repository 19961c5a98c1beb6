import * as vscode from "vscode";
import { commands, type ProposalItem } from "../../../server/src/protocol.ts";
import type { Ctx, MachineCtx } from "../ctx.ts";
import { registerDaemonReviews } from "../daemon/reviews.ts";
import { stackFolder } from "../stack.ts";
import { briefly, runCommandLine } from "./command-line.ts";
import { HunkLenses } from "./hunk-lenses.ts";
import { chosenArtifact, isEdited, isThere, showGenerated } from "./open.ts";
import { ProposalFiles } from "./proposal-files.ts";
import type { Review } from "./review.ts";
import { ofBuild } from "./reviewable.ts";
import { Reviews } from "./reviews.ts";

/** What a person decides, which the command line writes. */
export function registerReviews(ctx: MachineCtx): vscode.Disposable {
  const { artifacts: store } = ctx;
  const files = new ProposalFiles(store);
  const reviews = new Reviews(ctx, files);
  const proposal = (act: (item: ProposalItem) => Promise<void>) => async (target: unknown) => {
    const item = await chosenProposal(ctx, target);
    if (item) await act(item);
  };
  /** Of the comparison that a lens, or the active editor, is in. */
  const review =
    (act: (shown: Review, left?: number) => Promise<void>) => (target: unknown, left: unknown) => {
      const named = typeof target === "string" ? vscode.Uri.parse(target, true) : target;
      const uri = named instanceof vscode.Uri ? named : vscode.window.activeTextEditor?.document.uri;
      const shown = uri && reviews.of(uri);
      return shown && act(shown, typeof left === "number" ? left : undefined);
    };
  const handlers: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    [commands.reviewProposal]: proposal((item) => reviews.show(ofBuild(item))),
    [commands.regenerate]: (target) => regenerate(ctx, target),
    "clockwork.reviewArtifacts": () => reviewArtifacts(ctx, reviews),
    "clockwork.proposals.approve": proposal((item) => reviews.approveWhole(ofBuild(item))),
    "clockwork.proposals.reject": proposal((item) => reviews.reject(ofBuild(item))),
    "clockwork.review.acceptHunk": review((shown, left) => reviews.decide(shown, left, "accept")),
    "clockwork.review.rejectHunk": review((shown, left) => reviews.decide(shown, left, "reject")),
    "clockwork.review.undoHunk": review((shown, left) => reviews.decide(shown, left, "undo")),
    "clockwork.review.acceptAll": review((shown) => reviews.approve(shown)),
    "clockwork.review.rejectAll": review((shown) => reviews.reject(shown.item)),
  };
  return vscode.Disposable.from(
    files,
    reviews,
    new HunkLenses(reviews),
    registerDaemonReviews(ctx, reviews),
    ...Object.entries(handlers).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
}

/** What a lens or a row names, else the only one that waits, else the one that is picked. */
async function chosenProposal(ctx: Ctx, target: unknown): Promise<ProposalItem | undefined> {
  const folder = await stackFolder(ctx.stacks, target);
  if (!folder) return undefined;
  const open = await ctx.artifacts.open(folder);
  const id = idOf(target);
  if (id !== undefined) return open.find((item) => item.id === id);
  if (open.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t("There are no proposals."));
  if (open.length <= 1) return open[0];
  const choices = open.map((item) => ({ label: item.path, description: item.step, item }));
  return (await vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t("Which proposal?") }))
    ?.item;
}

function idOf(target: unknown): unknown {
  if (typeof target !== "object" || target === null) return undefined;
  if ("proposal" in target) return (target.proposal as ProposalItem).id;
  return "id" in target ? target.id : undefined;
}

/** Everything that is not as the compiler wrote it, one after the other: a proposal where one waits, else the difference. */
async function reviewArtifacts(ctx: Ctx, reviews: Reviews): Promise<void> {
  const folder = await stackFolder(ctx.stacks, undefined);
  if (!folder) return;
  const chosen = await chosenArtifact(ctx, { folder, steps: [] }, (state) => state !== "generated");
  if (!chosen) return;
  const proposals = await ctx.artifacts.open(folder);
  const waiting = proposals.find(({ path }) => path === chosen.artifact.path);
  if (waiting) await reviews.show(ofBuild(waiting));
  else if (isThere(chosen.artifact.state)) await showGenerated(chosen);
}

/** A person's version becomes a proposal, so nothing is lost and nobody has to be asked. */
async function regenerate(ctx: MachineCtx, target: unknown): Promise<void> {
  const chosen = await chosenArtifact(ctx, target, isEdited);
  if (!chosen) return;
  const { folder, artifact } = chosen;
  const args = ["build", folder.fsPath, "--regenerate", artifact.step, ...briefly];
  const { isDone, problem } = await ctx.status.during("build", runCommandLine(ctx, args));
  ctx.artifacts.refresh(folder);
  if (!isDone) {
    void vscode.window.showErrorMessage(problem?.message ?? "");
    return;
  }
  const look = vscode.l10n.t("Review");
  const message = vscode.l10n.t(
    "{0} is as the compiler writes it. Your version is a proposal.",
    artifact.step,
  );
  if ((await vscode.window.showInformationMessage(message, look)) === look) {
    await vscode.commands.executeCommand(commands.reviewProposal, { folder: folder.toString() });
  }
}
