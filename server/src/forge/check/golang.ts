import type { Fault } from "./path.ts";

/** Directives that run programs, read files or reach past the language while building. Source: SAFETY row 30; `go doc cmd/compile`. */
const directive =
  /\/\/go:(generate|embed|linkname|cgo_[a-z_]+|wasmimport|wasmexport|debug)\b|^[ \t]*#cgo\b|^\/\/export |^\/\/line |\/\*line /m;

/** What a Go program may not contain. */
export function goFaults(path: string, content: string): readonly Fault[] {
  const faults: Fault[] = [];
  if (/_test\.go$/i.test(path)) faults.push({ code: "C-GO", says: "is a test file" });
  const match = directive.exec(content);
  if (match) {
    const at = { start: match.index, end: match.index + match[0].length };
    faults.push({ code: "C-GO", says: `has the directive ${match[0].trim()}`, at });
  }
  const { paths, unreadable } = goImports(content);
  if (unreadable) faults.push({ code: "C-GO", says: "has an import clause that is not plain Go" });
  if (paths.includes("C")) faults.push({ code: "C-GO", says: "imports C" });
  const remote = paths.find(isRemote);
  if (remote !== undefined) {
    faults.push({
      code: "C-REMOTE",
      says: "imports a package that is not in Go's standard library",
      hint: "A Go script may import the standard library alone",
    });
  }
  return faults;
}

/** The standard library has no dot in the first part of an import path; everything else has. Relative paths begin with one. */
function isRemote(path: string): boolean {
  return (path.split("/")[0] ?? "").includes(".");
}

const word = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const text = /"([^"\\\n]*)"|`([^`\n\\]*)`/y;

/** The import paths of a file: the clauses after `package`, read as Go reads them, comments and raw strings included. */
export function goImports(content: string): {
  readonly paths: readonly string[];
  readonly unreadable: boolean;
} {
  const scanner = new Scanner(content);
  const paths: string[] = [];
  if (scanner.take(word) === "package") scanner.take(word);
  while (scanner.take(word) === "import") {
    const list = scanner.symbol("(");
    do {
      if (list && scanner.symbol(")")) break;
      if (!scanner.symbol(".")) scanner.take(word);
      const path = scanner.take(text);
      if (path === undefined) return { paths, unreadable: true };
      paths.push(path.slice(1, -1));
    } while (list);
  }
  return { paths, unreadable: false };
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next token if it is of that form. */
  take(form: RegExp): string | undefined {
    this.#pass();
    form.lastIndex = this.#at;
    const match = form.exec(this.#text);
    if (!match) return undefined;
    this.#at = form.lastIndex;
    return match[0];
  }

  symbol(symbol: string): boolean {
    this.#pass();
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    return true;
  }

  #pass(): void {
    for (;;) {
      const c = this.#text.charAt(this.#at);
      if (c === "/" && this.#text.charAt(this.#at + 1) === "*") this.#skipPast("*/");
      else if (c === "/" && this.#text.charAt(this.#at + 1) === "/") this.#skipPast("\n");
      else if (c !== "" && " \t\n\r;".includes(c)) this.#at++;
      else return;
    }
  }

  #skipPast(mark: string): void {
    const end = this.#text.indexOf(mark, this.#at + 2);
    this.#at = end === -1 ? this.#text.length : end + mark.length;
  }
}
