// Writes schemas/*.json from the zod types; with --check only says whether they are up to date.
import { keep, load } from "./generated.mjs";

const { jsonSchemas, schemaText } = await load("server/src/schemas.ts");
const files = [...jsonSchemas()].map(([name, schema]) => [`${name}.json`, schemaText(schema)]);
await keep("schemas", new Map(files), "node scripts/schemas.mjs");
