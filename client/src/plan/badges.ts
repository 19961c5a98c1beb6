import * as vscode from "vscode";
import type { PlanRecord } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { type MarkKind, marked, marks, strongest } from "./marks.ts";

/** In the Explorer: how much the plan does about what a file says, and what of it has drifted. Of stacks whose plan somebody looks at. */
export class PlanBadges implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #ctx: Ctx;
  /** By the file's address, of each stack. */
  readonly #byStack = new Map<string, ReadonlyMap<string, vscode.FileDecoration>>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #listeners: vscode.Disposable;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#listeners = vscode.Disposable.from(
      ctx.plans.onDidChange((stack) => void this.#look(stack)),
      vscode.window.registerFileDecorationProvider(this),
    );
  }

  get onDidChangeFileDecorations(): vscode.Event<vscode.Uri[]> {
    return this.#changed.event;
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const key = uri.toString();
    for (const files of this.#byStack.values()) {
      const found = files.get(key);
      if (found) return found;
    }
    return undefined;
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  async #look(stack: vscode.Uri): Promise<void> {
    const plan = await this.#ctx.plans.of(stack);
    const before = this.#byStack.get(stack.toString()) ?? new Map();
    const now = plan ? badgesOf(plan) : new Map<string, vscode.FileDecoration>();
    this.#byStack.set(stack.toString(), now);
    const files = new Set([...before.keys(), ...now.keys()]);
    this.#changed.fire([...files].map((file) => vscode.Uri.parse(file, true)));
  }
}

function badgesOf(plan: PlanRecord): ReadonlyMap<string, vscode.FileDecoration> {
  const kinds = new Map<string, MarkKind[]>();
  for (const { kind, place } of marked(plan)) {
    const file = vscode.Uri.parse(place.uri, true).toString();
    kinds.set(file, [...(kinds.get(file) ?? []), kind]);
  }
  return new Map([...kinds].map(([file, found]) => [file, badge(found, plan.stale)]));
}

function badge(kinds: readonly MarkKind[], stale: string | undefined): vscode.FileDecoration {
  const planned = kinds.filter((kind) => kind !== "drift");
  return planned.length < kinds.length
    ? driftBadge(kinds.length - planned.length)
    : planBadge(planned, stale);
}

/** What is broken is more urgent than what is planned. */
function driftBadge(count: number): vscode.FileDecoration {
  const text =
    count === 1
      ? vscode.l10n.t("1 thing is not as it was left")
      : vscode.l10n.t("{0} things are not as they were left", count);
  const color = new vscode.ThemeColor("gitDecoration.modifiedResourceForeground");
  return new vscode.FileDecoration(marks.drift.sign, text, color);
}

/** The sign of one change, the number of several. */
function planBadge(kinds: readonly MarkKind[], stale: string | undefined): vscode.FileDecoration {
  const { length } = kinds;
  const kind = strongest(kinds) ?? "update";
  const text = length === 1 ? marks[kind].sign : length > 99 ? "99" : String(length);
  const planned =
    length === 1 ? vscode.l10n.t("1 planned change") : vscode.l10n.t("{0} planned changes", length);
  const color = stale === undefined ? colors[kind] : "disabledForeground";
  return new vscode.FileDecoration(
    text,
    stale === undefined ? planned : vscode.l10n.t("{0}, not up to date", planned),
    color === undefined ? undefined : new vscode.ThemeColor(color),
  );
}

const colors: Readonly<Partial<Record<MarkKind, string>>> = {
  create: "gitDecoration.addedResourceForeground",
  update: "gitDecoration.modifiedResourceForeground",
  replace: "gitDecoration.modifiedResourceForeground",
  delete: "gitDecoration.deletedResourceForeground",
};
