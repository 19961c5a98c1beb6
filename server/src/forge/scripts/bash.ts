import type { Node } from "web-tree-sitter";
import { quoteFaults } from "./bash-quotes.ts";
import { bashSyntax } from "./bash-syntax.ts";
import type { Parsers } from "./parsers.ts";
import type { ScriptRead, Use } from "./read.ts";
import { programUse, startedBy } from "./uses.ts";

/**
 * Two parsers, because neither does both: mvdan/sh knows bash as bash does and says what is wrong, tree-sitter has a tree. Of
 * a script that mvdan/sh takes, the parts that tree-sitter does not understand are passed over.
 */
export async function readBash(parsers: Parsers, text: string): Promise<ScriptRead> {
  const wrong = await bashSyntax(parsers.readWasm, text);
  if (wrong) return { faults: [wrong], uses: [] };
  return parsers.parse("bash", text, (root) => look(root, text));
}

function look(root: Node, text: string): ScriptRead {
  const own = new Set(
    root.descendantsOfType("function_definition").map((node) => node.childForFieldName("name")?.text),
  );
  const uses = root
    .descendantsOfType("command")
    .flatMap(commandUses)
    .filter(({ what }) => !own.has(what));
  return { faults: quoteFaults(root, text), uses };
}

/** Of the program that a command starts, where plain words say which. */
function commandUses(command: Node): readonly Use[] {
  const name = command.childForFieldName("name");
  if (!name) return [];
  const words = [name, ...command.childrenForFieldName("argument")];
  const plain = words.map(plainText);
  const index = startedBy(plain);
  const word = index === undefined ? undefined : words[index];
  const program = index === undefined ? undefined : plain[index];
  if (!word || program === undefined) return [];
  const at = { start: word.startIndex, end: word.endIndex };
  if (program === "git" && gitUsesNetwork(plain.slice((index ?? 0) + 1)))
    return [{ kind: "network", what: "git", at }];
  return programUse(program, at);
}

const gitRemote = new Set(["clone", "fetch", "pull", "push", "ls-remote", "submodule"]);

function gitUsesNetwork(words: readonly (string | undefined)[]): boolean {
  return words.some((word) => word !== undefined && gitRemote.has(word));
}

/** A word that is what it says: no expansion in it. */
function plainText(node: Node): string | undefined {
  const [inner, ...more] = node.children;
  if (node.type === "command_name" && inner && more.length === 0) return plainText(inner);
  if (node.type === "word" || node.type === "number") return node.text;
  if (node.type === "raw_string") return node.text.slice(1, -1);
  const isPlain =
    node.type === "string" && node.namedChildren.every((child) => child.type === "string_content");
  return isPlain ? node.text.slice(1, -1) : undefined;
}
