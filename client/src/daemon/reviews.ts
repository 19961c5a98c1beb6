import * as vscode from "vscode";
import type { DaemonProposalItem } from "../../../server/src/protocol.ts";
import { proposalUri } from "../artifacts/addresses.ts";
import { briefly, runCommandLine } from "../artifacts/command-line.ts";
import { ofDaemon } from "../artifacts/reviewable.ts";
import type { Reviews } from "../artifacts/reviews.ts";
import { mayRun } from "../commands/ready.ts";
import type { MachineCtx } from "../ctx.ts";
import { stackFolder } from "../stack.ts";
import { carryOut } from "./carry-out.ts";
import { aboutOf, daemonDocuments, daemonScheme, documentUri } from "./documents.ts";

interface Chosen {
  readonly folder: vscode.Uri;
  readonly item: DaemonProposalItem;
}

/** What the daemon proposes, looked at and decided: its texts as those of builds are, the rest as documents that only show. */
export function registerDaemonReviews(ctx: MachineCtx, reviews: Reviews): vscode.Disposable {
  const about = (act: (chosen: Chosen) => Promise<void>) => async (target: unknown) => {
    const chosen = await chosenProposal(ctx, target);
    if (chosen) await act(chosen);
  };
  const handlers: Readonly<Record<string, (target: unknown) => Promise<void>>> = {
    "clockwork.daemon.reviewProposal": about((chosen) => show(reviews, chosen)),
    "clockwork.daemon.approveProposal": about((chosen) => approve(ctx, reviews, chosen)),
    "clockwork.daemon.rejectProposal": about((chosen) => reject(ctx, reviews, chosen)),
  };
  return vscode.Disposable.from(
    daemonDocuments(ctx),
    vscode.languages.registerCodeLensProvider({ scheme: daemonScheme }, { provideCodeLenses: lenses }),
    ...Object.entries(handlers).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
}

async function show(reviews: Reviews, { folder, item }: Chosen): Promise<void> {
  const text = ofDaemon(item);
  if (text) return reviews.show(text);
  if (item.runbook !== null)
    return void vscode.commands.executeCommand("markdown.showPreview", documentUri(folder, item, "runbook"));
  if (item.text === null)
    return void vscode.window.showTextDocument(documentUri(folder, item, "page"), { preview: false });
  const [now, proposed] = [documentUri(folder, item, "now"), documentUri(folder, item, "proposed")];
  const title = vscode.l10n.t("{0}: now ↔ proposed", item.address);
  await vscode.commands.executeCommand("vscode.diff", now, proposed, title, { preview: false });
}

/** What is being reviewed is carried out as it stands there; anything else once a person has read what it changes. */
async function approve(ctx: MachineCtx, reviews: Reviews, { folder, item }: Chosen): Promise<void> {
  const text = ofDaemon(item);
  const review = text && reviews.of(proposalUri(text));
  if (review) return reviews.approve(review);
  if (!(await agreed(item))) return;
  if (await carryOut(ctx, folder, item.id)) await closeDocuments(item.id);
  ctx.artifacts.refresh(folder);
}

async function reject(ctx: MachineCtx, reviews: Reviews, { folder, item }: Chosen): Promise<void> {
  const text = ofDaemon(item);
  if (text) return reviews.reject(text);
  if (!mayRun("proposals reject")) return;
  const args = ["proposals", "reject", item.id, "--chdir", folder.fsPath, ...briefly];
  const { isDone, problem } = await runCommandLine(ctx, args);
  if (isDone) await closeDocuments(item.id);
  else void vscode.window.showErrorMessage(problem?.message ?? "");
  ctx.artifacts.refresh(folder);
}

async function agreed({ address, summary, effects }: DaemonProposalItem): Promise<boolean> {
  const yes = vscode.l10n.t("Carry Out");
  const question = vscode.l10n.t("{0}: {1}?", address, summary);
  const options = { modal: true, detail: effects.map((effect) => `- ${effect}`).join("\n") };
  return (await vscode.window.showInformationMessage(question, options, yes)) === yes;
}

/** It is decided: what showed it has nothing more to show. */
async function closeDocuments(id: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => {
      const shown = input instanceof vscode.TabInputTextDiff ? input.modified : input;
      const uri = shown instanceof vscode.TabInputText ? shown.uri : shown;
      return uri instanceof vscode.Uri && uri.scheme === daemonScheme && aboutOf(uri)?.id === id;
    });
  await vscode.window.tabGroups.close(tabs);
}

/** What a lens, a row or the active editor names, else the only one that waits, else the one that is picked. */
async function chosenProposal(ctx: MachineCtx, target: unknown): Promise<Chosen | undefined> {
  const named = namedBy(target) ?? namedBy(vscode.window.activeTextEditor?.document.uri);
  const folder = named?.folder ?? (await stackFolder(ctx.stacks, target));
  if (!folder) return undefined;
  const all = await ctx.artifacts.daemonProposals(folder);
  if (named) {
    const item = all.find(({ id }) => id === named.id);
    return item && { folder, item };
  }
  const waiting = all.filter(({ stale }) => stale === null);
  if (waiting.length === 0)
    void vscode.window.showInformationMessage(vscode.l10n.t("There are no proposals."));
  const choices = waiting.map((item) => ({ label: item.address, description: item.summary, item }));
  const chosen =
    choices.length > 1
      ? await vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t("Which proposal?") })
      : choices[0];
  return chosen && { folder, item: chosen.item };
}

function namedBy(target: unknown): { readonly folder: vscode.Uri; readonly id: string } | undefined {
  if (target instanceof vscode.Uri) return target.scheme === daemonScheme ? aboutOf(target) : undefined;
  if (typeof target !== "object" || target === null || !("folder" in target)) return undefined;
  const { folder } = target;
  const at = typeof folder === "string" ? vscode.Uri.parse(folder, true) : folder;
  const id = "daemon" in target ? (target.daemon as DaemonProposalItem).id : "id" in target ? target.id : "";
  return at instanceof vscode.Uri && typeof id === "string" && id !== "" ? { folder: at, id } : undefined;
}

function lenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
  const about = aboutOf(uri);
  if (!about || about.side === "now" || about.side === "runbook") return [];
  const target = { folder: about.folder.toString(), id: about.id };
  const lens = (title: string, command: string) =>
    new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [target] });
  return [
    lens(vscode.l10n.t("$(check) Carry out"), "clockwork.daemon.approveProposal"),
    lens(vscode.l10n.t("$(discard) Reject"), "clockwork.daemon.rejectProposal"),
  ];
}
