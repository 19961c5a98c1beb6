import type { Node } from "web-tree-sitter";
import { breakIn, type Parsers, type Problem } from "./parsers.ts";
import { broken, type Place, type ScriptRead, type Use } from "./read.ts";
import { moduleUse, programUse, startedBy } from "./uses.ts";

export function readPython(parsers: Parsers, text: string): Promise<ScriptRead> {
  return parsers.parse("python", text, (root) => {
    const wrong = breakIn(root) ?? strictProblem(root);
    if (wrong) return broken(text, "Python", wrong.problem, wrong);
    const nodes = root.descendantsOfType(["import_statement", "import_from_statement", "call"]);
    return { faults: [], uses: nodes.flatMap(usesOf) };
  });
}

/** The grammar takes what Python does not: statements of Python 2, blocks without a line, lines that step out of their column. */
function strictProblem(root: Node): Problem | undefined {
  for (const node of [root, ...root.descendantsOfType(["block", "print_statement", "exec_statement"])]) {
    const problem =
      node.type === "block" || node.type === "module" ? blockProblem(node) : oldStatementProblem(node);
    if (problem) return problem;
  }
  return undefined;
}

/** `print "x"`; but `print >> file` is an expression today. */
function oldStatementProblem(node: Node): Problem | undefined {
  if (node.namedChildren.some((child) => child.type === "chevron")) return undefined;
  return { problem: `${node.type.replace("_statement", "")} is a function`, ...placeOf(node) };
}

/** Statements that begin their line begin in the column of the first. */
function blockProblem(block: Node): Problem | undefined {
  const statements = block.namedChildren.filter((child) => child.type !== "comment");
  const [first] = statements;
  if (!first)
    return block.type === "block"
      ? { problem: "an indented block is missing", ...placeOf(block) }
      : undefined;
  const column = block.type === "module" ? 0 : first.startPosition.column;
  let lastRow = -1;
  for (const statement of statements) {
    const { row, column: own } = statement.startPosition;
    if (row !== lastRow && own !== column)
      return { problem: "its indentation is not that of its block", ...placeOf(statement) };
    lastRow = statement.endPosition.row;
  }
  return undefined;
}

function placeOf({ startIndex: start, endIndex: end }: Node): Place {
  return { start, end };
}

function usesOf(node: Node): readonly Use[] {
  if (node.type === "import_statement") return node.childrenForFieldName("name").flatMap(importUse);
  if (node.type === "import_from_statement") return fromUse(node);
  return node.type === "call" ? callUse(node) : [];
}

function importUse(imported: Node): readonly Use[] {
  const name = imported.type === "aliased_import" ? imported.childForFieldName("name") : imported;
  return name ? pythonModule(name.text, placeOf(name)) : [];
}

/** `from urllib import request` is urllib.request. */
function fromUse(node: Node): readonly Use[] {
  const module = node.childForFieldName("module_name");
  if (!module) return [];
  const whole = pythonModule(module.text, placeOf(module));
  if (whole.length > 0) return whole;
  return node
    .childrenForFieldName("name")
    .flatMap((name) => pythonModule(`${module.text}.${name.text}`, placeOf(name)));
}

/** The module or a package around it. */
function pythonModule(name: string, at: Place): readonly Use[] {
  const [top = name] = name.split(".");
  const whole = moduleUse("python", name, at);
  return whole.length > 0 ? whole : moduleUse("python", top, at);
}

const starting =
  /^(?:run|call|check_call|check_output|Popen|getoutput|system|popen|create_subprocess_(?:exec|shell)|execv?p?e?)$/;

/** `subprocess.run(["docker", …])`, `os.system("curl …")`. */
function callUse(call: Node): readonly Use[] {
  const name = call.childForFieldName("function");
  const called = name?.type === "attribute" ? name.childForFieldName("attribute") : name;
  if (!called || !starting.test(called.text)) return [];
  const first = call.childForFieldName("arguments")?.namedChildren[0];
  const words =
    first?.type === "list" || first?.type === "tuple" ? first.namedChildren : first ? [first] : [];
  const plain = words.map(literal);
  const line = first?.type === "string" ? plain[0]?.trim().split(/\s+/) : undefined;
  const index = startedBy(line ?? plain);
  const program = index === undefined ? undefined : (line ?? plain)[index];
  const place = line ? first : index === undefined ? undefined : words[index];
  return program !== undefined && place ? programUse(program, placeOf(place)) : [];
}

function literal(node: Node): string | undefined {
  if (node.type !== "string") return undefined;
  const content = node.namedChildren.filter((child) => child.type === "string_content");
  return content.length === 1 ? content[0]?.text : undefined;
}
