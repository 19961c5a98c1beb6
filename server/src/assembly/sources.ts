import type { ResourceIr } from "../intake/ir.ts";
import { resourceKind } from "../intake/schema/kinds.ts";

/** A local file or folder that an attribute names and whose content belongs to the inputs. */
export interface NamedSource {
  readonly address: string;
  readonly attribute: string;
  readonly reads: "file" | "tree";
  /** As the attribute says: relative to the stack's folder or absolute. */
  readonly path: string;
  /** Whether it may come into being during the run, because the resource depends on others. */
  readonly mayComeLater: boolean;
}

export function namedSources(resources: readonly ResourceIr[]): NamedSource[] {
  return resources.flatMap((resource) =>
    (resourceKind.get(resource.kind)?.attributes ?? []).flatMap((schema) => {
      const value = schema.reads ? resource.attributes.get(schema.name) : undefined;
      if (!schema.reads || value?.kind !== "string") return [];
      const mayComeLater = resource.dependsOn.length > 0;
      return [
        {
          address: resource.address,
          attribute: schema.name,
          reads: schema.reads,
          path: value.value,
          mayComeLater,
        },
      ];
    }),
  );
}
