/** One case of a corpus file: tree-sitter's own format, which `tree-sitter test` reads too. */
export interface CorpusCase {
  readonly name: string;
  readonly source: string;
  /** The tree as an S-expression, white space collapsed. */
  readonly expected: string;
}

const rule = /^={3,}\n(.*)\n={3,}\n/gm;

/** As in tree-sitter, the last newline before `---` is not part of the source. */
export function readCorpus(text: string): CorpusCase[] {
  const heads = [...text.matchAll(rule)];
  return heads.map((head, i) => {
    const body = text.slice(head.index + head[0].length, heads[i + 1]?.index ?? text.length);
    const line = body.indexOf("\n---\n");
    if (line < 0) throw new Error(`The case "${head[1]}" has no line "---".`);
    return { name: head[1] ?? "", source: body.slice(0, line), expected: collapse(body.slice(line + 5)) };
  });
}

export function writeCorpus(cases: readonly CorpusCase[]): string {
  const bar = "=".repeat(20);
  return cases
    .map((c) => `${bar}\n${c.name}\n${bar}\n${c.source}\n---\n\n${indented(c.expected)}\n`)
    .join("\n");
}

export function collapse(tree: string): string {
  return tree.trim().replaceAll(/\s+/g, " ");
}

/** One node to a line. */
function indented(tree: string): string {
  let depth = 0;
  let out = "";
  for (const piece of tree.match(/(?:[a-z_]+: )?\([A-Za-z_]*(?: [a-z_]+(?=\))| "[^"]*"| '[^']*')?|\)/g) ??
    []) {
    if (piece === ")") {
      depth--;
      out += ")";
    } else {
      out += `${out === "" ? "" : "\n"}${"  ".repeat(depth)}${piece.trim()}`;
      depth++;
    }
  }
  return `${out}\n`;
}
