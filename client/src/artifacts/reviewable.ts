import type { DaemonProposalItem, ProposalItem } from "../../../server/src/protocol.ts";

/** A text that is proposed in the place of a person's, by a build or by the daemon: what a review is about. */
export interface Reviewable {
  readonly id: string;
  /** `replaced`: a person's own of before. `daemon`: approving it runs something. */
  readonly from: "compiler" | "replaced" | "daemon";
  /** Of the file, for people. */
  readonly path: string;
  /** The file's. */
  readonly uri: string;
  /** Differs where the file does. */
  readonly version: string;
  /** The file as it is now; absent where there is none, or it is no text. */
  readonly yours?: string;
  /** Absent where it is no text. */
  readonly proposed?: string;
}

export function ofBuild({ id, reason, path, uri, version, yours, proposed }: ProposalItem): Reviewable {
  return {
    id,
    from: reason === "replaced" ? "replaced" : "compiler",
    path,
    uri,
    version,
    ...(yours !== undefined && { yours }),
    ...(proposed !== undefined && { proposed }),
  };
}

/** Undefined where it changes no text of a file that people edit. */
export function ofDaemon({ id, patch, uri, text }: DaemonProposalItem): Reviewable | undefined {
  if (uri === undefined || !text || (patch.kind !== "artifact" && patch.kind !== "cw")) return undefined;
  const { now, proposed } = text;
  return { id, from: "daemon", path: patch.path ?? "", uri, version: now, yours: now, proposed };
}
