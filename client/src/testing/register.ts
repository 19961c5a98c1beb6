import * as vscode from "vscode";
import { notAdopted, offerAdopt } from "../commands/adopt.ts";
import type { Ctx } from "../ctx.ts";
import { saveStack } from "../stack.ts";
import { CheckResults, type Failure } from "./results.ts";
import { type ListedCheck, TestTree } from "./tree.ts";
import { verify } from "./verify.ts";

/** Verify blocks and health checks in the Test Explorer; they run where the workspace is trusted. */
export function registerTests(ctx: Ctx): vscode.Disposable {
  const controller = vscode.tests.createTestController("clockwork", "Clockwork");
  const tree = new TestTree(ctx, controller);
  controller.refreshHandler = () => tree.refresh();
  const addProfile = () => {
    const run = (request: vscode.TestRunRequest, token: vscode.CancellationToken) =>
      runTests(ctx, controller, tree, request, token);
    controller.createRunProfile(vscode.l10n.t("Verify"), vscode.TestRunProfileKind.Run, run, true);
  };
  if (vscode.workspace.isTrusted) addProfile();
  return vscode.Disposable.from(controller, tree, vscode.workspace.onDidGrantWorkspaceTrust(addProfile));
}

async function runTests(
  ctx: Ctx,
  controller: vscode.TestController,
  tree: TestTree,
  request: vscode.TestRunRequest,
  token: vscode.CancellationToken,
): Promise<void> {
  const all = [...controller.items].map(([, item]) => item);
  const checks = tree.checks(request.include ?? all, new Set(request.exclude));
  const run = controller.createTestRun(request);
  for (const { item } of checks) run.enqueued(item);
  try {
    for (const [, ofStack] of byStack(checks)) {
      if (!token.isCancellationRequested) await runStack(ctx, run, ofStack, token);
    }
  } finally {
    run.end();
  }
}

function byStack(checks: readonly ListedCheck[]): ReadonlyMap<string, readonly ListedCheck[]> {
  const stacks = new Map<string, ListedCheck[]>();
  for (const check of checks) {
    const key = check.folder.toString();
    stacks.set(key, [...(stacks.get(key) ?? []), check]);
  }
  return stacks;
}

/** Of one stack; each check ends with a result, whatever happens. */
async function runStack(
  ctx: Ctx,
  run: vscode.TestRun,
  checks: readonly ListedCheck[],
  token: vscode.CancellationToken,
): Promise<void> {
  const [first] = checks;
  if (!first) return;
  const { folder } = first;
  const waiting = new Map(checks.map(({ step, item }) => [step, item]));
  if (!(await saveStack(folder))) {
    refuse(run, waiting.values(), vscode.l10n.t("Not started, because a file could not be saved."));
    return;
  }
  const targets = checks.map(({ address }) => address);
  const { events, said } = verify(ctx, folder, targets, token);
  const results = new CheckResults();
  const problems: string[] = [];
  for await (const event of events) {
    if (event.type === "diagnostic" && event.diagnostic.code === notAdopted) void offerAdopt(folder);
    const news = results.take(event);
    if (news?.kind === "refused") problems.push(news.message);
    const item = news && "step" in news ? waiting.get(news.step) : undefined;
    if (!news || !item) continue;
    switch (news.kind) {
      case "started":
        run.started(item);
        break;
      case "output":
        run.appendOutput(forTerminal(news.text), undefined, item);
        break;
      case "passed":
        run.passed(item, news.ms);
        waiting.delete(news.step);
        break;
      case "failed":
        run.failed(item, messageOf(news, item), news.ms);
        waiting.delete(news.step);
        break;
      case "skipped":
        run.skipped(item);
        waiting.delete(news.step);
        break;
      case "refused":
        break;
    }
  }
  if (token.isCancellationRequested) for (const item of waiting.values()) run.skipped(item);
  else refuse(run, waiting.values(), problems.join("\n") || (await said));
}

function refuse(run: vscode.TestRun, items: Iterable<vscode.TestItem>, why: string): void {
  for (const item of items) run.errored(item, messageOf({ message: why }, item));
}

function messageOf(
  { message, expected, actual }: Failure,
  { uri, range }: vscode.TestItem,
): vscode.TestMessage {
  const told =
    expected !== undefined && actual !== undefined
      ? vscode.TestMessage.diff(message, expected, actual)
      : new vscode.TestMessage(message);
  if (uri && range) told.location = new vscode.Location(uri, range);
  return told;
}

const forTerminal = (text: string): string => text.replaceAll(/\r?\n/g, "\r\n");
