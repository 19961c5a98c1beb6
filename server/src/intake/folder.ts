/** The folders a stack is made of, each read once, however many instances of it there are as a module. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { type LifecycleDeclaration, readLifecycle } from "./lifecycle.ts";
import { rootFolder } from "./module-block.ts";
import { type Output, readOutput } from "./output.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import type { Report } from "./scope.ts";
import { type Shape, shapeOf } from "./shape.ts";
import {
  type BlockDeclaration,
  collect,
  type Declared,
  type ModuleArgument,
  type ModuleDeclaration,
  type NodeDeclaration,
  type Stack,
} from "./stack.ts";
import { readVariable, type Variable } from "./variable.ts";

export interface Folder {
  /** Relative to the stack's own, which is `.`. */
  readonly path: string;
  readonly files: readonly SourceFile[];
  readonly stack: Stack;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly outputs: ReadonlyMap<string, Output>;
  readonly shapes: ReadonlyMap<NodeDeclaration, Shape>;
  /** Of the blocks that have one. */
  readonly lifecycles: ReadonlyMap<NodeDeclaration, LifecycleDeclaration>;
  /** The folders that its module blocks use; a block whose folder cannot be used has none, which has been reported. */
  readonly modules: Map<ModuleDeclaration, Folder>;
}

/** The stack's own folder, then those of its modules. */
export type Folders = readonly [Folder, ...Folder[]];

/** What was read so far of chunks and declarations, which stays for as long as they do. All of one stack's kinds. */
export class Reads {
  readonly chunks = new WeakMap<Chunk, Declared>();
  readonly shapes = new WeakMap<NodeDeclaration, Told<Shape>>();
  readonly lifecycles = new WeakMap<NodeDeclaration, Told<LifecycleDeclaration>>();
  readonly variables = new WeakMap<BlockDeclaration, Told<Variable>>();
  readonly outputs = new WeakMap<BlockDeclaration, Told<Output>>();
  /** By path. */
  readonly folders = new Map<string, Told<Folder>>();
}

interface Told<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** What is known of a thing, or is read now; what is wrong with it is told each time. */
function once<K extends object, T>(
  known: WeakMap<K, Told<T>>,
  key: K,
  report: Report,
  read: () => Told<T>,
): T {
  let told = known.get(key);
  if (!told) {
    told = read();
    known.set(key, told);
  }
  for (const d of told.diagnostics) report(d);
  return told.value;
}

/** What `read` reports, beside its value. */
function heard<T>(read: (report: Report) => T): Told<T> {
  const diagnostics: Diagnostic[] = [];
  const value = read((d) => void diagnostics.push(d));
  return { value, diagnostics };
}

/** A folder without a change since it was read last is the same as then. */
export function readFolders(
  files: ReadonlyMap<string, readonly SourceFile[]>,
  kinds: Kinds,
  reads: Reads,
  report: Report,
): Folders {
  const folders = new Map<string, Folder>();
  const read = (path: string, sources: readonly SourceFile[]): Folder => {
    const before = reads.folders.get(path);
    const told =
      before && isSame(before.value.files, sources)
        ? before
        : heard((tell) => readFolder(path, sources, kinds, reads, tell));
    reads.folders.set(path, told);
    for (const d of told.diagnostics) report(d);
    return told.value;
  };
  for (const [path, sources] of files) folders.set(path, read(path, sources));
  for (const path of reads.folders.keys()) if (!files.has(path)) reads.folders.delete(path);
  const root = folders.get(rootFolder) ?? read(rootFolder, []);
  connect(root, folders, [], new Set(), report);
  return [root, ...[...folders.values()].filter((f) => f !== root)];
}

function isSame(before: readonly SourceFile[], now: readonly SourceFile[]): boolean {
  return before.length === now.length && before.every((file, i) => file.chunks === now[i]?.chunks);
}

function readFolder(
  path: string,
  files: readonly SourceFile[],
  kinds: Kinds,
  reads: Reads,
  report: Report,
): Folder {
  const { value: stack, diagnostics } = collect(files, kinds, path, reads.chunks);
  for (const d of diagnostics) report(d);
  const variables = new Map<string, Variable>();
  for (const [name, declaration] of stack.variables) {
    const read = () => heard((tell) => readVariable(declaration, tell));
    variables.set(name, once(reads.variables, declaration, report, read));
  }
  const shapes = new Map<NodeDeclaration, Shape>();
  const lifecycles = new Map<NodeDeclaration, LifecycleDeclaration>();
  for (const nodes of [stack.resources, stack.verifies]) {
    for (const node of nodes.values()) {
      const shape = once(reads.shapes, node, report, () => shapeOf(node));
      shapes.set(node, shape);
      const { lifecycle } = shape;
      if (!lifecycle) continue;
      const read = () => heard((tell) => readLifecycle(node, lifecycle, tell));
      lifecycles.set(node, once(reads.lifecycles, node, report, read));
    }
  }
  const outputs = new Map<string, Output>();
  for (const [name, declaration] of stack.outputs) {
    const read = () => heard((tell) => readOutput(declaration, tell));
    outputs.set(name, once(reads.outputs, declaration, report, read));
  }
  return { path, files, stack, variables, outputs, shapes, lifecycles, modules: new Map() };
}

/** Finds the folder of each module block; one that would contain itself is none. `above` are the folders around, outermost first. */
function connect(
  folder: Folder,
  folders: ReadonlyMap<string, Folder>,
  above: readonly Folder[],
  done: Set<Folder>,
  report: Report,
): void {
  if (done.has(folder)) return;
  done.add(folder);
  folder.modules.clear();
  const path = [...above, folder];
  for (const block of folder.stack.modules.values()) {
    const inner = block.folder === undefined ? undefined : folders.get(block.folder);
    if (!inner) continue;
    if (path.includes(inner)) {
      report(containsItself(block, path.slice(path.indexOf(inner)), inner));
      continue;
    }
    checkArguments(block, inner, report);
    folder.modules.set(block, inner);
    connect(inner, folders, path, done, report);
  }
}

function containsItself({ name, span }: ModuleDeclaration, circle: readonly Folder[], inner: Folder) {
  const loop = [...circle, inner].map((f) => (f.path === rootFolder ? "the stack" : f.path)).join(" → ");
  return diagnostic("invalid-module", `The module "${name}" would contain itself: ${loop}`, {
    span,
    hint: "Move what both need into a third folder.",
  });
}

function checkArguments(block: ModuleDeclaration, { path, variables }: Folder, report: Report): void {
  const meant = new Set<string>();
  for (const [name, argument] of block.arguments)
    if (!variables.has(name)) report(unknownArgument(name, argument, path, variables, meant));
  if (block.broken) return;
  for (const [name, variable] of variables) {
    if (variable.default || variable.isExcused || block.arguments.has(name) || meant.has(name)) continue;
    report(
      diagnostic("missing-attribute", `The module "${block.name}" needs "${name}"`, {
        span: block.span,
        related: [{ span: variable.declaration.span, message: "the variable has no default" }],
        hint: `${variable.description ? `${name}: ${variable.description} ` : ""}Write ${name} = …`,
      }),
    );
  }
}

function unknownArgument(
  name: string,
  { span }: ModuleArgument,
  path: string,
  variables: ReadonlyMap<string, Variable>,
  meant: Set<string>,
) {
  const near = nearest(name, variables.keys());
  if (near) meant.add(near);
  return diagnostic("unknown-attribute", `The module in ${path} has no variable "${name}"`, {
    span,
    hint: near ? `Did you mean "${near}"?` : `Declare it there: variable "${name}" { … }`,
    fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
  });
}
