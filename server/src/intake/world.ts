/**
 * A stack as it is evaluated right now. An edit changes some of its parts; they are evaluated anew with what depends on
 * them, and everything else stays: values, nodes of the IR, problems.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import type { Kept } from "./defaults.ts";
import { Dependencies } from "./dependencies.ts";
import { SharedEdges } from "./edges.ts";
import { evaluatePart, isInTemplate, modulesOf } from "./evaluate-part.ts";
import { Evaluator } from "./evaluator.ts";
import { type Folder, type Folders, Reads, readFolders } from "./folder.ts";
import { type ModuleInstance, rootInstance } from "./instances.ts";
import type { MoveIr, RuntimeOutputs } from "./ir.ts";
import { Lifecycles } from "./lifecycles.ts";
import { readMoved } from "./moved.ts";
import { NearestNames } from "./nearest-names.ts";
import type { Lowering } from "./node.ts";
import type { Output } from "./output.ts";
import { Owners } from "./owners.ts";
import { type Part, Parts, type Take, type Thing } from "./parts.ts";
import { sameValue } from "./same-value.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import type { Report } from "./scope.ts";
import type { LocalDeclaration, ModuleDeclaration, NodeDeclaration } from "./stack.ts";
import type { StackFiles } from "./stack-files.ts";
import type { Value } from "./value.ts";
import { type Variables, type VariableValues, variableValues } from "./variables.ts";

/**
 * Gives, once the moves are known, what a resource was made with where the files leave it to a default that follows from its
 * address: what has moved keeps it. The state knows that, the language does not.
 */
export type Made = (moves: readonly MoveIr[], kinds: Kinds) => Kept;

/** What stays while files are edited. */
export interface WorldInput {
  readonly kinds: Kinds;
  readonly made: Made;
  /** The value of `facts`. */
  readonly facts: Value;
  /** What file functions read. */
  readonly snapshot: StackFiles | undefined;
  /** Whether something is wrong with the files of now beside what evaluation finds. */
  readonly hasErrors: () => boolean;
}

/** What the files of a stack have now. */
export interface WorldFiles extends VariableValues {
  /** By folder, the stack's own among them. */
  readonly folders: ReadonlyMap<string, readonly SourceFile[]>;
}

/** What others can see of a part. */
interface Seen {
  /** By unit. */
  readonly values: ReadonlyMap<string, Value | undefined>;
  /** The resources behind it, if somebody has asked. */
  readonly behind?: ReadonlySet<string> | undefined;
  /** Which instances there are. */
  readonly instances?: string;
}

/** The variables' values, and what they were made from. */
interface VariablesRead {
  readonly sources: readonly object[];
  readonly value: Variables;
  readonly diagnostics: readonly Diagnostic[];
}

export class World {
  readonly owners = new Owners();
  readonly parts = new Parts();
  readonly lowering: Lowering;
  /** Of the files alone. */
  readonly problems: Diagnostic[] = [];
  /** In order of their modules. */
  readonly moves: MoveIr[] = [];
  readonly #input: WorldInput;
  readonly #reads = new Reads();
  #folders: Folders;
  #variables: VariablesRead;
  #modules: readonly Folder[];
  #misfits: ReadonlySet<string>;
  #fileChanges: number | undefined;

  constructor(input: WorldInput, files: WorldFiles) {
    this.#input = input;
    this.#listen();
    this.#folders = this.#readFolders(files);
    this.#variables = this.#readVariables(files, undefined);
    const root = rootInstance(this.#folders[0]);
    this.lowering = this.#newLowering(root);
    this.#readMoves();
    this.parts.update(this.#things);
    for (const part of this.parts.all()) this.#evaluate(part);
    this.#modules = this.#folders.slice(1);
    this.#misfits = root.stack.misfits;
    this.#fileChanges = input.snapshot?.changes;
  }

  get kinds(): Kinds {
    return this.#input.kinds;
  }

  /** The stack's own folder, then those of its modules. */
  get folders(): Folders {
    return this.#folders;
  }

  get variables(): Variables {
    return this.#variables.value;
  }

  /** Something here depends on the order in which values were asked for, so that nothing can be kept. */
  get isTangled(): boolean {
    return this.lowering.evaluator.isTangled;
  }

  /** What `evaluator` tells nobody of: for those who only look, and for run-time values. */
  evaluatorFor(outputs: RuntimeOutputs, report: Report): Evaluator {
    return this.#newEvaluator(this.lowering.root, this.lowering.kept, outputs, report, new Owners());
  }

  update(files: WorldFiles): void {
    const { root } = this.lowering;
    this.#listen();
    this.problems.length = 0;
    this.owners.forget("");
    this.#folders = this.#readFolders(files);
    const [folder, ...modules] = this.#folders;
    root.folder = folder;
    root.stack = folder.stack;
    const before = this.variables.values;
    this.#variables = this.#readVariables(files, this.#variables);
    const variables = changesOf(before, this.variables.values);
    const changes = this.parts.update(this.#things);
    const start = new Set(changes.edited.map(({ key }) => key));
    const names = [...changes.names, ...variables.names];
    for (const key of this.#concerned(names, modules)) start.add(key);
    for (const name of variables.values) for (const key of this.parts.dependants(name)) start.add(key);
    this.#renew(start, changes.replaced);
    this.#modules = modules;
    this.#misfits = root.stack.misfits;
    this.#readMoves();
  }

  #listen(): void {
    const { snapshot } = this.#input;
    if (snapshot) snapshot.onAsked = () => this.owners.reads();
  }

  /** The parts that must be looked at although nobody edited them. */
  #concerned(names: readonly string[], modules: readonly Folder[]): readonly string[] {
    const { misfits } = this.lowering.root.stack;
    const concerned: string[] = [];
    const other = [...misfits].filter((m) => !this.#misfits.has(m));
    const gone = [...this.#misfits].filter((m) => !misfits.has(m));
    const renamed = [...names, ...other, ...gone];
    for (const name of renamed) concerned.push(...this.parts.dependants(name));
    if (renamed.length > 0) {
      // What was said of names that nothing has names the nearest one.
      this.lowering.near.clear();
      this.lowering.evaluator.forgetNames();
      for (const [key, problems] of this.owners.troubled())
        if (problems.some(({ code }) => code.startsWith("unknown-"))) concerned.push(key);
    }
    if (modules.length !== this.#modules.length || modules.some((m, i) => m !== this.#modules[i]))
      for (const { key, thing } of this.parts.all()) if (thing.kind === "module") concerned.push(key);
    if (this.#input.snapshot?.changes !== this.#fileChanges) {
      concerned.push(...this.owners.readers);
      this.#fileChanges = this.#input.snapshot?.changes;
    }
    return concerned;
  }

  #renew(start: Iterable<string>, replaced: readonly Part[]): void {
    const old = new Map(replaced.map((part) => [part.key, part]));
    for (const part of replaced) if (!this.parts.has(part.key)) this.#forget(part);
    this.parts.renew(start, {
      forget: (part) => this.#forget(old.get(part.key) ?? part),
      evaluate: (part) => this.#evaluate(part),
      seen: (part) => this.#seen(old.get(part.key) ?? part),
      isSame: (part, before) => this.#isSame(part, before),
      isBound: (key) => this.#isBound(key),
    });
  }

  #evaluate(part: Part): void {
    this.owners.run(part.key, () => {
      part.made = evaluatePart(this.lowering, part.thing);
    });
  }

  #forget({ key, thing }: Part): void {
    const { evaluator, dependencies, lifecycles, root, sharedEdges } = this.lowering;
    this.owners.forget(key);
    const units = [...this.#unitsOf(key, thing)];
    evaluator.forget(key, units);
    dependencies.forget(units);
    if (thing.kind === "node") {
      root.nodes.delete(thing.declaration);
      sharedEdges.ofBlocks.delete(thing.declaration);
      lifecycles.forget(thing.declaration);
    }
    if (thing.kind === "module") root.modules.delete(thing.declaration);
  }

  /** The names of its units that may have a value. */
  *#unitsOf(key: string, { kind, declaration }: Thing): Iterable<string> {
    yield key;
    if (kind === "module") {
      const { evaluator, dependencies } = this.lowering;
      for (const units of [evaluator.units(), dependencies.units()])
        for (const unit of units) if (isIn(unit, key)) yield unit;
    }
    if (kind !== "node") return;
    if (declaration.repeat) yield `${key}.${declaration.repeat.mode}`;
    const shape = this.#reads.shapes.get(declaration)?.value;
    const { list, template } = this.lowering.root.nodes.get(declaration) ?? { list: [] };
    for (const { address } of template ? [...list, template] : list)
      for (const name of shape?.attributes.keys() ?? []) yield `${address}.${name}`;
  }

  #seen({ key, thing }: Pick<Part, "key" | "thing">): Seen {
    const { evaluator, dependencies, root } = this.lowering;
    const values = new Map<string, Value | undefined>();
    if (thing.kind === "local") {
      values.set(key, evaluator.known(key));
      return { values, behind: dependencies.known(key) };
    }
    if (thing.kind !== "node") return { values };
    for (const unit of this.#unitsOf(key, thing)) values.set(unit, evaluator.known(unit));
    const { list, template, isKnown } = root.nodes.get(thing.declaration) ?? { list: [] };
    const keys = list.map((node) => node.key ?? null);
    const mode = thing.declaration.repeat?.mode;
    return { values, instances: JSON.stringify([mode, keys, isKnown, template !== undefined]) };
  }

  /** Whether others see the same of a part as before. What is in a module is not compared. */
  #isSame({ key, thing }: Part, before: Seen): boolean {
    if (thing.kind === "module" || !isSameSeen(before, this.#seen({ key, thing }))) return false;
    if (thing.kind !== "local" || !before.behind) return true;
    const { root, dependencies } = this.lowering;
    const behind = dependencies.behind({ module: root }, "local", thing.declaration.name);
    return behind.size === before.behind.size && [...behind].every((address) => before.behind?.has(address));
  }

  /** Whether what is said of a part names places elsewhere. */
  #isBound(key: string): boolean {
    return this.owners.problemsOf(key).some(({ span, related, fix }) => {
      const spans = [...(related ?? []), ...(fix?.edits ?? [])].map((place) => place.span);
      return spans.some(({ origin }) => origin !== span?.origin);
    });
  }

  #readFolders({ folders }: WorldFiles): Folders {
    return readFolders(folders, this.#input.kinds, this.#reads, (d) => void this.problems.push(d));
  }

  #readVariables(given: WorldFiles, before: VariablesRead | undefined): VariablesRead {
    const { variables: declared } = this.#folders[0];
    const sources = [...declared.values(), ...chunksOf(given.files), ...chunksOf(given.overrides ?? [])];
    let read = before;
    if (!read || !isSameList(sources, read.sources)) {
      const diagnostics: Diagnostic[] = [];
      const value = variableValues(declared, given, (d) => void diagnostics.push(d));
      read = { sources, value, diagnostics };
    }
    this.problems.push(...read.diagnostics);
    return read;
  }

  /** Before anything else has a value, because what has moved may keep one. */
  #readMoves(): void {
    const { lowering } = this;
    this.moves.length = 0;
    if (!this.#folders.some(({ stack }) => stack.moved.length > 0)) return;
    for (const module of modulesOf(lowering)) {
      if (isInTemplate(module)) continue;
      this.moves.push(...readMoved(module.stack, module.prefix, (d) => void this.problems.push(d)));
    }
  }

  readonly #things = (take: Take): void => {
    const { stack, outputs, variables } = this.#folders[0];
    for (const [name, local] of stack.locals) take(`local.${name}`, local, asLocal);
    for (const [address, node] of stack.resources) take(address, node, asNode);
    for (const [address, node] of stack.verifies) take(address, node, asNode);
    for (const module of stack.modules.values()) take(module.address, module, asModule);
    for (const [name, output] of outputs) take(`output.${name}`, output, asOutput);
    for (const [name, variable] of variables) {
      if (variable.validations.length === 0) continue;
      const given = this.variables.given.get(name);
      take(`variable ${name}`, variable, (declaration) => ({ kind: "variable", declaration, given }));
    }
  };

  #newLowering(root: ModuleInstance): Lowering {
    const report: Report = (d) => this.owners.report(d);
    const near = new NearestNames();
    const kept = this.#input.made(this.moves, this.#input.kinds);
    const evaluator = this.#newEvaluator(root, kept, nothingKnown, report, this.owners);
    return {
      root,
      lifecycles: new Lifecycles({ evaluator, near, report }),
      kept,
      dependencies: new Dependencies(evaluator),
      evaluator,
      evaluatorFor: (outputs, to) => this.evaluatorFor(outputs, to),
      report,
      near,
      sharedEdges: new SharedEdges(),
    };
  }

  #newEvaluator(
    root: ModuleInstance,
    kept: Kept,
    outputs: RuntimeOutputs,
    report: Report,
    owners: Owners,
  ): Evaluator {
    const { facts, snapshot, hasErrors } = this.#input;
    const valuesNow = () => this.variables.values;
    return new Evaluator({
      root,
      get variables() {
        return valuesNow();
      },
      kept,
      outputs,
      files: snapshot,
      facts,
      report,
      owners,
      isExcused: () => facts.kind === "unknown" || hasErrors() || this.owners.hasErrors(),
    });
  }
}

const asLocal = (declaration: LocalDeclaration): Thing => ({ kind: "local", declaration });
const asNode = (declaration: NodeDeclaration): Thing => ({ kind: "node", declaration });
const asModule = (declaration: ModuleDeclaration): Thing => ({ kind: "module", declaration });
const asOutput = (declaration: Output): Thing => ({ kind: "output", declaration });

const nothingKnown: RuntimeOutputs = () => undefined;

/** Whether a unit is a part, or something in it. */
function isIn(unit: string, key: string): boolean {
  return (
    unit.startsWith(key) &&
    (unit.length === key.length || unit[key.length] === "." || unit[key.length] === "[")
  );
}

function isSameSeen(before: Seen, now: Seen): boolean {
  if (before.instances !== now.instances || before.values.size !== now.values.size) return false;
  for (const [unit, value] of before.values) {
    const other = now.values.get(unit);
    if (value !== other && (!value || !other || !sameValue(value, other))) return false;
  }
  return true;
}

/** The variables whose values are others now, and those that came or went. */
function changesOf(
  before: ReadonlyMap<string, Value>,
  now: ReadonlyMap<string, Value>,
): { readonly values: readonly string[]; readonly names: readonly string[] } {
  if (before === now) return { values: none, names: none };
  const values: string[] = [];
  const names: string[] = [];
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    const [a, b] = [before.get(name), now.get(name)];
    if (!a || !b) names.push(`var.${name}`);
    else if (!sameValue(a, b)) values.push(`var.${name}`);
  }
  return { values, names };
}

const none: readonly never[] = [];

const chunksOf = (files: readonly SourceFile[]): (readonly Chunk[])[] => files.map((file) => file.chunks);

const isSameList = (a: readonly object[], b: readonly object[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);
