import * as vscode from "vscode";
import type { ChangeRecord } from "../../../server/src/protocol.ts";
import { counts } from "./approval.ts";

/** `2 to create, 1 to update, 1 to check`. */
export function countsText(changes: readonly ChangeRecord[]): string {
  const parts = [...counts(changes)].map(([action, n]) => countText(action, n));
  return parts.length === 0 ? vscode.l10n.t("no changes") : parts.join(", ");
}

function countText(action: string, n: number): string {
  switch (action) {
    case "create":
      return vscode.l10n.t("{0} to create", n);
    case "update":
      return vscode.l10n.t("{0} to update", n);
    case "replace":
      return vscode.l10n.t("{0} to replace", n);
    case "delete":
      return vscode.l10n.t("{0} to delete", n);
    case "move":
      return vscode.l10n.t("{0} to move", n);
    case "forget":
      return vscode.l10n.t("{0} to forget", n);
    default:
      return vscode.l10n.t("{0} to check", n);
  }
}
