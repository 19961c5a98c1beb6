import * as vscode from "vscode";
import { type PlanParams, requests, type TestRecord } from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { stackName } from "../stacks.ts";

/** A check in the list. */
export interface ListedCheck {
  readonly item: vscode.TestItem;
  /** The stack's. */
  readonly folder: vscode.Uri;
  readonly step: string;
  readonly address: string;
}

/** Time without an edit before a list is asked for again, in milliseconds. */
const quietMs = 300;

/** Keeps the Test Explorer's list as the stacks of the workspace are, as they are typed. */
export class TestTree implements vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #controller: vscode.TestController;
  readonly #checks = new WeakMap<vscode.TestItem, ListedCheck>();
  /** Addresses of the stacks whose checks are known. */
  readonly #listed = new Set<string>();
  /** Paths of the files that have changed since. */
  readonly #touched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners: vscode.Disposable;

  constructor(ctx: Ctx, controller: vscode.TestController) {
    this.#ctx = ctx;
    this.#controller = controller;
    const watcher = vscode.workspace.createFileSystemWatcher("**/*.{cw,cwvars}");
    this.#listeners = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate((uri) => this.#touch(uri)),
      watcher.onDidChange((uri) => this.#touch(uri)),
      watcher.onDidDelete((uri) => this.#touch(uri)),
      ctx.stacks.onDidChange(() => this.#follow()),
      vscode.workspace.onDidChangeTextDocument(({ document: { languageId, uri } }) => {
        if (languageId === "clockwork") this.#touch(uri);
      }),
    );
  }

  /** Looks for the stacks of the workspace, and for the checks of each. */
  refresh(): Promise<void> {
    this.#listed.clear();
    return this.#follow();
  }

  /** The checks among some items and beneath them, without those that are excluded. */
  checks(items: Iterable<vscode.TestItem>, excluded: ReadonlySet<vscode.TestItem>): readonly ListedCheck[] {
    return [...items].flatMap((item) => {
      if (excluded.has(item)) return [];
      const own = this.#checks.get(item);
      const beneath = [...item.children].map(([, child]) => child);
      return [...(own ? [own] : []), ...this.checks(beneath, excluded)];
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listeners.dispose();
  }

  /** Lists the stacks that are new; those that are known have been listed as their files changed. */
  async #follow(): Promise<void> {
    const stacks = await this.#ctx.stacks.all();
    const ids = new Set(stacks.map(String));
    for (const [id] of this.#controller.items) if (!ids.has(id)) this.#controller.items.delete(id);
    for (const id of this.#listed) if (!ids.has(id)) this.#listed.delete(id);
    for (const folder of stacks) if (!this.#listed.has(folder.toString())) await this.#list(folder);
  }

  /** Of a module's file, the stacks around may use it. */
  #touch(uri: vscode.Uri): void {
    this.#touched.add(uri.path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#listTouched(), quietMs);
  }

  async #listTouched(): Promise<void> {
    const files = [...this.#touched];
    this.#touched.clear();
    for (const folder of await this.#ctx.stacks.all()) {
      if (files.some((file) => file.startsWith(`${folder.path}/`))) await this.#list(folder);
    }
  }

  async #list(folder: vscode.Uri): Promise<void> {
    const { items } = this.#controller;
    const id = folder.toString();
    const params: PlanParams = { folder: id };
    const found = await ask<readonly TestRecord[]>(this.#ctx, requests.tests, params);
    if (found === undefined) return;
    this.#listed.add(id);
    if (found.length === 0) {
      items.delete(id);
      return;
    }
    const stack = items.get(id) ?? this.#controller.createTestItem(id, stackName(folder), folder);
    items.add(stack);
    // Results stay: they belong to ids.
    stack.children.replace(found.map((record) => this.#item(record, folder)));
  }

  #item({ address, label, detail, place, step, children }: TestRecord, folder: vscode.Uri): vscode.TestItem {
    const item = this.#controller.createTestItem(address, label, vscode.Uri.parse(place.uri));
    const { start, end } = place.range;
    item.range = new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
    if (detail !== "") item.description = detail;
    item.children.replace(children.map((child) => this.#item(child, folder)));
    if (step !== undefined) this.#checks.set(item, { item, folder, step, address });
    return item;
  }
}
