import * as vscode from "vscode";
import {
  type ArtifactItem,
  type DaemonProposalItem,
  notifications,
  type PlanParams,
  type ProposalItem,
  requests,
} from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { ofBuild, ofDaemon, type Reviewable } from "./reviewable.ts";

interface Known {
  readonly artifacts: Promise<readonly ArtifactItem[]>;
  readonly proposals: Promise<readonly ProposalItem[]>;
  readonly daemon: Promise<readonly DaemonProposalItem[]>;
}

/** Artifacts and proposals of the stacks that somebody shows, asked for once until the server says that they are others. */
export class ArtifactStore implements vscode.Disposable {
  readonly #ctx: Pick<Ctx, "client" | "log">;
  readonly #known = new Map<string, Known>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  readonly #listeners: vscode.Disposable;

  constructor(ctx: Pick<Ctx, "client" | "log" | "stacks">) {
    this.#ctx = ctx;
    this.#listeners = vscode.Disposable.from(
      ctx.client.onNotification(notifications.artifactsChanged, ({ folder }: PlanParams) =>
        this.refresh(vscode.Uri.parse(folder, true)),
      ),
      ctx.stacks.onDidChange(() => this.#refreshAll()),
    );
  }

  /** Fires with a stack's folder, or with nothing where it may be any. */
  get onDidChange(): vscode.Event<vscode.Uri | undefined> {
    return this.#changed.event;
  }

  artifacts(folder: vscode.Uri): Promise<readonly ArtifactItem[]> {
    return this.#of(folder).artifacts;
  }

  proposals(folder: vscode.Uri): Promise<readonly ProposalItem[]> {
    return this.#of(folder).proposals;
  }

  /** What the daemon leaves to a person, those that no longer apply among them. */
  daemonProposals(folder: vscode.Uri): Promise<readonly DaemonProposalItem[]> {
    return this.#of(folder).daemon;
  }

  /** Those of the daemon that wait for a decision. */
  async ofDaemon(folder: vscode.Uri): Promise<readonly DaemonProposalItem[]> {
    return (await this.daemonProposals(folder)).filter(({ stale }) => stale === null);
  }

  /** All texts that are proposed for something. */
  async reviewables(folder: vscode.Uri): Promise<readonly Reviewable[]> {
    const { proposals, daemon } = this.#of(folder);
    return [...(await proposals).map(ofBuild), ...(await daemon).flatMap((item) => ofDaemon(item) ?? [])];
  }

  /** Those that wait for a decision. */
  async open(folder: vscode.Uri): Promise<readonly ProposalItem[]> {
    return (await this.proposals(folder)).filter(({ stale }) => stale === undefined);
  }

  refresh(folder: vscode.Uri): void {
    this.#known.delete(folder.toString());
    this.#changed.fire(folder);
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  #refreshAll(): void {
    this.#known.clear();
    this.#changed.fire(undefined);
  }

  #of(folder: vscode.Uri): Known {
    const key = folder.toString();
    const known = this.#known.get(key);
    if (known) return known;
    const params: PlanParams = { folder: key };
    const listed = async <T>(request: string): Promise<readonly T[]> => {
      const found = await ask<readonly T[]>(this.#ctx, request, params);
      // What was not answered is asked again.
      if (!found && this.#known.get(key) === asked) this.#known.delete(key);
      return found ?? [];
    };
    const asked: Known = {
      artifacts: listed<ArtifactItem>(requests.artifacts),
      proposals: listed<ProposalItem>(requests.proposals),
      daemon: listed<DaemonProposalItem>(requests.daemonProposals),
    };
    this.#known.set(key, asked);
    return asked;
  }
}
