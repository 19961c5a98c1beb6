/** Text in quotes that begins like the address of code. */
const address = /(["'`])(https?|npm|jsr|data|blob|file):/gi;
/** Far enough for an import clause with many names. */
const lookback = 512;

/**
 * Whether a JavaScript or TypeScript text imports code that is not in the bundle: `import "https:"`, `from "npm:"`,
 * `import("data:")`, `require("file:")`, `new Worker("data:")`. A filter, not a proof: the runtime gets `--no-remote`,
 * `--no-npm` and `--deny-import` too. Source: SAFETY row 31.
 */
export function importsRemote(content: string): boolean {
  for (const match of content.matchAll(address)) {
    const scheme = (match[2] ?? "").toLowerCase();
    // Nothing but a module specifier begins so.
    if (scheme === "npm" || scheme === "jsr") return true;
    if (isSpecifier(content.slice(Math.max(0, match.index - lookback), match.index))) return true;
  }
  return hasEscapedSpecifier(content);
}

/** Whether what stands before a string makes it a module specifier. */
function isSpecifier(before: string): boolean {
  const code = before.replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, " ").replace(/\/\/[^\n]*\n/g, "\n");
  const statement = code.slice(Math.max(code.lastIndexOf(";"), lastQuote(code)) + 1).trimEnd();
  if (/(?:^|[^\w$.])from$/.test(statement)) return /\b(?:import|export)\b/.test(statement);
  const called = statement
    .replace(/\s*\($/, "")
    .trimEnd()
    .replace(/\bnew URL$/, "")
    .replace(/\s*\(\s*$/, "");
  return /(?:^|[^\w$])(?:import|require|importScripts|Worker|SharedWorker|register|module)$/.test(called);
}

function lastQuote(code: string): number {
  return Math.max(code.lastIndexOf('"'), code.lastIndexOf("'"), code.lastIndexOf("`"));
}

/** A specifier spelled with escapes has something to hide. */
function hasEscapedSpecifier(content: string): boolean {
  return /\b(?:from|import|require)\s{0,100}\(?\s{0,100}(["'`])(?:(?!\1)[^\\\n]){0,200}\\[ux0-7]/.test(
    content,
  );
}
