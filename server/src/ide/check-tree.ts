/**
 * What can be verified of a stack, as a tree for a list of tests: verify blocks and services' health checks, their instances
 * beneath them, all of a module's instance under that.
 */
import { stepId } from "../assembly/steps.ts";
import type { Span } from "../diagnostics/span.ts";
import { keySuffix, parseAddress, withoutKey } from "../intake/address.ts";
import { declaredModule } from "../intake/declared.ts";
import type { Folder } from "../intake/folder.ts";
import { healthAddress } from "../intake/health-check.ts";
import type { VerifyIr } from "../intake/ir.ts";
import type { Snapshot } from "./snapshot.ts";

export interface CheckNode {
  /** Of a check, or of the block or module that others are beneath; unique in the tree. */
  readonly address: string;
  /** The last part of the address: `page`, `["eu"]`, `site["berlin"]`. */
  readonly label: string;
  /** What it is: `http`, `health check`, `module`; empty for an instance. */
  readonly detail: string;
  /** The block's header. */
  readonly span: Span;
  /** Id of the step that runs it, where it is a check of its own. */
  readonly step?: string;
  readonly children: readonly CheckNode[];
}

/** In order of addresses. */
export function checkTree({ ir, folders }: Snapshot): readonly CheckNode[] {
  const services = new Map(
    ir.resources.filter((r) => r.kind === "service").map((r) => [healthAddress(r.address), r.address]),
  );
  const roots: Growing[] = [];
  const groups = new Map<string, Growing>();
  /** The node of that address beneath another one, made where it is missing. */
  const group = (above: Growing | undefined, node: Growing): Growing => {
    const known = groups.get(node.address);
    if (known) return known;
    groups.set(node.address, node);
    (above?.children ?? roots).push(node);
    return node;
  };
  for (const verify of ir.verifies) {
    const kind = ir.kinds.checks.get(verify.kind);
    if (!kind) continue;
    const service = services.get(verify.address);
    const shown = service ?? verify.address;
    let above: Growing | undefined;
    for (const module of modulesAround(shown, folders[0])) above = group(above, module);
    const block = withoutKey(shown);
    const { span } = verify;
    const detail = service === undefined ? verify.kind : "health check";
    const label = nameOf(verify, service);
    const isInstance = block !== shown;
    // A service and its health check are spoken of alike; a check beside it has another address.
    const address = service === undefined ? block : healthAddress(block);
    if (isInstance) above = group(above, { address, label, detail, span, children: [] });
    group(above, {
      address: verify.address,
      label: isInstance ? shown.slice(block.length) : label,
      detail: isInstance ? "" : detail,
      span,
      step: stepId(kind.ensure, verify.address),
      children: [],
    });
  }
  return roots;
}

interface Growing extends CheckNode {
  readonly children: Growing[];
}

/** The instances of modules that an address lies in, outermost first. */
function modulesAround(address: string, root: Folder): readonly Growing[] {
  const found: Growing[] = [];
  let prefix = "";
  for (const { name, key } of parseAddress(address).modules) {
    const label = `${name}${keySuffix(key)}`;
    const module = `${prefix}module.${label}`;
    const block = declaredModule(root, module);
    if (!block) break;
    found.push({ address: module, label, detail: "module", span: block.span, children: [] });
    prefix = `${module}.`;
  }
  return found;
}

function nameOf(verify: VerifyIr, service: string | undefined): string {
  return service === undefined ? verify.name : parseAddress(service).name;
}
