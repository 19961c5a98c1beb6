import * as vscode from "vscode";
import { destroyed, wordToType } from "../runs/approval.ts";
import { countsText } from "../runs/counts-text.ts";
import type { ReviewedPlan } from "../runs/reviewed.ts";
import { stackName } from "../stacks.ts";

/** Has somebody type what a plan takes away, before anything starts; a click is too easily made. */
export async function typed({ folder, changes }: ReviewedPlan): Promise<boolean> {
  const word = wordToType(changes, stackName(folder));
  const [first, ...others] = destroyed(changes);
  const what =
    first === undefined
      ? countsText(changes)
      : others.length === 0
        ? first
        : vscode.l10n.t("{0} and {1} more", first, others.length);
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t("Remove from {0}", stackName(folder)),
    prompt: vscode.l10n.t("This takes away {0}. Type {1} to do it.", what, word),
    placeHolder: word,
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text === word) return undefined;
      const message = vscode.l10n.t("Type exactly {0}, or press Escape: then nothing happens.", word);
      return { message, severity: vscode.InputBoxValidationSeverity.Error };
    },
  });
  return answer === word;
}
