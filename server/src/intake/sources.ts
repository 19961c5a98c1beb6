import { createHash } from "node:crypto";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { ResourceIr } from "./ir.ts";
import type { Kinds } from "./schema/known-kinds.ts";

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

export function namedSources(kinds: Kinds, resources: readonly ResourceIr[]): NamedSource[] {
  return resources.flatMap((resource) =>
    (kinds.resources.get(resource.kind)?.attributes ?? []).flatMap((schema) => {
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

/**
 * sha256 of every local file and folder that attributes name, by address and attribute. One that is missing is a problem,
 * unless an earlier step may make it.
 */
export async function hashSources(
  files: ReadFiles,
  stackDir: string,
  kinds: Kinds,
  resources: readonly ResourceIr[],
): Promise<{ value: Map<string, Record<string, string>>; diagnostics: Diagnostic[] }> {
  const value = new Map<string, Record<string, string>>();
  const diagnostics: Diagnostic[] = [];
  const spans = new Map(resources.map((r) => [r.address, r.attributeSpans]));
  for (const source of namedSources(kinds, resources)) {
    const path = source.path.startsWith("/") ? source.path : `${stackDir}/${source.path}`;
    const stat = await files.stat(path);
    const found = stat && (source.reads === "tree" ? stat.kind === "directory" : stat.kind === "file");
    if (!found) {
      if (source.mayComeLater && !stat) continue;
      const span = spans.get(source.address)?.get(source.attribute);
      const what = source.reads === "tree" ? "folder" : "file";
      diagnostics.push(
        diagnostic("invalid-value", `${source.attribute}: there is no ${what} "${source.path}"`, {
          span,
          hint: "Paths are relative to the stack's folder.",
        }),
      );
      continue;
    }
    const hash = source.reads === "tree" ? await hashTree(files, path) : sha256(await files.readBytes(path));
    value.set(source.address, { ...value.get(source.address), [source.attribute]: hash });
  }
  return { value, diagnostics };
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Names, executable bits and contents, in order of names; links are not followed, `.git` and `.clockwork` left out. */
async function hashTree(files: ReadFiles, folder: string): Promise<string> {
  const lines: string[] = [];
  for (const entry of await files.list(folder)) {
    if (entry.name === ".git" || entry.name === ".clockwork") continue;
    const path = `${folder}/${entry.name}`;
    if (entry.kind === "directory") lines.push(`d ${entry.name} ${await hashTree(files, path)}`);
    else if (entry.kind === "file") {
      const executable = ((await files.stat(path))?.mode ?? 0) & 0o111 ? "x" : "f";
      lines.push(`${executable} ${entry.name} ${sha256(await files.readBytes(path))}`);
    } else lines.push(`l ${entry.name}`);
  }
  return sha256(lines.join("\n"));
}
