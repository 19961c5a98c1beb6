import * as vscode from "vscode";
import type { GraphTexts } from "./texts.ts";

/** The webview has no translations of its own. */
export function graphTexts(): GraphTexts {
  return {
    help: vscode.l10n.t(
      "Dependency graph. Arrow keys move along the edges, Enter opens the source, Space opens and closes groups, / filters.",
    ),
    empty: vscode.l10n.t("There are no resources here yet."),
    filter: vscode.l10n.t("Filter: address, kind or action"),
    filterShort: vscode.l10n.t("Filter"),
    found: vscode.l10n.t("{0} of {1}"),
    zoomIn: vscode.l10n.t("Zoom In"),
    zoomOut: vscode.l10n.t("Zoom Out"),
    fit: vscode.l10n.t("Show All"),
    fitShort: vscode.l10n.t("Fit"),
    exportSvg: vscode.l10n.t("Export as SVG"),
    exportShort: vscode.l10n.t("Export"),
    collapse: vscode.l10n.t("Collapse {0}"),
    needs: vscode.l10n.t("needs {0}"),
    neededBy: vscode.l10n.t("needed by {0}"),
    edge: vscode.l10n.t("{0} needs {1}"),
    waitsForAll: vscode.l10n.t("waits for everything, because it refers to nothing"),
    inside: vscode.l10n.t("{0} inside"),
    actions: {
      create: vscode.l10n.t("create"),
      update: vscode.l10n.t("update"),
      replace: vscode.l10n.t("replace"),
      delete: vscode.l10n.t("delete"),
      move: vscode.l10n.t("move"),
      forget: vscode.l10n.t("forget"),
      check: vscode.l10n.t("run"),
      none: vscode.l10n.t("no change"),
    },
  };
}
