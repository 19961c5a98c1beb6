import * as vscode from "vscode";
import {
  type BlockAt,
  type BlockAtParams,
  type ResourceTarget,
  requests,
} from "../../../server/src/protocol.ts";
import type { MachineCtx } from "../ctx.ts";
import { saveStack } from "../stack.ts";
import { applyResources } from "./apply.ts";
import { mayRun } from "./ready.ts";

/**
 * Applies one resource, with what it depends on; the command line shows the plan of that and asks.
 *
 * @param target a `ResourceTarget` from a lens or a tree; else the block at the cursor
 */
export async function applyResource(ctx: MachineCtx, target: unknown): Promise<void> {
  if (!mayRun("apply")) return;
  const found = isTarget(target) ? target : await atCursor(ctx);
  if (!found) return;
  if (found.addresses.length === 0) {
    const message = vscode.l10n.t("There is no resource at the cursor that could be applied.");
    return void vscode.window.showInformationMessage(message);
  }
  const folder = vscode.Uri.parse(found.folder, true);
  if (await saveStack(folder)) await applyResources(ctx, folder, found.addresses);
}

async function atCursor({ client }: MachineCtx): Promise<ResourceTarget | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "clockwork") return undefined;
  const { line, character } = editor.selection.active;
  const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
  const params: BlockAtParams = { uri, position: { line, character } };
  const found = await client.sendRequest<BlockAt | null>(requests.blockAt, params);
  return found ?? { folder: "", addresses: [] };
}

function isTarget(target: unknown): target is ResourceTarget {
  return (
    typeof target === "object" &&
    target !== null &&
    "folder" in target &&
    typeof target.folder === "string" &&
    "addresses" in target &&
    Array.isArray(target.addresses)
  );
}
