/**
 * What a stack consists of and what needs what, for those who look: `clockwork graph` and the editor's graph. What a plan
 * waits for besides (health checks) is `graph.ts`'s.
 */
import type { Span } from "../diagnostics/span.ts";
import { keySuffix, parseAddress, withoutKey } from "../intake/address.ts";
import type { Edge, Ir } from "../intake/ir.ts";

export interface Dependencies {
  /** Resources, then checks, each in order of addresses. */
  readonly nodes: readonly DependencyNode[];
  /** What nodes are part of, each behind the one that it is part of itself. */
  readonly groups: readonly DependencyGroup[];
  readonly edges: readonly DependencyEdge[];
}

export interface DependencyNode {
  readonly address: string;
  readonly kind: string;
  readonly isCheck: boolean;
  /** Id of the innermost group that it is part of. */
  readonly group?: string;
  /** The block's header. */
  readonly span: Span;
}

/**
 * `module`: the module's address, `module.site`, which has groups for its instances (`module.site["eu"]`) if it has any.
 * `instances`: a block with `count` or `for_each`, by its address without a key.
 */
export interface DependencyGroup {
  readonly id: string;
  readonly kind: "module" | "instances";
  readonly parent?: string;
}

/** `from` needs `to`. */
export interface DependencyEdge {
  readonly from: string;
  readonly to: string;
  /** An attribute that refers; `depends_on`, also of what triggers; `everything`: a check that refers to nothing comes last. */
  readonly reason:
    | { readonly kind: "attribute"; readonly name: string }
    | { readonly kind: "depends_on" }
    | { readonly kind: "everything" };
  readonly span: Span;
}

export function dependencies({ resources, verifies }: Pick<Ir, "resources" | "verifies">): Dependencies {
  const groups = new Map<string, DependencyGroup>();
  const nodes = [
    ...resources.map((node) => ({ node, isCheck: false })),
    ...verifies.map((node) => ({ node, isCheck: true })),
  ];
  return {
    nodes: nodes.map(({ node: { address, kind, span }, isCheck }) => {
      const group = groupOf(address, groups);
      return { address, kind, isCheck, span, ...(group !== undefined && { group }) };
    }),
    groups: [...groups.values()],
    edges: nodes.flatMap(({ node }) =>
      node.dependsOn.map((edge) => ({
        from: node.address,
        to: edge.address,
        reason: reasonOf(edge),
        span: edge.span,
      })),
    ),
  };
}

function reasonOf({ attribute, isImplied }: Edge): DependencyEdge["reason"] {
  if (isImplied) return { kind: "everything" };
  return attribute === undefined ? { kind: "depends_on" } : { kind: "attribute", name: attribute };
}

/** The innermost group of an address; adds it, and those around it, to the ones that are known. */
function groupOf(text: string, groups: Map<string, DependencyGroup>): string | undefined {
  const { modules, key } = parseAddress(text);
  let parent: string | undefined;
  const enter = (id: string, kind: DependencyGroup["kind"]) => {
    if (!groups.has(id)) groups.set(id, { id, kind, ...(parent !== undefined && { parent }) });
    parent = id;
  };
  let prefix = "";
  for (const module of modules) {
    const id = `${prefix}module.${module.name}`;
    enter(id, "module");
    if (module.key !== undefined) enter(`${id}${keySuffix(module.key)}`, "module");
    prefix = `${id}${keySuffix(module.key)}.`;
  }
  if (key !== undefined) enter(withoutKey(text), "instances");
  return parent;
}
