/**
 * Intake's main file: parsed files and values of variables become the IR. Every problem becomes a diagnostic and none stops
 * the others. Pure and synchronous; knows nothing of state, plans or the machine.
 */
import { version } from "../../../package.json";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { absolute, type Origin } from "../diagnostics/span.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { modulesOf } from "./evaluate-part.ts";
import type { EnvFacts } from "./facts.ts";
import { factsValue } from "./facts-value.ts";
import type { Folders } from "./folder.ts";
import type { Ir, RuntimeOutputs } from "./ir.ts";
import { FolderLint, lintSecrets } from "./lint/lint.ts";
import { type Look, lookWith } from "./look.ts";
import { rootFolder } from "./module-block.ts";
import { readKinds } from "./own-kinds.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import type { Report } from "./scope.ts";
import { checkModuleSettings, readSettings } from "./settings.ts";
import type { Placed } from "./stack.ts";
import type { StackFiles } from "./stack-files.ts";
import { StackIr } from "./stack-ir.ts";
import type { Value } from "./value.ts";
import type { VariableValues } from "./variables.ts";
import { type Made, World } from "./world.ts";

/** A stack's files and what was given for its variables. */
export interface Sources extends VariableValues {
  readonly stack: readonly SourceFile[];
  /** The files of its modules, by folder, relative to the stack's. */
  readonly modules?: ReadonlyMap<string, readonly SourceFile[]>;
}

/** What is the same for as long as a stack is edited. */
export interface LoweringOptions {
  /** Absent where nobody looks at the machine. */
  readonly facts?: EnvFacts | undefined;
  /** What file functions read; absent outside of a stack. */
  readonly snapshot?: StackFiles;
  readonly made?: Made | undefined;
  /** False where nobody sees hints. */
  readonly hints?: boolean;
}

/** The evaluated stack, and how to evaluate further expressions inside it. */
export interface Lowered {
  readonly ir: Ir;
  /** The variables whose values are kept nowhere. */
  readonly sensitiveVariables: ReadonlyMap<string, Value>;
  readonly folders: Folders;
  readonly look: Look;
  /** An expression as if it stood in the stack: `eval`, `console`. */
  readonly evaluate: (
    placed: Placed,
    outputs: RuntimeOutputs,
  ) => { value: Value; diagnostics: readonly Diagnostic[] };
}

const nothingKnown: RuntimeOutputs = () => undefined;
const nothingMade: Made = () => () => undefined;

export function lower(
  sources: Sources,
  options: LoweringOptions = {},
): { value: Lowered; diagnostics: Diagnostic[] } {
  return new Lowerer(options).lower(sources);
}

/** Lowers a stack again and again while it is edited, and keeps what an edit did not touch. */
export class Lowerer {
  readonly #options: LoweringOptions;
  readonly #lints = new Map<string, FolderLint>();
  #kinds: KindsRead | undefined;
  #world: World | undefined;
  #ir = new StackIr();
  /** Of the files of now, beside what evaluation finds. */
  #hasErrors = false;

  constructor(options: LoweringOptions) {
    this.#options = options;
  }

  lower(sources: Sources): { value: Lowered; diagnostics: Diagnostic[] } {
    const diagnostics: Diagnostic[] = [];
    const report = once(diagnostics);
    const folders = new Map([[rootFolder, sources.stack], ...(sources.modules ?? [])]);
    const files = [...folders.values(), sources.files, sources.overrides ?? []].flat();
    for (const { chunks } of files) for (const chunk of chunks) for (const d of chunk.diagnostics) report(d);
    const kinds = this.#readKinds(folders);
    for (const d of kinds.diagnostics) report(d);
    this.#hasErrors = hasErrors(diagnostics);
    const world = this.#evaluate(kinds.value, { ...sources, folders });
    for (const d of world.problems) report(d);
    for (const { key } of world.parts.all()) for (const d of world.owners.problemsOf(key)) report(d);
    for (const d of world.owners.problemsOf("")) report(d);
    const { root } = world.lowering;
    for (const { stack } of world.folders.slice(1))
      if (stack.settings) checkModuleSettings(stack.settings, version, report);
    const ir = this.#ir.make(world, readSettings(root.stack.settings, version, report), report);
    // A name that is mistyped, or could not be read, may be the one use of what seems unused.
    const isWhole = !diagnostics.some((d) => d.severity === "error" && d.code !== "missing-variable");
    this.#lint(world.folders, [...sources.files, ...(sources.overrides ?? [])], isWhole, report);
    return { value: lowered(world, ir), diagnostics };
  }

  /** What cannot be told from what was, is made anew as a whole. */
  #evaluate(kinds: Kinds, files: ConstructorParameters<typeof World>[1]): World {
    const { made = nothingMade, facts, snapshot } = this.#options;
    const fresh = () => {
      const hasErrors = () => this.#hasErrors;
      this.#ir = new StackIr();
      return new World({ kinds, made, facts: factsValue(facts), snapshot, hasErrors }, files);
    };
    let world = this.#world;
    if (!world || world.kinds !== kinds || world.isTangled) world = fresh();
    else {
      world.update(files);
      if (world.isTangled) world = fresh();
    }
    this.#world = world;
    return world;
  }

  #readKinds(folders: ReadonlyMap<string, readonly SourceFile[]>): KindsRead {
    const { snapshot } = this.#options;
    const chunks = kindChunks(folders);
    const known = this.#kinds;
    const isKnown =
      known?.chunks.length === chunks.length &&
      (!known.reads || known.fileChanges === snapshot?.changes) &&
      known.chunks.every((chunk, i) => chunk === chunks[i]);
    if (known && isKnown) return known;
    let reads = false;
    if (snapshot) {
      snapshot.onAsked = () => {
        reads = true;
      };
    }
    this.#kinds = { chunks, ...readKinds(folders, snapshot), reads, fileChanges: snapshot?.changes };
    return this.#kinds;
  }

  #lint(folders: Folders, values: readonly SourceFile[], isWhole: boolean, report: Report): void {
    if (this.#options.hints === false) {
      for (const file of [...folders.flatMap((f) => f.files), ...values]) lintSecrets(file, report);
      return;
    }
    for (const { path, stack, files } of folders) {
      const isModule = path !== rootFolder;
      const lint = this.#lints.get(path) ?? new FolderLint();
      this.#lints.set(path, lint);
      lint.lint({ stack, isWhole, files, values: isModule ? [] : values, isModule }, report);
    }
  }
}

interface KindsRead {
  readonly chunks: readonly Chunk[];
  /** Scripts of kinds may stand in files. */
  readonly reads: boolean;
  readonly fileChanges: number | undefined;
  readonly value: Kinds;
  readonly diagnostics: readonly Diagnostic[];
}

function kindChunks(folders: ReadonlyMap<string, readonly SourceFile[]>): readonly Chunk[] {
  const found: Chunk[] = [];
  for (const files of folders.values()) {
    for (const { chunks } of files) {
      for (const chunk of chunks)
        for (const item of chunk.items)
          if (item.type === "block" && item.keyword.name === "kind") found.push(chunk);
    }
  }
  return found;
}

function lowered(world: World, ir: Ir): Lowered {
  const { lowering, folders, variables } = world;
  return {
    ir,
    sensitiveVariables: variables.sensitive,
    folders,
    look: lookWith(
      () => world.evaluatorFor(nothingKnown, () => {}),
      () => modulesOf(lowering),
    ),
    evaluate: (placed, outputs) => {
      const found: Diagnostic[] = [];
      const evaluator = world.evaluatorFor(outputs, (d) => void found.push(d));
      return { value: evaluator.expression(placed, { module: lowering.root }), diagnostics: found };
    },
  };
}

/** Takes each problem once: the instances of a block all have the same ones. */
function once(diagnostics: Diagnostic[]): Report {
  const seen = new Map<Origin | undefined, Set<string>>();
  return (d) => {
    const { origin, start, end } = d.span ?? {};
    const found = seen.get(origin) ?? new Set<string>();
    seen.set(origin, found);
    const elsewhere = d.related?.map(({ span }) => Object.values(absolute(span)).join(" ")).join(", ");
    const text = `${start} ${end} ${d.code} ${d.message} ${elsewhere}`;
    if (found.has(text)) return;
    found.add(text);
    diagnostics.push(d);
  };
}
