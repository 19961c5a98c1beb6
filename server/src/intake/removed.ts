/** `removed` blocks: what is no longer in the files goes, or is left alone and forgotten. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import { constant } from "./constant.ts";
import { readFields } from "./fields.ts";
import type { RemovalIr } from "./ir.ts";
import { missing, readEndpoint } from "./moved.ts";
import type { Report } from "./scope.ts";
import type { BlockDeclaration, Stack } from "./stack.ts";
import { boolType } from "./type.ts";

/** `prefix` is the address of the module that the blocks stand in, with a dot at its end; empty for the stack itself. */
export function readRemoved(stack: Stack, prefix: string, report: Report): RemovalIr[] {
  return stack.removed.flatMap((declaration) => readRemoval(declaration, prefix, report) ?? []);
}

function readRemoval(declaration: BlockDeclaration, prefix: string, report: Report): RemovalIr | undefined {
  const { block, origin, span } = declaration;
  const names = { attributes: ["from"], blocks: ["lifecycle"] };
  const { attributes, blocks, meant } = readFields(block.body, origin, names, "A removed block", report);
  const attribute = attributes.get("from");
  if (!attribute && !declaration.broken && !meant.has("from")) report(missing("removed", "from", span));
  const from = attribute && readEndpoint(attribute.value, declaration, report);
  const destroy = readDestroy(declaration, blocks.get("lifecycle"), report);
  if (!from || destroy === undefined) return undefined;
  return { from: prefix + from.address, destroy, fromSpan: from.span, span };
}

/** Terraform's default is to destroy. Undefined, and reported, where it cannot be told. */
function readDestroy(
  { origin, broken }: BlockDeclaration,
  lifecycle: BlockDeclaration["block"] | undefined,
  report: Report,
): boolean | undefined {
  if (!lifecycle) return true;
  const names = { attributes: ["destroy"] };
  const { attributes, meant } = readFields(
    lifecycle.body,
    origin,
    names,
    "The lifecycle of a removed block",
    report,
  );
  const attribute = attributes.get("destroy");
  if (attribute) {
    const value = constant({ origin, expression: attribute.value }, boolType, "destroy", report);
    return value?.kind === "bool" ? value.value : undefined;
  }
  if (broken || meant.has("destroy")) return undefined;
  report(
    diagnostic("missing-attribute", 'This lifecycle block needs "destroy"', {
      span: { origin, start: lifecycle.keyword.start, end: lifecycle.keyword.end },
      hint: "destroy = false leaves the thing alone and forgets it; destroy = true removes it.",
    }),
  );
  return undefined;
}
