/** Types as the console's `type()` prints them, which is Terraform's own way: one attribute a line, `dynamic` for `any`. */
import type { Type } from "./type.ts";
import { compareText } from "./values.ts";

export function renderType(type: Type): string {
  return render(type, "");
}

function render(type: Type, margin: string): string {
  const inner = `${margin}    `;
  switch (type.kind) {
    case "list":
    case "set":
    case "map": {
      const { element } = type;
      // Only what is printed in lines of its own stands on lines of its own.
      return "items" in element || "fields" in element
        ? `${type.kind}(\n${inner}${render(element, inner)},\n${margin})`
        : `${type.kind}(${render(element, margin)})`;
    }
    case "tuple":
      return type.items.length === 0
        ? "tuple([])"
        : `tuple([\n${type.items.map((item) => `${inner}${render(item, inner)},\n`).join("")}${margin}])`;
    case "object": {
      const fields = [...type.fields].sort(([a], [b]) => compareText(a, b));
      const lines = fields.map(([name, field]) => `${inner}${name}: ${render(field.type, inner)},\n`);
      return lines.length === 0 ? "object({})" : `object({\n${lines.join("")}${margin}})`;
    }
    default:
      return type.kind;
  }
}
