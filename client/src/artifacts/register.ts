import * as vscode from "vscode";
import { type BlockPlace, commands } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { reveal } from "../reveal.ts";
import { ArtifactBadges } from "./badges.ts";
import { baseDocuments } from "./base-documents.ts";
import { type Chosen, chosenArtifact, isThere, openArtifact, showGenerated } from "./open.ts";
import { registerArtifactViews } from "./views.ts";

/** Artifacts as documents, wherever the extension runs. */
export function registerArtifacts(ctx: Ctx): vscode.Disposable {
  const about = (act: (chosen: Chosen) => Promise<void>) => async (target: unknown) => {
    const chosen = await chosenArtifact(ctx, target, isThere);
    if (chosen) await act(chosen);
  };
  return vscode.Disposable.from(
    baseDocuments(ctx),
    new ArtifactBadges(ctx),
    registerArtifactViews(ctx),
    vscode.commands.registerCommand(commands.openBlock, (place: BlockPlace) => reveal(place)),
    vscode.commands.registerCommand(commands.openArtifact, about(openArtifact)),
    vscode.commands.registerCommand(commands.showGenerated, about(showGenerated)),
  );
}
