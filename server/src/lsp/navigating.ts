/** The requests that follow names through a stack: definition, references, highlights, symbols, the hierarchy of calls. */
import {
  type CallHierarchyItem,
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
  type LocationLink,
  type ServerCapabilities,
  type SymbolInformation,
  SymbolKind,
} from "vscode-languageserver";
import * as calls from "../ide/calls.ts";
import { type Definition, definitions, typeDefinitions } from "../ide/definition.ts";
import { Index } from "../ide/index.ts";
import type { Declaration, Name, NameKind } from "../ide/names.ts";
import { referenceTo } from "../ide/names.ts";
import { highlights, references } from "../ide/references.ts";
import { workspaceSymbols } from "../ide/symbols.ts";
import { type Asked, type Asking, about, guarded, offsetOf } from "./ask.ts";
import { symbolKinds } from "./outlining.ts";
import { Places } from "./places.ts";
import { planDefinitions } from "./plan-documents.ts";
import { pathOf } from "./uri.ts";

export const navigatingCapabilities: ServerCapabilities = {
  definitionProvider: true,
  typeDefinitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  workspaceSymbolProvider: true,
  callHierarchyProvider: true,
};

/** What the client can do with definitions. */
export interface NavigatingClient {
  /** It takes the whole of a definition beside its name. */
  readonly links: boolean;
}

export function serveNavigating(asking: Asking, client: () => NavigatingClient): void {
  const { connection, stacks } = asking;
  const defined = (find: typeof definitions) =>
    about(
      asking,
      async (asked, { position }: Positioned): Promise<Location[] | LocationLink[]> => {
        const index = new Index(asked.snapshot);
        const found = find(index, { file: asked.file, offset: offsetOf(asked, position) });
        const there = await existing(asking, asked, found);
        const places = new Places(asked, asking);
        if (!client().links) return there.map(({ at }) => places.location(at));
        return there.map((definition) => toLink(definition, asked, places));
      },
      "fresh",
    );
  connection.onDefinition(planDefinitions(asking, client, defined(definitions)));
  connection.onTypeDefinition(defined(typeDefinitions));
  connection.onReferences(
    about(
      asking,
      (asked, { position, context }): Location[] => {
        const place = { file: asked.file, offset: offsetOf(asked, position) };
        const options = { withDefinition: context.includeDeclaration };
        const places = new Places(asked, asking);
        return references(new Index(asked.snapshot), place, options).map(({ at }) => places.location(at));
      },
      "whole",
    ),
  );
  connection.onDocumentHighlight(
    about(
      asking,
      (asked, { position }): DocumentHighlight[] => {
        const place = { file: asked.file, offset: offsetOf(asked, position) };
        const places = new Places(asked, asking);
        return highlights(new Index(asked.snapshot), place).map(({ at, role }) => ({
          range: places.range(at.file, at),
          kind: role === "read" ? DocumentHighlightKind.Read : DocumentHighlightKind.Write,
        }));
      },
      "fresh",
    ),
  );
  connection.onWorkspaceSymbol(
    guarded(asking, async ({ query }): Promise<SymbolInformation[]> => {
      const seen = await stacks.all();
      return seen.flatMap((one) => {
        const places = new Places(one, asking);
        return workspaceSymbols(new Index(one.snapshot), query).map(({ name, kind, at, folder }) => ({
          name,
          kind: symbolKinds[kind],
          location: places.location(at),
          ...(folder !== undefined && { containerName: folder }),
        }));
      });
    }),
  );
  serveCalls(asking);
}

interface Positioned {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

/** A text may name a file that is not there. */
async function existing(
  { stacks }: Asking,
  { folder, snapshot }: Asked,
  found: readonly Definition[],
): Promise<readonly Definition[]> {
  const own = new Set(new Index(snapshot).files());
  const there = await Promise.all(
    found.map(async ({ at }) => own.has(at.file) || (await stacks.isFile(`${folder}/${at.file}`))),
  );
  return found.filter((_, i) => there[i]);
}

function toLink({ from, at, whole }: Definition, { file }: Asked, places: Places): LocationLink {
  return {
    originSelectionRange: places.range(file, from),
    targetUri: places.uri(at.file),
    targetRange: places.range(whole.file, whole),
    targetSelectionRange: places.range(at.file, at),
  };
}

function serveCalls(asking: Asking): void {
  const { connection } = asking;
  const around = (
    find: typeof calls.incoming,
  ): ReturnType<typeof guarded<{ readonly item: CallHierarchyItem }, Called[] | null>> =>
    guarded(asking, async ({ item }) => {
      // Its file need not be open.
      const path = pathOf(item.uri);
      const asked = path === undefined ? undefined : await asking.stacks.seen(path, "whole");
      const name = item.data as Name | undefined;
      if (!asked || !name) return null;
      const index = new Index(asked.snapshot);
      const declaration = calls.declarationOf(index, name);
      const places = new Places(asked, asking);
      return declaration ? find(index, declaration).map((call) => toCalled(call, places)) : null;
    });
  connection.languages.callHierarchy.onPrepare(
    about(
      asking,
      (asked, { position }) => {
        const place = { file: asked.file, offset: offsetOf(asked, position) };
        const found = calls.declarationAt(new Index(asked.snapshot), place);
        return found ? [toItem(found, new Places(asked, asking))] : null;
      },
      "whole",
    ),
  );
  const incoming = around(calls.incoming);
  const outgoing = around(calls.outgoing);
  connection.languages.callHierarchy.onIncomingCalls(async (params, token) => {
    const found = await incoming(params, token);
    return Array.isArray(found)
      ? found.map(({ item, ranges }) => ({ from: item, fromRanges: ranges }))
      : found;
  });
  connection.languages.callHierarchy.onOutgoingCalls(async (params, token) => {
    const found = await outgoing(params, token);
    return Array.isArray(found) ? found.map(({ item, ranges }) => ({ to: item, fromRanges: ranges })) : found;
  });
}

interface Called {
  readonly item: CallHierarchyItem;
  readonly ranges: CallHierarchyItem["range"][];
}

function toCalled({ declaration, at }: calls.Call, places: Places): Called {
  return { item: toItem(declaration, places), ranges: at.map((range) => places.range(range.file, range)) };
}

function toItem({ name, whole, at }: Declaration, places: Places): CallHierarchyItem {
  return {
    name: referenceTo(name),
    kind: symbolOf[name.kind],
    ...(name.scope !== "." && name.scope !== "" && { detail: name.scope }),
    uri: places.uri(whole.file),
    range: places.range(whole.file, whole),
    selectionRange: places.range(at.file, at),
    data: name,
  };
}

const symbolOf: Readonly<Record<NameKind, SymbolKind>> = {
  variable: symbolKinds.variable,
  local: symbolKinds.local,
  output: symbolKinds.output,
  module: symbolKinds.module,
  resource: symbolKinds.resource,
  verify: symbolKinds.verify,
  kind: symbolKinds.kind,
  check: symbolKinds.kind,
  setting: SymbolKind.Property,
  member: SymbolKind.Property,
  binding: SymbolKind.Variable,
};
