// Writes docs/diagnostics/*.md from the table of codes and their pages, and docs/functions.md from the table of functions; with
// --check only says whether they are up to date.
import { keep, keepFile, load } from "./generated.mjs";

const { documentation } = await load("server/src/diagnostics/pages.ts");
await keep("docs/diagnostics", documentation(), "node scripts/docs.mjs");

const { functionsPage } = await load("server/src/intake/functions/documentation.ts");
await keepFile("docs/functions.md", functionsPage(), "node scripts/docs.mjs");
