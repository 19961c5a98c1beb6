import * as vscode from "vscode";
import type { ArtifactItem, ArtifactState } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { stackFolder } from "../stack.ts";
import { generatedUri } from "./addresses.ts";

export interface Chosen {
  readonly folder: vscode.Uri;
  readonly artifact: ArtifactItem;
}

/**
 * The artifact that a command is about: what a lens, a row or the active editor names, else the one that is picked.
 *
 * @param isFor which states the command is for
 */
export async function chosenArtifact(
  ctx: Ctx,
  target: unknown,
  isFor: (state: ArtifactState) => boolean = () => true,
): Promise<Chosen | undefined> {
  const named = namedBy(target);
  const folder = named.folder ?? (await stackFolder(ctx.stacks, undefined));
  if (!folder) return undefined;
  const all = (await ctx.artifacts.artifacts(folder)).filter(({ state }) => isFor(state));
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  const wanted = named.isOf ?? ((one: ArtifactItem) => vscode.Uri.parse(one.uri, true).toString() === active);
  const fitting = all.filter(wanted);
  const among = fitting.length > 0 ? fitting : all;
  const artifact = fitting.length === 1 ? fitting[0] : await pick(among);
  return artifact && { folder, artifact };
}

interface Named {
  readonly folder?: vscode.Uri;
  readonly isOf?: (artifact: ArtifactItem) => boolean;
}

function namedBy(target: unknown): Named {
  if (typeof target !== "object" || target === null) return {};
  const { folder, artifact, path, step, steps } = target as Readonly<Record<string, unknown>>;
  const at = typeof folder === "string" ? vscode.Uri.parse(folder, true) : folder;
  if (!(at instanceof vscode.Uri)) return {};
  const own = isObject(artifact) ? artifact["path"] : path;
  if (typeof own === "string") return { folder: at, isOf: (one) => one.path === own };
  const of = Array.isArray(steps) ? steps : [step];
  return { folder: at, isOf: (one) => of.includes(one.step) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

async function pick(artifacts: readonly ArtifactItem[]): Promise<ArtifactItem | undefined> {
  if (artifacts.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is no such artifact. Build the stack first."),
    );
    return undefined;
  }
  const choices = artifacts.map((artifact) => ({
    label: artifact.path.slice(artifact.path.lastIndexOf("/") + 1),
    description: artifact.step,
    artifact,
  }));
  const chosen = await vscode.window.showQuickPick(choices, {
    placeHolder: vscode.l10n.t("Which artifact?"),
  });
  return chosen?.artifact;
}

export const isThere = (state: ArtifactState): boolean => state !== "missing" && state !== "proposed";
export const isEdited = (state: ArtifactState): boolean => state === "edited" || state === "conflicted";

export async function openArtifact({ artifact }: Chosen): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.parse(artifact.uri, true));
}

/** What the compiler wrote, and what a person made of it. */
export async function showGenerated({ artifact }: Chosen): Promise<void> {
  const uri = vscode.Uri.parse(artifact.uri, true);
  const name = artifact.path.slice(artifact.path.lastIndexOf("/") + 1);
  const title = vscode.l10n.t("{0}: generated ↔ yours", name);
  await vscode.commands.executeCommand("vscode.diff", generatedUri(uri), uri, title);
}
