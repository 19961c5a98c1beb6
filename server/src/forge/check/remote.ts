/** Modules that Node has of its own and takes without `node:`; Deno takes them too. Source: `module.builtinModules` of 20 to 26. */
const builtIn = new Set(
  `assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns dns/promises
  domain events fs fs/promises http http2 https inspector inspector/promises module net os path path/posix path/win32 perf_hooks
  process punycode querystring readline readline/promises repl stream stream/consumers stream/promises stream/web string_decoder sys
  timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib`.split(
    /\s+/,
  ),
);
/** A package's name where a module's belongs: it would come from a `node_modules` of any folder above. */
const bare =
  /^[ \t]*(?:import|export)\b[^;"'`()]{0,1000}?(?:\bfrom\s{0,20})?(["'])([A-Za-z@][\w@./-]{0,200})\1|(?<![\w$.])(?:require|import)\s{0,20}\(\s{0,20}(["'`])([A-Za-z@][\w@./-]{0,200})\3/gm;
/** Text in quotes that begins like the address of code. */
const address = /(["'`])((?:https?|npm|jsr|data|blob|file|bun):|\/|(?:\.\.\/){5})/gi;
/** Comments that deno takes types, or the code behind them, from. */
const pragma =
  /@deno-types\s*=|@jsxImportSource\s|^\/\/\/\s*<reference\s+(?:path|types)\s*=\s*["'](?:https?|npm|jsr|data|file):/m;
/** Far enough for an import clause with many names. */
const lookback = 512;

/**
 * Where a JavaScript or TypeScript text imports code that is not in the bundle: `import "https:"`, `from "npm:"`,
 * `import("data:")`, `require("file:")`, `new Worker("data:")`. A filter, not a proof: the runtime gets `--no-remote`,
 * `--no-npm` and `--deny-import` too, which stop all but `data:`, `blob:` and `file:`. Source: SAFETY row 31, and deno 2.9.6.
 */
export function remoteImport(content: string): { start: number; end: number } | undefined {
  for (const match of content.matchAll(address)) {
    const scheme = (match[2] ?? "").toLowerCase().replace(/:$/, "");
    const before = content.slice(Math.max(0, match.index - lookback), match.index);
    // Nothing but a module specifier begins as the first two.
    if (scheme === "npm" || scheme === "jsr" || isSpecifier(before, scheme)) return rangeOf(match);
  }
  for (const match of content.matchAll(bare)) {
    const before = content.slice(content.lastIndexOf("\n", match.index) + 1, match.index);
    if (!builtIn.has(match[2] ?? match[4] ?? "") && !/^\s*(?:\/\/|\*)/.test(before)) return rangeOf(match);
  }
  const told = pragma.exec(content);
  return told ? rangeOf(told) : escapedSpecifier(content);
}

/** Whether what stands before a string makes it a module specifier. */
function isSpecifier(before: string, scheme: string): boolean {
  const near = withoutTrailingComments(before);
  if (isCalled(near)) return true;
  if (!/(?:^|[^\w$.])from$/.test(near)) return false;
  return /^(?:http|[./])/.test(scheme) ? isImportClause(before) : true;
}

/** `from "https:` is also a thing that messages and comments say; where it is a clause, import or export comes before. */
function isImportClause(before: string): boolean {
  if (/^\s*(?:\/\/|\*)/.test(before.slice(before.lastIndexOf("\n") + 1))) return false;
  const code = before.replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, " ").replace(/\/\/[^\n]*\n/g, "\n");
  const statement = code.slice(Math.max(code.lastIndexOf(";"), lastQuote(code)) + 1);
  return /\b(?:import|export)\b/.test(statement);
}

function isCalled(near: string): boolean {
  const called = near
    .replace(/\(\s*new\s+URL\s*\($/, "(")
    .replace(/\s*\($/, "")
    .trimEnd();
  return /(?:^|[^\w$])(?:import|require|importScripts|Worker|SharedWorker|register|module)$/.test(called);
}

/** Blanks and comments between a keyword and the string do not part them. */
function withoutTrailingComments(text: string): string {
  let rest = text.trimEnd();
  for (;;) {
    const shorter = rest.endsWith("*/")
      ? rest.slice(0, Math.max(0, rest.lastIndexOf("/*", rest.length - 4)))
      : rest.replace(/((?:from|import|require)\s*\(?)[ \t]*\/\/[^\n]*$/, "$1");
    if (shorter.length === rest.length) return rest;
    rest = shorter.trimEnd();
  }
}

function lastQuote(code: string): number {
  return Math.max(code.lastIndexOf('"'), code.lastIndexOf("'"), code.lastIndexOf("`"));
}

/** A specifier spelled with escapes has something to hide. */
function escapedSpecifier(content: string): { start: number; end: number } | undefined {
  const match = /\b(?:from|import|require)\s{0,100}\(?\s{0,100}(["'`])(?:(?!\1)[^\\\n]){0,200}\\[ux0-7]/.exec(
    content,
  );
  return match ? rangeOf(match) : undefined;
}

function rangeOf(match: RegExpExecArray): { start: number; end: number } {
  return { start: match.index, end: match.index + match[0].length };
}
