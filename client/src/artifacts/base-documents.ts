import type * as vscode from "vscode";
import { type ArtifactBaseParams, requests } from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { showDocuments } from "../shown-documents.ts";
import { baseScheme, subjectOf } from "./addresses.ts";

/** The left sides of comparisons: what the compiler wrote, and what a person's file is while a proposal is reviewed. */
export function baseDocuments(ctx: Ctx): vscode.Disposable {
  return showDocuments(baseScheme, {
    text: async (uri) => {
      const subject = subjectOf(uri);
      if (!subject) return "";
      const { folder, path, what } = subject;
      if (what !== "generated") {
        const proposals = await ctx.artifacts.reviewables(folder);
        return proposals.find(({ id }) => id === what)?.yours ?? "";
      }
      const params: ArtifactBaseParams = { folder: folder.toString(), path };
      return (await ask<string>(ctx, requests.artifactBase, params)) ?? "";
    },
    follow: (changed) => ctx.artifacts.onDidChange(() => changed()),
  });
}
