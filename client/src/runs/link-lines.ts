/** Places in a line of a terminal: files of a stack with line and column, and logs of steps. */
export interface FoundLink {
  readonly start: number;
  readonly length: number;
  readonly path: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
}

/** As a diagnostic has them, where the name may have blanks: `  --> my stack/main.cw:12:3`. */
const arrow = /^(\s*(?:-->|:::) )(.+\.cw(?:vars)?):(\d+):(\d+)$/;
/** Anywhere else: `main.cw:12:3`, `main.cw:12`. */
const source = /(?<![\w./~@+-])((?:[\w.~@+-]*\/)*[\w.@+-]+\.cw(?:vars)?):(\d+)(?::(\d+))?/g;
const log = /(?<![\w./~@+-])((?:[\w.~@+-]*\/)*\.clockwork\/logs\/[\w.-]+\/[\w.-]+\.log)/g;

export function linksIn(line: string): readonly FoundLink[] {
  const told = arrow.exec(line);
  const places = told ? [placeOf(told, told[1]?.length ?? 0, told.slice(2))] : [];
  const others = told ? [] : [...line.matchAll(source)].map((m) => placeOf(m, 0, m.slice(1)));
  const logs = [...line.matchAll(log)].map(({ index, 0: path }) => ({
    start: index,
    length: path.length,
    path,
  }));
  return [...places, ...others, ...logs];
}

function placeOf(
  match: RegExpExecArray | RegExpMatchArray,
  skipped: number,
  [path = "", line, column]: readonly (string | undefined)[],
): FoundLink {
  return {
    start: (match.index ?? 0) + skipped,
    length: match[0].length - skipped,
    path,
    line: Number(line),
    ...(column !== undefined && { column: Number(column) }),
  };
}
