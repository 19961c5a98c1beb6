import { modulePrefix } from "./address.ts";
import type { Edge, ResourceIr, VerifyIr } from "./ir.ts";
import type { LoweredNode } from "./node.ts";

/**
 * A check that refers to nothing waits for every resource of its module and the modules inside it, except for those that wait
 * for such a check themselves. All checks of a module share one list: many checks of many resources would be as many edges.
 */
export function withImplicitEdges(
  checks: readonly LoweredNode[],
  resources: readonly ResourceIr[],
): VerifyIr[] {
  const implicit = checks.filter((c) => c.isAlone).map((c) => c.node.address);
  if (implicit.length === 0) return checks.map((c) => c.node);
  const after = dependantsOf(implicit, [...checks.map((c) => c.node), ...resources]);
  const lists = new Map<string, readonly Edge[]>();
  return checks.map(({ node, isAlone }) => {
    if (!isAlone) return node;
    const prefix = modulePrefix(node.address);
    const everything = lists.get(prefix) ?? edgesTo(resources, prefix, after);
    lists.set(prefix, everything);
    return everything.length > 0 ? { ...node, dependsOn: everything } : node;
  });
}

function edgesTo(
  resources: readonly ResourceIr[],
  prefix: string,
  except: ReadonlySet<string>,
): readonly Edge[] {
  return resources.flatMap(({ address, span }) =>
    except.has(address) || !address.startsWith(prefix) ? [] : [{ address, span, isImplied: true }],
  );
}

/** Everything that depends on one of the addresses, directly or not. */
function dependantsOf(addresses: readonly string[], nodes: readonly (ResourceIr | VerifyIr)[]): Set<string> {
  const dependants = new Map<string, string[]>();
  for (const node of nodes) {
    for (const edge of node.dependsOn) {
      const list = dependants.get(edge.address);
      if (list) list.push(node.address);
      else dependants.set(edge.address, [node.address]);
    }
  }
  const found = new Set<string>();
  const queue = [...addresses];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    for (const dependant of dependants.get(address) ?? []) {
      if (found.has(dependant)) continue;
      found.add(dependant);
      queue.push(dependant);
    }
  }
  return found;
}
