import type * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

/** The server's answer to a request of ours; undefined where it has none or is not running, which the log tells. */
export async function ask<R>(
  { client, log }: { readonly client: BaseLanguageClient; readonly log: vscode.LogOutputChannel },
  request: string,
  params: object,
): Promise<R | undefined> {
  try {
    return (await client.sendRequest<R | null>(request, params)) ?? undefined;
  } catch (error) {
    log.warn(`${request}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
