/** What stands over the blocks of a file: `plan` and `apply` for the stack, and what is planned for each block. */
import type { CodeLens, Command, ServerCapabilities } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import * as z from "zod/mini";
import type { Change } from "../assembly/plan.ts";
import { countsOf, summaryOf } from "../assembly/view/plan.ts";
import { driftText } from "../ide/drift.ts";
import { blockLenses, lensText } from "../ide/plan-lenses.ts";
import type { OnBlocks } from "../ide/planned.ts";
import type { Range } from "../ide/snapshot.ts";
import { commands, type DriftRecord, type PlanTarget, type ResourceTarget } from "../protocol.ts";
import type { Block } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { artifactAt } from "./artifact-address.ts";
import type { Artifacts } from "./artifacts.ts";
import { type Asking, guarded } from "./ask.ts";
import type { LivePlan } from "./live-plans.ts";
import type { Parse } from "./outlining.ts";
import { pathOf, uriOf } from "./uri.ts";

export const lensCapabilities: ServerCapabilities = { codeLensProvider: { resolveProvider: true } };

/** Travels with a lens that is asked for its title when it comes into sight. */
const lensData = z.strictObject({
  about: z.enum(["plan", "drift"]),
  /** Path of the stack's folder. */
  folder: z.string(),
  /** Of the block. */
  key: z.string(),
  /** Clients that may start nothing leave out what runs. */
  runs: z.boolean(),
});
type LensData = z.infer<typeof lensData>;

type Told = OnBlocks<{ readonly address: string; readonly isCheck?: boolean }>;

/**
 * @param artifacts over blocks that have some, and in artifacts themselves
 * @param refresh has the client ask for lenses again
 */
export function serveLenses(asking: Asking, parse: Parse, artifacts: Artifacts, refresh: () => void): void {
  const { connection, documents, stacks, plans } = asking;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What says how long ago something was is true for a minute. */
  const refreshLater = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 60_000);
  };
  connection.onCodeLens(
    guarded(asking, async ({ textDocument: { uri } }): Promise<CodeLens[]> => {
      const document = documents.get(uri);
      const path = pathOf(uri);
      if (document && artifactAt(uri)) return artifacts.documents.lenses(document);
      if (!document || !path?.endsWith(".cw")) return [];
      const source = await parse(document);
      const first = firstBlock(source);
      if (!first) return [];
      const seen = await stacks.seen(path, "latest");
      const range = rangeOf(first, document);
      if (!seen) return runLenses(uri.slice(0, uri.lastIndexOf("/")), range);
      const { folder } = seen;
      const file = path.slice(folder.length + 1);
      const plan = plans.known(folder);
      const lensesOf = (about: LensData["about"], told: Told): CodeLens[] =>
        blockLenses(source, file, told).flatMap(({ key, ...header }) =>
          // A check that fails is mended elsewhere.
          (told.of(key).every((one) => about === "drift" && one.isCheck) ? [false] : [false, true]).map(
            (runs) => ({
              range: rangeOf(header, document),
              data: { about, folder, key, runs } satisfies LensData,
            }),
          ),
        );
      if (plan && plan.drift.length > 0) refreshLater();
      return [
        ...runLenses(uriOf(folder), range),
        ...(plan ? [{ range, command: openStack(folder, plan) }] : []),
        ...(plan ? lensesOf("drift", plan.driftBlocks) : []),
        ...(plan ? lensesOf("plan", plan.blocks) : []),
        ...(await artifacts.lenses(uri)),
      ];
    }),
  );
  connection.onCodeLensResolve(
    guarded(asking, async (lens): Promise<CodeLens> => {
      const { data } = lensData.safeParse(lens.data);
      const plan = data && plans.known(data.folder);
      if (!plan) return lens;
      if (data.about === "drift") return { ...lens, command: driftCommand(data, plan) };
      const [first, ...others] = plan.blocks.of(data.key);
      if (!first) return { ...lens, command: nothing };
      const changes = [first, ...others] as const;
      const command = data.runs ? applyThis(data.folder, changes) : openChange(data.folder, changes, plan);
      return { ...lens, command };
    }),
  );
}

function runLenses(folder: string, range: CodeLens["range"]): CodeLens[] {
  return [
    { range, command: { title: "plan", command: commands.plan, arguments: [folder] } },
    { range, command: { title: "apply", command: commands.apply, arguments: [folder] } },
  ];
}

/** The plan has changed since the lens was listed, and the client is about to ask again. */
const nothing: Command = { title: "", command: "" };

function openStack(folder: string, { plan, stale }: LivePlan): Command {
  const title = plan ? marked(summaryOf(countsOf(plan.changes)), stale) : "no plan";
  const target: PlanTarget = { folder: uriOf(folder) };
  return { title, command: commands.openPlan, arguments: [target], ...(stale && { tooltip: stale }) };
}

type Changes = readonly [Change, ...Change[]];

function openChange(folder: string, changes: Changes, { stale }: LivePlan): Command {
  const { title, tooltip } = lensText(changes);
  const target: PlanTarget = { folder: uriOf(folder), address: changes[0].address };
  return {
    title: marked(title, stale),
    tooltip: stale === undefined ? tooltip : `${tooltip}\n\n${stale}`,
    command: commands.openPlan,
    arguments: [target],
  };
}

function driftCommand({ folder, key, runs }: LensData, { driftBlocks }: LivePlan): Command {
  const drift = driftBlocks.of(key);
  const [first] = drift;
  if (!first) return nothing;
  if (runs) return repair(folder, drift);
  const { title, tooltip } = driftText(drift, Date.now());
  const target: PlanTarget = { folder: uriOf(folder), address: first.address };
  return { title, tooltip, command: commands.showDrift, arguments: [target] };
}

function repair(folder: string, drift: readonly DriftRecord[]): Command {
  const addresses = drift.filter(({ isCheck }) => !isCheck).map(({ address }) => address);
  const target: ResourceTarget = { folder: uriOf(folder), addresses };
  return { title: "plan the repair", command: commands.planRepair, arguments: [target] };
}

function applyThis(folder: string, changes: Changes): Command {
  const target: ResourceTarget = { folder: uriOf(folder), addresses: changes.map(({ address }) => address) };
  return { title: "apply this", command: commands.applyResource, arguments: [target] };
}

const marked = (title: string, stale: string | undefined): string =>
  stale === undefined ? title : `${title} (stale)`;

function firstBlock({ chunks }: SourceFile): Range | undefined {
  for (const { origin, items } of chunks) {
    const block = items.find((item): item is Block => item.type === "block");
    if (block) return { start: origin.start + block.keyword.start, end: origin.start + block.keyword.end };
  }
  return undefined;
}

function rangeOf({ start, end }: Range, document: TextDocument): CodeLens["range"] {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
