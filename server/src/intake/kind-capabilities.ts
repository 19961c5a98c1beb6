import { didYouMean } from "../diagnostics/suggest.ts";
import type { Attribute, Block } from "../syntax/ast.ts";
import type { KindReader } from "./kind-reader.ts";
import { networkReaches, type OwnCapabilities } from "./schema/schema.ts";

const names = ["network", "writes", "engine", "secrets"];

/** What is not declared is not granted. */
export function readCapabilities(reader: KindReader, block: Block | undefined): OwnCapabilities {
  const fields = block && reader.fields(block.body, { attributes: names }, "A capabilities block");
  const of = (name: string) => fields?.attributes.get(name);
  return {
    network: readNetwork(reader, of("network")),
    writes: reader.texts(of("writes")),
    engine: reader.flag(of("engine")),
    secrets: reader.flag(of("secrets")),
  };
}

function readNetwork(reader: KindReader, attribute: Attribute | undefined): OwnCapabilities["network"] {
  const text = reader.text(attribute);
  if (!attribute || text === undefined) return "none";
  const reach = networkReaches.find((r) => r === text);
  if (reach) return reach;
  const known = networkReaches.map((r) => JSON.stringify(r)).join(", ");
  reader.refuse(
    attribute,
    `${JSON.stringify(text)} is not one of ${known}`,
    didYouMean(text, networkReaches),
  );
  return "none";
}
