/** What clients ask of a stack's plan, and how they are told that it is another one. */
import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  DefinitionRequest,
  DocumentLinkRequest,
  type ServerCapabilities,
} from "vscode-languageserver";
import { analyse } from "../analyse.ts";
import type { ReadFiles } from "../host/ports.ts";
import { driftHover } from "../ide/drift.ts";
import { planHover } from "../ide/plan-hover.ts";
import { blockKey, headerAt } from "../ide/planned.ts";
import type { Range } from "../ide/snapshot.ts";
import { envFacts } from "../intake/facts.ts";
import { noInputs } from "../intake/load.ts";
import { namedSources } from "../intake/sources.ts";
import { notifications, type PlanParams, type PlanRecord, planScheme, requests } from "../protocol.ts";
import { stateSeal } from "../state/key.ts";
import type { Grammar } from "../syntax/parser.ts";
import { planRecord } from "../tools/plan-record.ts";
import { type Asked, type Asking, guarded } from "./ask.ts";
import type { FileWatchers, Watched } from "./file-watchers.ts";
import { type LivePlan, LivePlans } from "./live-plans.ts";
import type { Parse } from "./outlining.ts";
import { addresses } from "./places.ts";
import { planText, stackOfPlan } from "./plan-documents.ts";
import { folderPath, join, uriOf } from "./uri.ts";

export const planningCapabilities: ServerCapabilities = {
  workspace: { textDocumentContent: { schemes: [planScheme] } },
};

/** What the client does with plans. */
export interface PlanningClient {
  /** It wants to be told of each new plan. */
  readonly planChanges: boolean;
  /** It asks for lenses again when it is told to. */
  readonly refreshesLenses: boolean;
}

/** What plans are made from that no client tells. */
export interface PlanningHost {
  readonly files: ReadFiles;
  /** Those that say where the user's own files are: HOME, XDG_CONFIG_HOME. */
  readonly variables: Readonly<Record<string, string>>;
}

export function livePlans(
  { documents, stacks, connection }: Omit<Asking, "plans">,
  { files, variables }: PlanningHost,
  grammar: Promise<Grammar>,
): LivePlans {
  const plans = new LivePlans({
    files: () => stacks.overlaid(),
    seal: () => stateSeal(files, variables),
    analyse: async (folder, { made, facts }) =>
      analyse(stacks.overlaid(), await grammar, folder, noInputs, {
        made,
        ...(facts && { findFacts: async () => facts }),
        hints: false,
      }),
    look: async (folder) => (await stacks.in(folder))?.snapshot,
    uris: (folder) => addresses(folder, documents),
    report: (error) => connection.console.error(error instanceof Error ? `${error.stack}` : String(error)),
  });
  stacks.onAnalysed((folder, { snapshot }) => plans.analysed(folder, snapshot));
  return plans;
}

export function servePlans(asking: Asking, client: () => PlanningClient): void {
  const { connection, plans } = asking;
  connection.onRequest(
    requests.plan,
    guarded(asking, async ({ folder }: PlanParams): Promise<PlanRecord | null> => {
      const path = folderPath(folder);
      const plan = path === undefined ? undefined : await plans.of(path);
      return plan ? planRecord(folder, plan) : null;
    }),
  );
  connection.onNotification(notifications.facts, (given: unknown) => {
    const facts = envFacts.safeParse(given);
    if (facts.success) plans.facts = facts.data;
    else connection.console.error(`${notifications.facts}: not what show facts --json prints`);
  });
  /** Addresses of the documents that were asked for, by folder. */
  const shown = new Map<string, Set<string>>();
  connection.workspace.textDocumentContent.on(
    guarded(asking, async ({ uri }) => {
      const folder = stackOfPlan(uri);
      if (folder === undefined) return null;
      shown.set(folder, (shown.get(folder) ?? new Set()).add(uri));
      // One that is a moment old will do: a newer one refreshes it.
      const plan = plans.known(folder) ?? (await plans.of(folder));
      return { text: plan ? planText(plan) : "" };
    }),
  );
  plans.onChanged((folder) => {
    const told: Promise<unknown>[] = [...(shown.get(folder) ?? [])].map((uri) =>
      connection.workspace.textDocumentContent.refresh(uri),
    );
    if (client().refreshesLenses) told.push(connection.sendRequest(CodeLensRefreshRequest.method));
    const params: PlanParams = { folder: uriOf(folder) };
    if (client().planChanges) told.push(connection.sendNotification(notifications.planChanged, params));
    Promise.all(told).catch((error) => connection.console.error(String(error)));
  });
}

/** What a client that registers capabilities late is told when it is ready: links in plans, and files that plans are made from. */
export async function registerPlans(
  { connection, plans }: Asking,
  { textDocument }: ClientCapabilities,
  watchers: FileWatchers | undefined,
): Promise<void> {
  const documentSelector = [{ scheme: planScheme }];
  if (textDocument?.documentLink?.dynamicRegistration)
    await connection.client.register(DocumentLinkRequest.type, { documentSelector });
  if (textDocument?.definition?.dynamicRegistration)
    await connection.client.register(DefinitionRequest.type, { documentSelector });
  if (!watchers) return;
  plans.onChanged((folder, plan) => {
    const named = plan ? namedBy(folder, plan) : [];
    watchers.follow(`plan ${folder}`, named).catch((error) => connection.console.error(String(error)));
  });
}

/** The files and folders that attributes name. */
function namedBy(stackDir: string, { analysis: { ir } }: LivePlan): readonly Watched[] {
  return namedSources(ir.kinds, ir.resources).map(({ reads, path }) => ({
    path: path.startsWith("/") ? path : join(stackDir, path),
    reads,
  }));
}

/** What is planned for the block whose header a place is in, and what of it has drifted, as far as it is known. */
export async function hoverOfPlan(
  { plans }: Asking,
  parse: Parse,
  { document, folder, file }: Asked,
  offset: number,
): Promise<(Range & { readonly text: string }) | undefined> {
  const plan = plans.known(folder);
  const header = plan && headerAt(await parse(document), offset);
  if (!header) return undefined;
  const key = blockKey(file, header.block);
  const [changes, drift] = [plan.blocks.of(key), plan.driftBlocks.of(key)];
  const texts = [
    ...(drift.length > 0 ? [driftHover(drift, Date.now())] : []),
    ...(changes.length > 0 ? [planHover(changes, plan.stale)] : []),
  ];
  return texts.length > 0 ? { ...header, text: texts.join("\n\n") } : undefined;
}
