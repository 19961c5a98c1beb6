import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { functions } from "../../server/src/intake/functions/table.ts";

/** What inputs are made from: whole files, single expressions, and words of the language. */
export interface Corpus {
  readonly files: readonly string[];
  readonly expressions: readonly string[];
  readonly words: readonly string[];
}

/** Reads the repository's own files; the working directory is its root. */
export function readCorpus(): Corpus {
  const expressions = textsIn("test/conformance/expressions", /\.txt$/).flatMap((text) =>
    text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#")),
  );
  const files = [
    ...textsIn("examples", /\.cw(vars)?$/),
    ...textsIn("test/cases", /\.cw(vars)?$/),
    ...textsIn("test/conformance/stack", /\.cw$/),
    ...textsIn("test/conformance/fmt/in", /./),
    ...textsIn("grammar/test/corpus", /\.txt$/).flatMap(grammarCases),
    ...textsIn("docs", /\.md$/).flatMap(fenced),
  ];
  return { files, expressions, words: [...words, ...[...functions.keys()].map((name) => `${name}(`)] };
}

function textsIn(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => readFileSync(path, "utf8"));
}

/** The sources of tree-sitter's corpus files: what stands between a title and the tree. */
function grammarCases(text: string): string[] {
  return text.split(/^=+\n.*\n=+\n/m).flatMap((part) => part.split(/^---$/m)[0] || []);
}

function fenced(text: string): string[] {
  return [...text.matchAll(/^```(?:hcl|cw|clockwork)\n([\s\S]*?)^```$/gm)].flatMap(([, code]) => code ?? []);
}

/** Brackets that are repeated to nest: what opens, what stands inside, what closes. */
export const nests: readonly (readonly [open: string, close: string])[] = [
  ["(", ")"],
  ["[", "]"],
  ["{a=", "}"],
  ["{\na = ", "\n}"],
  ["{", "}"],
  ['"${', '}"'],
  ['"%{if true}', '%{endif}"'],
  ["%{if true}", "%{endif}"],
  ["%{for x in []}", "%{endfor}"],
  ["-", ""],
  ["!", ""],
  ["[for x in [1]: ", "]"],
  ["{for k, x in {}: k => ", "}"],
  ["upper(", ")"],
  ["try(", ", 1)"],
  ["true ? ", " : 1"],
  ["true ? 1 : ", ""],
  ["1 + ", ""],
  ["1 == ", ""],
  ["a[", "]"],
  ["", ".a"],
  ["", "[0]"],
  ["", "[*]"],
  ["", ".*"],
  ["", ".0"],
  ["", " ? 1 : 2"],
  ["a {\n", "}\n"],
  ['dynamic "a" {\ncontent {\n', "}\n}\n"],
  ["<<A\n${", "}\nA\n"],
  ["<<-A\n", "\nA\n"],
  ["/*", "*/"],
];

const words: readonly string[] = [
  ..."{}[]()\"'$%~<>=:,.;?!&|\n\t\r\\#/*+-0@`^ ",
  ..."\0\x01\x7f\x1b\u0085\u00a0\u200b\u200d\u202e\u2028\ufeff\ufffd\ud800\udc00éß漢",
  "😀",
  "e\u0301",
  "\r\n",
  "\n\n",
  "${",
  "%{",
  "$${",
  "%%{",
  "${~",
  "~}",
  "$$",
  '"${',
  '}"',
  "<<EOT\n",
  "<<-EOT\n",
  "\nEOT\n",
  "EOT",
  "for ",
  " in ",
  " if ",
  "%{ if ",
  "%{ else }",
  "%{ endif }",
  "%{ for x in ",
  "%{ endfor }",
  "/*",
  "*/",
  "//",
  "=>",
  "==",
  "...",
  "::",
  "&&",
  "||",
  "<=",
  "true",
  "false",
  "null",
  "0",
  "-1",
  "1e400",
  "1e-400",
  "9007199254740993",
  "0.1",
  "1e9",
  "123456789012345678901234567890",
  "\\n",
  "\\u00e9",
  "\\U0001f680",
  "\\u",
  "\\x",
  "\\",
  "a = ",
  "a = 1\n",
  'name = "x"\n',
  'resource "service" "web" {\n',
  'resource "task" "t" {\n',
  'variable "v" {\n',
  "locals {\n",
  'output "o" {\n',
  "value = ",
  'module "m" {\nsource = "./m"\n',
  'verify "http" "h" {\n',
  'kind "k" {\n',
  "moved {\n",
  "removed {\n",
  "clockwork {\n",
  "lifecycle {\n",
  'dynamic "ports" {\n',
  "content {\n",
  "for_each = ",
  "count = ",
  "depends_on = [",
  "default = ",
  "type = ",
  "string",
  "list(",
  "object({",
  "optional(",
  "sensitive = true\n",
  "validation {\n",
  "condition = ",
  "error_message = ",
  "var.",
  "var.v",
  "local.a",
  "module.m",
  "each.key",
  "each.value",
  "count.index",
  "self.name",
  "path.module",
  "service.web",
  "service.web.url",
  "service.web[0]",
  "[*]",
  "[0]",
  ".0",
  '["a"]',
  '"10.0.0.0/8"',
  '"2020-01-01T00:00:00Z"',
  '"%d %s %v"',
  '"(a|b)*c"',
  '"t.tpl"',
  '"./m"',
];
