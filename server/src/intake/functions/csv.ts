/** CSV as Go's encoding/csv reads it (RFC 4180, empty lines skipped). */
import { objectOf, stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { listValue, objectValue, sortFields, stringValue } from "../values.ts";
import { failure } from "./arguments.ts";
import type { FunctionFailure, FunctionOutcome } from "./function.ts";

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export function decodeCsv(text: string): FunctionOutcome {
  const rows = readRows(text);
  if (!Array.isArray(rows)) return rows;
  const [header, ...body] = rows;
  if (!header) return failure("the header line is missing", 0);
  const double = header.cells.find((name, i) => header.cells.indexOf(name) !== i);
  if (double !== undefined) return failure(`two columns have the name ${JSON.stringify(double)}`, 0);
  const items: Value[] = [];
  for (const row of body) {
    if (row.cells.length !== header.cells.length) {
      return failure(`line ${row.line} has ${row.cells.length} fields instead of ${header.cells.length}`, 0);
    }
    items.push(objectValue(new Map(header.cells.map((name, i) => [name, stringValue(row.cells[i] ?? "")]))));
  }
  const fields = sortFields(new Map(header.cells.map((name) => [name, stringType])));
  return listValue(objectOf(Object.fromEntries(fields)), items);
}

function readRows(text: string): Row[] | FunctionFailure {
  const rows: Row[] = [];
  const source = text.replace(/\r\n/g, "\n").replace(/\r$/, "");
  let at = 0;
  let line = 1;
  while (at < source.length) {
    if (source[at] === "\n") {
      at++;
      line++;
      continue;
    }
    const row = readRow(source, at, line);
    if ("kind" in row) return row;
    rows.push({ line, cells: row.cells });
    line += source.slice(at, row.end).split("\n").length - 1;
    at = row.end;
  }
  return rows;
}

function readRow(
  source: string,
  from: number,
  line: number,
): { cells: string[]; end: number } | FunctionFailure {
  const cells: string[] = [];
  let at = from;
  for (;;) {
    const cell = source[at] === '"' ? readQuoted(source, at) : readPlain(source, at);
    if (!cell) return failure(`a quote is out of place in line ${line}`, 0);
    cells.push(cell.text);
    at = cell.end;
    if (source[at] !== ",") return { cells, end: source[at] === "\n" ? at + 1 : at };
    at++;
  }
}

interface Cell {
  readonly text: string;
  readonly end: number;
}

function readPlain(source: string, from: number): Cell | undefined {
  let end = from;
  while (end < source.length && source[end] !== "," && source[end] !== "\n") end++;
  const text = source.slice(from, end);
  return text.includes('"') ? undefined : { text, end };
}

function readQuoted(source: string, from: number): Cell | undefined {
  let text = "";
  let at = from + 1;
  for (;;) {
    const quote = source.indexOf('"', at);
    if (quote < 0) return undefined;
    text += source.slice(at, quote);
    if (source[quote + 1] !== '"') {
      const end = quote + 1;
      return end >= source.length || source[end] === "," || source[end] === "\n" ? { text, end } : undefined;
    }
    text += '"';
    at = quote + 2;
  }
}
