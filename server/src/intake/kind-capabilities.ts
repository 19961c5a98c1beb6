import { didYouMean } from "../diagnostics/suggest.ts";
import type { Attribute, Block } from "../syntax/ast.ts";
import type { KindReader } from "./kind-reader.ts";
import { networkReaches, type OwnCapabilities, secretWays } from "./schema/schema.ts";

const names = ["network", "writes", "engine", "secrets"];

/** What is not declared is not granted. */
export function readCapabilities(reader: KindReader, block: Block | undefined): OwnCapabilities {
  const fields = block && reader.fields(block.body, { attributes: names }, "A capabilities block");
  const of = (name: string) => fields?.attributes.get(name);
  return {
    network: readChoice(reader, of("network"), networkReaches, "none"),
    writes: reader.texts(of("writes")),
    engine: reader.flag(of("engine")),
    secrets: readChoice(reader, of("secrets"), secretWays, "file"),
  };
}

function readChoice<T extends string>(
  reader: KindReader,
  attribute: Attribute | undefined,
  choices: readonly T[],
  usual: T,
): T {
  const text = reader.text(attribute);
  if (!attribute || text === undefined) return usual;
  const choice = choices.find((c) => c === text);
  if (choice) return choice;
  const known = choices.map((c) => JSON.stringify(c)).join(", ");
  reader.refuse(attribute, `${JSON.stringify(text)} is not one of ${known}`, didYouMean(text, choices));
  return usual;
}
