/** What clients draw of the stacks of a workspace: which folders are stacks at all, and what needs what in one. */
import { type Dependencies, dependencies } from "../assembly/dependencies.ts";
import type { ReadFiles } from "../host/ports.ts";
import { moduleFolders } from "../ide/module-folders.ts";
import type { Snapshot } from "../ide/snapshot.ts";
import { declaredModule } from "../intake/declared.ts";
import {
  type GraphEdge,
  type GraphRecord,
  type PlanParams,
  requests,
  type StacksParams,
  type StacksRecord,
} from "../protocol.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { type Asking, guarded } from "./ask.ts";
import { Places } from "./places.ts";
import { StackPlaces } from "./stack-places.ts";
import { join, pathOf } from "./uri.ts";

/** @param parse a text of no stack in particular */
export function serveGraph(asking: Asking, parse: (text: string) => Promise<SourceFile>): void {
  const { connection, stacks } = asking;
  connection.onRequest(
    requests.graph,
    guarded(asking, async ({ folder }: PlanParams): Promise<GraphRecord | null> => {
      const path = pathOf(folder);
      const seen = path === undefined ? undefined : await stacks.in(path);
      if (!seen) return null;
      const places = new Places(seen, asking);
      return graphRecord(seen.snapshot, (file) => places.uri(file));
    }),
  );
  connection.onRequest(
    requests.stacks,
    guarded(asking, async ({ folders }: StacksParams): Promise<StacksRecord> => {
      const files = stacks.overlaid();
      const found = await Promise.all(folders.map((folder) => usedFrom(files, folder, parse)));
      const used = new Set(found.flat());
      return { stacks: folders.filter((folder) => !used.has(pathOf(folder) ?? folder)) };
    }),
  );
}

function graphRecord(snapshot: Snapshot, uri: (file: string) => string): GraphRecord {
  const { nodes, groups, edges } = dependencies(snapshot.ir);
  const [root] = snapshot.folders;
  const places = new StackPlaces(
    snapshot.folders.flatMap(({ files }) => files),
    uri,
  );
  return {
    nodes: nodes.map(({ span, ...node }) => ({ ...node, place: places.of(span) })),
    groups: groups.map((group) => {
      const block = group.kind === "module" ? declaredModule(root, group.id) : undefined;
      return { ...group, ...(block && { place: places.of(block.span) }) };
    }),
    edges: edges.map(edgeRecord),
  };
}

function edgeRecord({ from, to, reason }: Dependencies["edges"][number]): GraphEdge {
  if (reason.kind === "everything") return { from, to };
  return { from, to, reason: reason.kind === "attribute" ? reason.name : reason.kind };
}

/** The folders that the files of a folder use as modules. */
async function usedFrom(
  files: ReadFiles,
  folder: string,
  parse: (text: string) => Promise<SourceFile>,
): Promise<readonly string[]> {
  const path = pathOf(folder);
  if (path === undefined || (await files.stat(path))?.kind !== "directory") return [];
  const names = (await files.list(path)).filter(({ name, kind }) => kind === "file" && name.endsWith(".cw"));
  const texts = await Promise.all(names.map(({ name }) => files.readText(`${path}/${name}`)));
  // Most files use none: those need not be parsed.
  const sources = await Promise.all(texts.filter((text) => /\bmodule\b/.test(text)).map(parse));
  return sources.flatMap(moduleFolders).map((relative) => join(path, relative));
}
