/** The folders a stack is made of, each read once, however many instances of it there are as a module. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { rootFolder } from "./module-block.ts";
import { type Output, readOutput } from "./output.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import type { Report } from "./scope.ts";
import { type Shape, shapeOf } from "./shape.ts";
import {
  collect,
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
  /** The folders that its module blocks use; a block whose folder cannot be used has none, which has been reported. */
  readonly modules: Map<ModuleDeclaration, Folder>;
}

/** The stack's own folder, then those of its modules. */
export type Folders = readonly [Folder, ...Folder[]];

export function readFolders(
  files: ReadonlyMap<string, readonly SourceFile[]>,
  kinds: Kinds,
  report: Report,
): Folders {
  const folders = new Map<string, Folder>();
  for (const [path, sources] of files) folders.set(path, readFolder(path, sources, kinds, report));
  const root = folders.get(rootFolder) ?? readFolder(rootFolder, [], kinds, report);
  connect(root, folders, [], new Set(), report);
  return [root, ...[...folders.values()].filter((f) => f !== root)];
}

function readFolder(path: string, files: readonly SourceFile[], kinds: Kinds, report: Report): Folder {
  const { value: stack, diagnostics } = collect(files, kinds, path);
  for (const d of diagnostics) report(d);
  const variables = new Map<string, Variable>();
  for (const [name, declaration] of stack.variables) variables.set(name, readVariable(declaration, report));
  const shapes = new Map<NodeDeclaration, Shape>();
  for (const nodes of [stack.resources, stack.verifies]) {
    for (const node of nodes.values()) {
      const shape = shapeOf(node);
      shapes.set(node, shape.value);
      for (const d of shape.diagnostics) report(d);
    }
  }
  const outputs = new Map<string, Output>();
  for (const [name, declaration] of stack.outputs) outputs.set(name, readOutput(declaration, report));
  return { path, files, stack, variables, outputs, shapes, modules: new Map() };
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
