import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { RuntimeReference, Value } from "./value.ts";

/**
 * What the `.cw` files of a stack say, evaluated as far as it can be: plain data, in order of addresses, without a trace
 * of files, order of blocks or absolute paths except in spans.
 */
export interface Ir {
  readonly resources: readonly ResourceIr[];
  readonly verifies: readonly VerifyIr[];
  readonly outputs: readonly OutputIr[];
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
