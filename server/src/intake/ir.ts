import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { builtinKinds, type Kinds } from "./schema/known-kinds.ts";
import type { RuntimeReference, Value } from "./value.ts";

/**
 * What the `.cw` files of a stack say, evaluated as far as it can be: plain data, in order of addresses, without a trace
 * of files, order of blocks or absolute paths except in spans.
 */
export interface Ir {
  readonly kinds: Kinds;
  readonly resources: readonly ResourceIr[];
  readonly verifies: readonly VerifyIr[];
  readonly outputs: readonly OutputIr[];
  readonly moves: readonly MoveIr[];
  readonly removals: readonly RemovalIr[];
  /** Where `prevent_destroy = true` stands, by addresses of blocks: those of resources without their own key. */
  readonly protections: ReadonlyMap<string, Span>;
  readonly settings: Settings;
}

/** What a stack without files says. */
export const emptyIr: Ir = {
  kinds: builtinKinds,
  resources: [],
  verifies: [],
  outputs: [],
  moves: [],
  removals: [],
  protections: new Map(),
  settings: { agent: { limits: {} }, daemon: {} },
};

/**
 * A `moved` block. Addresses are absolute and name a resource (with all its instances, unless the other side names one), one
 * instance, a module or one instance of a module: `service.web`, `service.web["eu"]`, `module.site`, `module.site[0]`.
 */
export interface MoveIr {
  readonly from: string;
  readonly to: string;
  readonly fromSpan: Span;
  readonly toSpan: Span;
  /** The block's header. */
  readonly span: Span;
}

/** A `removed` block. `from` is an address as in a `moved` block. */
export interface RemovalIr {
  readonly from: string;
  /** Remove the thing; otherwise it is left as it is and forgotten. */
  readonly destroy: boolean;
  readonly fromSpan: Span;
  readonly span: Span;
}

/** What a `lifecycle` block says. */
export interface Lifecycle {
  /** Where `prevent_destroy = true` stands. */
  readonly preventDestroy?: Span;
  /** Attributes (by the schema's names) or parts of them that are left as they were made. */
  readonly ignoreChanges?: "all" | readonly AttributePath[];
  readonly replaceTriggeredBy?: readonly Trigger[];
}

/** `env["A"]` is `["env", "A"]`, `ports[0].external` is `["ports", 0, "external"]`. */
export type AttributePath = readonly (string | number)[];

/** A reference of `replace_triggered_by`: what changes there replaces the resource. */
export interface Trigger {
  /** Of a resource with all its instances, or of one instance. */
  readonly address: string;
  /** The attribute or output, or part of one; empty for the resource as a whole. */
  readonly path: AttributePath;
  readonly span: Span;
}

/** The `clockwork` block of the stack. */
export interface Settings {
  readonly agent: AgentSettings;
  readonly daemon: DaemonSettings;
}

/** Absent fields leave the choice to flags, editor settings and defaults. */
export interface AgentSettings {
  readonly compiler?: string;
  readonly model?: string;
  /** Most calls to the model, and most tokens of them together, in one command. */
  readonly limits: { readonly calls?: number; readonly tokens?: number };
}

/** Only ever stricter than the daemon's defaults. */
export interface DaemonSettings {
  /** Time between two looks, in milliseconds. */
  readonly intervalMs?: number;
  /** Most fixes applied to one resource within an hour without asking; 0 for none. */
  readonly fixesPerHour?: number;
  /** Shortest time between two fixes of one resource, in milliseconds. */
  readonly cooldownMs?: number;
}

/** A thing that other things can depend on, one instance each. */
interface Node {
  /** `service.web`, `verify.http.up`; with an instance key `service.web["eu"]`. */
  readonly address: string;
  readonly kind: string;
  /** The block's label. */
  readonly name: string;
  /** Attributes and blocks that are set, by name, converted to the schema's types; null ones left out. Nested blocks are objects, or lists of them. */
  readonly attributes: ReadonlyMap<string, Value>;
  /** Where each attribute stands, for diagnostics. */
  readonly attributeSpans: ReadonlyMap<string, Span>;
  /** The edges, sorted by address, without doubles. */
  readonly dependsOn: readonly Edge[];
  /** The block's header. */
  readonly span: Span;
  /** Longest a step of it may run, in milliseconds; absent means the command's default. */
  readonly timeoutMs?: number;
  /** How often a failed step is tried again. */
  readonly retries?: number;
  readonly lifecycle?: Lifecycle;
  /**
   * Evaluates an attribute once run-time values are known (the ones whose `Value` is unknown without `parts`, or contains
   * such). Pure: the same outputs give the same value.
   */
  readonly evaluate: (
    attribute: string,
    outputs: RuntimeOutputs,
  ) => { value?: Value; diagnostics: readonly Diagnostic[] };
}

export interface Edge {
  /** Address of what must come before. */
  readonly address: string;
  /** The reference or `depends_on` entry. */
  readonly span: Span;
  /** The attribute that refers; absent for `depends_on`. */
  readonly attribute?: string;
  /** Nothing refers: a check by itself waits for everything. */
  readonly isImplied?: true;
}

export interface ResourceIr extends Node {}

/**
 * `name` is the block's second label, `kind` its first (`http`); the address is `verify.http.up`. A service's health check is
 * one too: `verify.http.web.health`. A verify without reference and depends_on has an edge to every resource.
 */
export interface VerifyIr extends Node {}

export interface OutputIr {
  readonly name: string;
  readonly value: Value;
  readonly sensitive: boolean;
  readonly description?: string;
  readonly span: Span;
  readonly evaluate: (outputs: RuntimeOutputs) => { value?: Value; diagnostics: readonly Diagnostic[] };
}

/** Looks a run-time value up; undefined when its step has not run. */
export type RuntimeOutputs = (reference: RuntimeReference) => string | undefined;
