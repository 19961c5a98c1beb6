import type * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import type { ArtifactStore } from "./artifacts/store.ts";
import type { Plans } from "./plans.ts";
import type { ReviewedPlans } from "./runs/reviewed.ts";
import type { Runs } from "./runs/runs.ts";
import type { Stacks } from "./stacks.ts";
import type { Status } from "./status.ts";
import type { Terminals } from "./terminals.ts";

/** All that the client keeps while it runs; made once by `activate`. */
export interface Ctx {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly status: Status;
  readonly client: BaseLanguageClient;
  readonly stacks: Stacks;
  readonly plans: Plans;
  readonly artifacts: ArtifactStore;
}

/** Where programs can be started: not in a browser. */
export interface MachineCtx extends Ctx {
  readonly terminals: Terminals;
  readonly runs: Runs;
  readonly reviewed: ReviewedPlans;
  /** The extension's own. */
  readonly version: string;
  /** A folder of the extension's own, for this workspace. */
  readonly storage: vscode.Uri;
}
