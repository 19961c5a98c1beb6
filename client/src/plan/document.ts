import * as vscode from "vscode";
import { type BaseLanguageClient, State, TextDocumentContentRequest } from "vscode-languageclient";
import {
  type BlockAt,
  type BlockAtParams,
  commands,
  planScheme,
  requests,
} from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { stackFolder } from "../stack.ts";
import { folderName } from "../stacks.ts";

const openSource = "clockwork.openSource";

/** `Clockwork: Open Plan`: the plan as it is now, beside the source, which keeps the keyboard. */
export function registerPlanDocument(ctx: Ctx): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(commands.openPlan, async (target: unknown) => {
      const folder = await stackFolder(ctx.stacks, target);
      if (!folder) return;
      const addresses = addressIn(target) ?? (await addressesAtCursor(ctx));
      revealChange(await show(planUri(folder)), addresses);
    }),
    vscode.commands.registerCommand(openSource, async (link: unknown) => {
      if (typeof link === "string") await showSource(vscode.Uri.parse(link, true));
    }),
    ctx.client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) void ctx.client.start().then(() => refresh(ctx.client));
    }),
  );
}

/** A server that starts again does not know which plans are shown. */
function refresh(client: BaseLanguageClient): void {
  const providers = client.getFeature(TextDocumentContentRequest.method)?.getProviders() ?? [];
  const plans = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === planScheme);
  for (const { onDidChangeEmitter } of providers) for (const { uri } of plans) onDidChangeEmitter.fire(uri);
}

/** A link in a plan would open the source in the plan's own place; this way the plan stays, beside the block it leads to. */
export function besidePlan(
  links: readonly vscode.DocumentLink[],
  { uri }: vscode.TextDocument,
): vscode.DocumentLink[] {
  if (uri.scheme !== planScheme) return [...links];
  return links.map(({ range, target }) => {
    const query = encodeURIComponent(JSON.stringify([target?.toString()]));
    const link = new vscode.DocumentLink(range, vscode.Uri.parse(`command:${openSource}?${query}`));
    link.tooltip = vscode.l10n.t("Open Source");
    return link;
  });
}

/** @param link with the place in its fragment, `L12,3` */
async function showSource(link: vscode.Uri): Promise<void> {
  const uri = link.with({ fragment: "" });
  const [, line = "1", column = "1"] = /^L(\d+),(\d+)$/.exec(link.fragment) ?? [];
  const start = new vscode.Position(Number(line) - 1, Number(column) - 1);
  await vscode.window.showTextDocument(uri, {
    viewColumn: columnOf(uri) ?? vscode.ViewColumn.One,
    selection: new vscode.Range(start, start),
  });
}

function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const group = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
  return group?.viewColumn;
}

/** The server reads the query, people the path. */
function planUri(folder: vscode.Uri): vscode.Uri {
  const path = `/${folderName(folder)}.cwplan`;
  return vscode.Uri.from({ scheme: planScheme, path, query: folder.toString() });
}

async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(uri);
  const viewColumn = columnOf(uri) ?? vscode.ViewColumn.Beside;
  return vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true });
}

/** What a lens or a view's item names. */
function addressIn(target: unknown): readonly string[] | undefined {
  if (typeof target !== "object" || target === null || !("address" in target)) return undefined;
  return typeof target.address === "string" ? [target.address] : undefined;
}

/** What the block makes that the cursor is in. */
async function addressesAtCursor(ctx: Ctx): Promise<readonly string[]> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "clockwork") return [];
  const { line, character } = editor.selection.active;
  const params: BlockAtParams = { uri: editor.document.uri.toString(), position: { line, character } };
  return (await ask<BlockAt>(ctx, requests.blockAt, params))?.addresses ?? [];
}

/** A change's first line has the address right behind its sign. */
function revealChange(editor: vscode.TextEditor, addresses: readonly string[]): void {
  const { document } = editor;
  for (let line = 0; line < document.lineCount; line++) {
    const { text, range } = document.lineAt(line);
    if (addresses.some((address) => text.startsWith(`${address}  `, 4))) {
      editor.selection = new vscode.Selection(range.start, range.start);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
  }
}
