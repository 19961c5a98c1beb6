import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { FlatTree } from "./flat.ts";
export function explain(origin: Origin, text: string, _flat: FlatTree): Diagnostic[] {
  return [
    diagnostic("syntax-error", "The text is not valid", { span: { origin, start: 0, end: text.length } }),
  ];
}
