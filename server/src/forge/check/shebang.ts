import type { Language } from "./languages.ts";

/**
 * The first lines a script of each language may have. The core never runs by them, but a reader believes them.
 * Source: SAFETY row 26. Flags are those that the run command may have too.
 */
const shebangs: Readonly<Record<Language, RegExp | undefined>> = {
  bash: /^#! ?(?:(?:\/usr(?:\/local)?)?\/bin\/bash|\/usr\/bin\/env(?: -S)? bash)(?: -[euxE]{1,4})?(?: -o pipefail)?$/,
  python:
    /^#! ?(?:\/usr(?:\/local)?\/bin\/|\/usr\/bin\/env (?:-S )?)python(?:3(?:\.\d{1,2})?)?(?: -[uBIEsP]{1,6})?$/,
  node: /^#! ?(?:\/usr(?:\/local)?\/bin\/|\/usr\/bin\/env (?:-S )?)node(?: --no-warnings)?$/,
  deno: /^#! ?(?:\/usr(?:\/local)?\/bin\/|\/usr\/bin\/env (?:-S )?)deno(?: run(?: (?:--(?:allow|deny)-(?:all|net|read|write|env|run|sys)(?:=[\w.,:/-]{1,80})?|-[ANRWES]))*)?$/,
  // Go has no shebang; a file that begins with one does not compile.
  go: undefined,
};

/** A kernel reads no more. */
const maxShebang = 255;

/** Whether a script's first line, where it is a shebang, fits its language. */
export function fitsShebang(content: string, language: Language): boolean {
  if (!content.startsWith("#!")) return true;
  const end = content.indexOf("\n");
  const line = content.slice(0, end === -1 ? maxShebang + 1 : end);
  return line.length <= maxShebang && shebangs[language]?.test(line) === true;
}
