// Writes docs/diagnostics/*.md from the table of codes and their pages; with --check only says whether they are up to date.
import { keep, load } from "./generated.mjs";

const { documentation } = await load("server/src/diagnostics/pages.ts");
await keep("docs/diagnostics", documentation(), "node scripts/docs.mjs");
