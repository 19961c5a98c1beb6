/**
 * The rules that need a script's syntax tree: whether it parses, what bash would split, and what it uses that its step may
 * not. Nothing here runs anything. It is a bundle of its own, with its parsers, and read only when there is a script to look
 * at that the built-in compiler did not write.
 */
import type { Language } from "../check/languages.ts";
import type { LookAtScript } from "../check/scripts.ts";
import { readBash } from "./bash.ts";
import { readGo } from "./golang.ts";
import { readJavaScript } from "./javascript.ts";
import { Parsers, type ReadWasm } from "./parsers.ts";
import { readPython } from "./python.ts";
import type { ScriptRead } from "./read.ts";
import { secretFaults } from "./secrets.ts";
import { useFaults } from "./uses.ts";

export type { ReadWasm } from "./parsers.ts";

/** `readWasm`: the bytes of a module by its file's name; asked once for each that is needed. */
export function scriptRules(readWasm: ReadWasm): LookAtScript {
  const parsers = new Parsers(readWasm);
  return async ({ path, lang, content }, granted) => {
    const { faults, uses } = await readers[lang](parsers, content, path);
    if (!granted) return faults;
    return [...faults, ...useFaults(lang, content, uses, granted), ...secretFaults(lang, content, granted)];
  };
}

const readers: Readonly<
  Record<Language, (parsers: Parsers, text: string, path: string) => Promise<ScriptRead> | ScriptRead>
> = {
  bash: readBash,
  python: readPython,
  go: readGo,
  node: (_, text, path) => readJavaScript(text, path),
  deno: (_, text, path) => readJavaScript(text, path),
};
