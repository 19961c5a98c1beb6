/** `prevent_destroy`: a plan that would remove what is protected is refused as a whole. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withoutKey } from "../intake/address.ts";
import type { Ir } from "../intake/ir.ts";
import type { Decision } from "./plan.ts";

/** As in Terraform, a block protects all its instances, also those it no longer has; without its block nothing is protected. */
export function protectedChanges(ir: Ir, changes: Iterable<Decision>): Diagnostic[] {
  if (ir.protections.size === 0) return [];
  return [...changes].flatMap(({ address, action, reason }) => {
    const span = ir.protections.get(withoutKey(address));
    if (!span || (action !== "delete" && action !== "replace")) return [];
    const what = action === "delete" ? "removed" : "replaced, which removes it first";
    return [
      diagnostic(
        "prevent-destroy",
        `${address} would be ${what} (${reason}), and prevent_destroy forbids that`,
        {
          span,
          hint: `Keep it as it was made, remove prevent_destroy, or leave it out of the plan with --target.`,
        },
      ),
    ];
  });
}
