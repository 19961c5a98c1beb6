import { expect, test } from "vitest";
import { linksIn } from "../../../client/src/runs/link-lines.ts";
import manifest from "../../../package.json" with { type: "json" };
import { diagnostic } from "../../../server/src/diagnostics/diagnostic.ts";
import { renderDiagnostics } from "../../../server/src/diagnostics/render.ts";

/** The links of a line as `text -> path line:column`. */
const links = (line: string) =>
  linksIn(line).map(
    ({ start, length, path, line: row, column }) =>
      `${line.slice(start, start + length)} -> ${path} ${row}:${column}`,
  );

test.each([
  ["  --> main.cw:33:17", ["main.cw:33:17 -> main.cw 33:17"]],
  ["   --> my stack/main.cw:3:1", ["my stack/main.cw:3:1 -> my stack/main.cw 3:1"]],
  ["  ::: ../site/main.cw:3:1", ["../site/main.cw:3:1 -> ../site/main.cw 3:1"]],
  [
    "see main.cw:12:3, and site/a.cwvars:4.",
    ["main.cw:12:3 -> main.cw 12:3", "site/a.cwvars:4 -> site/a.cwvars 4:undefined"],
  ],
  [
    "    log: .clockwork/logs/r-1/run_task.a.log",
    [".clockwork/logs/r-1/run_task.a.log -> .clockwork/logs/r-1/run_task.a.log undefined:undefined"],
  ],
  ["main.cw, 12:3, http://127.0.0.1:8080/main.cwx:1", []],
  ["", []],
])("%s", (line, expected) => {
  expect(links(line)).toEqual(expected);
});

test("the problem matcher reads what the command line prints, as seen from the workspace folder", () => {
  const [matcher] = manifest.contributes.problemMatchers;
  const [first, second] = matcher?.pattern ?? [];
  const text = "a = 1\n  b = c\n";
  const span = { origin: { file: "main.cw", start: 0 }, start: 12, end: 13 };
  const sources = Object.assign(() => text, { shownIn: "infra/" });
  const problem = diagnostic("unknown-variable", "There is no c", { span, hint: "Did you mean d?" });
  const lines = renderDiagnostics([problem], sources, { color: false }).split("\n");
  const at = lines.findIndex((line) => new RegExp(first?.regexp ?? "").test(line));
  expect(new RegExp(first?.regexp ?? "").exec(lines[at] ?? "")?.slice(1)).toEqual([
    "error",
    "unknown-variable",
    "There is no c",
  ]);
  expect(new RegExp(second?.regexp ?? "").exec(lines[at + 1] ?? "")?.slice(1)).toEqual([
    "infra/main.cw",
    "2",
    "7",
  ]);
});
