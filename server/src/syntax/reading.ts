import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, type DiagnosticDetail, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Missing, Node } from "./ast.ts";
import { stride } from "./flat.ts";
import { Kind } from "./kinds.ts";

/** What lowering one chunk needs: its text, its flat tree, and where to put problems. */
export interface Reading {
  readonly text: string;
  readonly nodes: Int32Array;
  readonly origin: Origin;
  readonly diagnostics: Diagnostic[];
  /** How many expressions are open around the present one. */
  depth: number;
}

export function kindOf(r: Reading, node: number): number {
  return r.nodes[node] ?? Kind.other;
}

export function startOf(r: Reading, node: number): number {
  return r.nodes[node + 2] ?? 0;
}

export function endOf(r: Reading, node: number): number {
  return r.nodes[node + 3] ?? 0;
}

export function textOf(r: Reading, node: number): string {
  return r.text.slice(r.nodes[node + 2], r.nodes[node + 3]);
}

/** The index behind a node's last descendant: where its next sibling stands, or its parent's next. */
export function after(r: Reading, node: number): number {
  return r.nodes[node + 4] ?? node + stride;
}

/** The first child with a field, or -1. */
export function childAt(r: Reading, node: number, field: number): number {
  const end = after(r, node);
  for (let child = node + stride; child < end; child = after(r, child)) {
    if (r.nodes[child + 1] === field) return child;
  }
  return -1;
}

export function spanOf(r: Reading, node: Node): Span {
  return { origin: r.origin, start: node.start, end: node.end };
}

export function report(
  r: Reading,
  code: Code,
  message: string,
  node: Node,
  detail: Omit<DiagnosticDetail, "span"> = {},
): void {
  r.diagnostics.push(diagnostic(code, message, { span: spanOf(r, node), ...detail }));
}

/** Stands for an expression that is not there. */
export function missing(start: number, end = start): Missing {
  return { type: "missing", start, end };
}

/**
 * Expressions and blocks nested deeper than this are refused: what reads the result is recursive. A chain of operators or of
 * attributes counts as deep as it is long.
 */
export const deepest = 500;

export const blocksTooDeepMessage = `Blocks are nested more than ${deepest} levels deep`;

export const tooDeepMessage = `An expression is nested more than ${deepest} levels deep`;

/**
 * A list of the size that it has. One that grew is up to seven times as large, and a large stack has a hundred thousand of
 * them to keep.
 */
export function exact<T>(list: T[]): T[] {
  return list.length < 12 ? list.slice() : list;
}
