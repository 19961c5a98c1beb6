import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Status } from "./status.ts";
import type { Terminals } from "./terminals.ts";

/** All that the client keeps while it runs; made once by `activate`. */
export interface Ctx {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly status: Status;
  readonly terminals: Terminals;
  readonly client: LanguageClient;
}
