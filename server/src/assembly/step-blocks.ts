import type { Span } from "../diagnostics/span.ts";
import type { Ir } from "../intake/ir.ts";
import { stepId } from "./steps.ts";

/** What a step is of. */
export interface StepBlock {
  /** Of the resource or check. */
  readonly address: string;
  /** The block's header. */
  readonly span: Span;
}

/** Every step that the blocks of a stack can ask for, changed or not, by its id. */
export function stepBlocks({
  kinds,
  resources,
  verifies,
}: Pick<Ir, "kinds" | "resources" | "verifies">): Map<string, StepBlock> {
  const blocks = new Map<string, StepBlock>();
  for (const { kind: name, address, span } of resources) {
    const kind = kinds.resources.get(name);
    if (!kind) continue;
    blocks.set(stepId(kind.ensure, address), { address, span });
    if (kind.remove) blocks.set(stepId(kind.remove.step, address), { address, span });
  }
  for (const { kind: name, address, span } of verifies) {
    const kind = kinds.checks.get(name);
    if (kind) blocks.set(stepId(kind.ensure, address), { address, span });
  }
  return blocks;
}
