/**
 * What bash splits into words and takes for patterns, because no quotes are around it. Only where that is never wanted or
 * hardly ever: arguments, files of redirections, and `[ … ]`; not in `for`, arrays and `set --`, where people split on purpose.
 */
import type { Node } from "web-tree-sitter";
import type { Fault } from "../check/path.ts";
import { lineOf } from "../check/text.ts";

const expansions = new Set(["simple_expansion", "expansion", "command_substitution"]);
/** Commands whose arguments are split on purpose, or have no blanks to split at. */
const splitting = new Set(["set", "eval", "kill", "wait", "exit", "return", "shift", "break", "continue"]);
/** More of one script help nobody. */
const most = 10;

export function quoteFaults(root: Node, text: string): readonly Fault[] {
  const safe = safeVariables(root);
  const found: Node[] = [];
  // From above: asking a node for its parent costs as much as it is deep.
  for (const node of root.descendantsOfType(["command", "file_redirect", "test_command"])) {
    found.push(...splitWords(node).filter((word) => mayHaveBlanks(word, safe)));
    if (found.length >= most) break;
  }
  return found.slice(0, most).map((node) => {
    const shown = node.text.includes("\n") || node.text.length > 60 ? "$(…)" : node.text;
    return {
      code: "C-QUOTE",
      says: `leaves ${shown} in line ${lineOf(text, node.startIndex)} without quotes`,
      hint: `Write "${shown}": without quotes bash splits the value at blanks and takes * and ? for patterns`,
      at: { start: node.startIndex, end: node.endIndex },
    };
  });
}

/** The expansions that bash splits in a command's arguments, a redirection's file, or `[ … ]`. */
function splitWords(node: Node): readonly Node[] {
  if (node.type === "test_command") return node.child(0)?.type === "[" ? operands(node) : [];
  if (node.type === "file_redirect") return node.childrenForFieldName("destination").flatMap(expansionsIn);
  const name = node.childForFieldName("name");
  if (!name || splitting.has(name.text)) return [];
  return node.childrenForFieldName("argument").flatMap(expansionsIn);
}

function expansionsIn(word: Node): readonly Node[] {
  if (expansions.has(word.type)) return [word];
  return word.type === "concatenation" ? word.namedChildren.filter(({ type }) => expansions.has(type)) : [];
}

const operators = new Set(["binary_expression", "unary_expression", "negation_expression"]);

function operands(node: Node): readonly Node[] {
  const waiting = [...node.namedChildren];
  const found: Node[] = [];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (operators.has(next.type)) waiting.unshift(...next.namedChildren);
    else found.push(...expansionsIn(next));
  }
  return found;
}

/** Numbers that bash itself makes: `$#`, `$?`, `$$`, `$!`, `${#name}`. */
const numeric = /^\$(?:[#?$!-]|\{[#?$!-]\}|\{#[^}]*\})$/;

function mayHaveBlanks(node: Node, safe: ReadonlySet<string>): boolean {
  const { text } = node;
  if (numeric.test(text)) return false;
  // `${1:+"$1"}` quotes what it inserts, and is meant to be nothing otherwise.
  if (node.type === "expansion" && node.namedChildren.some((child) => child.type === "string")) return false;
  const name = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/.exec(text);
  const variable = name?.[1] ?? name?.[2];
  return variable === undefined || !safe.has(variable);
}

/** Variables that get nothing in the script but words without blanks and patterns, or numbers. */
function safeVariables(root: Node): ReadonlySet<string> {
  const safe = new Map<string, boolean>();
  for (const node of root.descendantsOfType(["variable_assignment", "for_statement", "command"])) {
    for (const name of assignedNames(node)) {
      const isWord = node.type === "variable_assignment" && isPlain(node.childForFieldName("value"));
      safe.set(name, (safe.get(name) ?? true) && isWord);
    }
  }
  return new Set([...safe].filter(([, isSafe]) => isSafe).map(([name]) => name));
}

const filling = /^(?:read|mapfile|readarray|printf)$/;

/** What gets a value: by an assignment, a loop, `read`. */
function assignedNames(node: Node): readonly string[] {
  if (node.type === "command") {
    const isFilling = filling.test(node.childForFieldName("name")?.text ?? "");
    return isFilling ? node.childrenForFieldName("argument").map((argument) => argument.text) : [];
  }
  const name = node.childForFieldName(node.type === "for_statement" ? "variable" : "name");
  return name ? [name.text] : [];
}

function isPlain(value: Node | null): boolean {
  if (!value) return true;
  if (value.type === "arithmetic_expansion" || value.type === "number") return true;
  return /^["']?[\w./:@%+,=-]*["']?$/.test(value.text);
}
