import * as vscode from "vscode";
import { proposalScheme } from "../../../server/src/protocol.ts";
import type { Reviewable } from "./reviewable.ts";

/** Documents that only show: what a compiler wrote, and what a person's file was when it began to be reviewed. */
export const baseScheme = "clockwork-base";

/** What the compiler wrote last, beside an artifact's own address. */
export function generatedUri(artifact: vscode.Uri): vscode.Uri {
  return artifact.with({ scheme: baseScheme, query: `${artifact.scheme}:generated` });
}

/** The person's text that a proposal is compared with. */
export function yoursUri({ uri, id }: Pick<Reviewable, "uri" | "id">): vscode.Uri {
  const artifact = vscode.Uri.parse(uri, true);
  return artifact.with({ scheme: baseScheme, query: `${artifact.scheme}:${id}` });
}

/** What is proposed, as the person edits it. */
export function proposalUri({ uri, id }: Pick<Reviewable, "uri" | "id">): vscode.Uri {
  return vscode.Uri.parse(uri, true).with({ scheme: proposalScheme, query: id });
}

/** What a document of one of those schemes is about: an artifact, or one of the stack's own files. */
export interface Subject {
  readonly artifact: vscode.Uri;
  /** Of the stack. */
  readonly folder: vscode.Uri;
  /** Below `.clockwork/build/`, or in the folder. */
  readonly path: string;
  /** Of the proposal, or `generated`. */
  readonly what: string;
}

export function subjectOf(uri: vscode.Uri): Subject | undefined {
  const [, scheme, what] = /^(?:([^:]*):)?(\w+)$/.exec(uri.query) ?? [];
  const [, folder, path] =
    /^(.*)\/\.clockwork\/build\/(.+)$/.exec(uri.path) ?? /^(.*)\/([^/]+\.cw)$/.exec(uri.path) ?? [];
  if (what === undefined || folder === undefined || path === undefined) return undefined;
  // Proposals are reviewed where the command line can run, which is on files.
  const artifact = uri.with({ scheme: scheme ?? "file", query: "" });
  return { artifact, folder: artifact.with({ path: folder }), path, what };
}
