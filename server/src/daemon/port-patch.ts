/** A service whose port somebody else took gets the next free one: an edit of that number alone, comments and layout stay. */
import type { ResourceIr } from "../intake/ir.ts";
import type { Attribute, Block, Expression } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { type Patch, textHash } from "./patch.ts";

export interface PortPatch {
  readonly patch: Extract<Patch, { kind: "cw" }>;
  readonly from: number;
  readonly to: number;
}

/** Where a port is written, with the attributes that it decides. */
interface Written {
  readonly port: number;
  readonly start: number;
  readonly end: number;
  readonly claims: readonly string[];
}

/** Undefined where the port is not written in the block as a number, or there is none to be had. */
export function portPatch(
  { address, kind, name }: ResourceIr,
  files: readonly SourceFile[],
  listening: ReadonlySet<number>,
): PortPatch | undefined {
  // A module's blocks, and those with several instances, belong to more than this one.
  if (address !== `${kind}.${name}`) return undefined;
  for (const { file, text, chunks } of files) {
    for (const { origin, items } of chunks) {
      const block = items.find((item): item is Block => isBlockOf(item, kind, name));
      const taken = block && writtenPorts(block).find(({ port }) => listening.has(port));
      const to = taken && nextFree(taken.port, listening);
      if (!taken || to === undefined) continue;
      const [start, end] = [origin.start + taken.start, origin.start + taken.end];
      const changed = `${text.slice(0, start)}${to}${text.slice(end)}`;
      const claims = taken.claims.map((path) => `${address} ${path}`);
      const patch = { kind: "cw", file, text: changed, was: textHash(text), claims } as const;
      return { patch, from: taken.port, to };
    }
  }
  return undefined;
}

function isBlockOf(item: Attribute | Block, kind: string, name: string): boolean {
  if (item.type !== "block" || item.keyword.name !== "resource") return false;
  const [first, second] = item.labels;
  return first?.value === kind && second?.value === name;
}

function writtenPorts({ body }: Block): readonly Written[] {
  let index = 0;
  return body.items.flatMap((item): readonly Written[] => {
    if (item.type === "block") {
      if (item.keyword.name !== "port") return [];
      const path = `ports[${index++}]`;
      return item.body.items.flatMap((inner) =>
        inner.type === "attribute" && inner.name.name === "external"
          ? number(inner.value, [`${path}.external`])
          : [],
      );
    }
    // One number for both sides.
    if (item.name.name === "port") return number(item.value, ["ports[0].external", "ports[0].internal"]);
    return item.name.name === "ports" && item.value.type === "tuple" ? listed(item.value.items) : [];
  });
}

function listed(items: readonly Expression[]): readonly Written[] {
  return items.flatMap((item, index) => {
    if (item.type !== "object") return [];
    const external = item.items.find(({ key }) => key.type === "variable" && key.name === "external");
    return external ? number(external.value, [`ports[${index}].external`]) : [];
  });
}

function number(value: Expression, claims: readonly string[]): readonly Written[] {
  if (value.type !== "number") return [];
  const port = Number(value.text);
  return Number.isInteger(port) ? [{ port, start: value.start, end: value.end, claims }] : [];
}

const highest = 65_535;

function nextFree(port: number, listening: ReadonlySet<number>): number | undefined {
  for (let next = port + 1; next <= highest; next++) if (!listening.has(next)) return next;
  return undefined;
}
