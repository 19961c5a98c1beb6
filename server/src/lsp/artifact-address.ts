import { proposalScheme } from "../protocol.ts";
import { pathOf } from "./uri.ts";

/** Which artifact a document is. */
export interface ArtifactAddress {
  /** The path of the stack's folder. */
  readonly folder: string;
  /** Below its `.clockwork/build/`. */
  readonly path: string;
  /** It is what is proposed for the artifact, in the editor alone. */
  readonly isProposal: boolean;
}

/** Undefined for a document that is no artifact: of another folder, or one of the core's own files beside them. */
export function artifactAt(uri: string): ArtifactAddress | undefined {
  const isProposal = uri.startsWith(`${proposalScheme}:`);
  // A proposal has its artifact's address, but for the scheme and the query, which says which proposal it is.
  const own = isProposal ? uri.replace(/^[^:]*:/, "file:").replace(/\?.*$/, "") : uri;
  const [, folder, path] =
    /^(.*)\/\.clockwork\/build\/((?:scripts|files)\/.+)$/.exec(pathOf(own) ?? "") ?? [];
  return folder === undefined || path === undefined ? undefined : { folder, path, isProposal };
}

/** The stack whose artifacts or proposals a changed file is one of. */
export function artifactFolder(uri: string): string | undefined {
  return /^(.*)\/\.clockwork\/(?:build|proposals)(?:\/|$)/.exec(pathOf(uri) ?? "")?.[1];
}
