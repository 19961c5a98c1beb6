/** How a request about a place gets its answer: the stack it is about, a guard around the feature, cancellation. */
import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  type Position,
  ResponseError,
  type TextDocuments,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { LivePlans } from "./live-plans.ts";
import type { Seen, Stacks, Which } from "./stacks.ts";
import { pathOf } from "./uri.ts";

/** A document, and the stack it is part of as it was looked at last. */
export interface Asked {
  readonly document: TextDocument;
  readonly snapshot: Seen["snapshot"];
  /** The stack's folder. */
  readonly folder: string;
  /** The document's name in the stack. */
  readonly file: string;
}

export interface Asking {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly stacks: Stacks;
  readonly plans: LivePlans;
}

type Handler<P, R> = (params: P, token: CancellationToken) => Promise<R | ResponseError<never>>;

/**
 * A handler that answers of an open document; undefined of others. What fails in it is one failed request, which is told
 * with its trace in the log.
 */
export function about<P extends { readonly textDocument: { readonly uri: string } }, R>(
  asking: Asking,
  answer: (asked: Asked, params: P) => R | Promise<R>,
  which: Which = "latest",
): Handler<P, R | undefined> {
  return guarded(asking, async (params, token) => {
    const asked = await ask(asking, params.textDocument.uri, which);
    return asked && !token.isCancellationRequested ? answer(asked, params) : undefined;
  });
}

export function guarded<P, R>(
  { connection }: Pick<Asking, "connection">,
  answer: (params: P, token: CancellationToken) => Promise<R>,
): Handler<P, R> {
  return async (params, token) => {
    const cancelled = () => new ResponseError<never>(LSPErrorCodes.RequestCancelled, "cancelled");
    if (token.isCancellationRequested) return cancelled();
    try {
      // Whoever cancels waits no longer for what the answer waits for.
      const gone = new Promise<ResponseError<never>>((resolve) => {
        token.onCancellationRequested(() => resolve(cancelled()));
      });
      const result = await Promise.race([answer(params, token), gone]);
      return token.isCancellationRequested ? cancelled() : result;
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(text);
      const message = error instanceof Error ? error.message : String(error);
      return new ResponseError<never>(ErrorCodes.InternalError, message);
    }
  };
}

/** Undefined for a document that is not open, or part of no stack. */
export async function ask(
  { documents, stacks }: Asking,
  uri: string,
  which: Which,
): Promise<Asked | undefined> {
  const path = pathOf(uri);
  const seen = path === undefined ? undefined : await stacks.seen(path, which);
  const document = documents.get(uri);
  if (!seen || path === undefined || !document) return undefined;
  return { document, snapshot: seen.snapshot, folder: seen.folder, file: path.slice(seen.folder.length + 1) };
}

export function offsetOf({ document }: Asked, position: Position): number {
  return document.offsetAt(position);
}
