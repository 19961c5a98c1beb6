import type { Node } from "web-tree-sitter";
import { breakIn, type Parsers } from "./parsers.ts";
import { broken, type Place, type ScriptRead, type Use } from "./read.ts";
import { moduleUse, programUse } from "./uses.ts";

export function readGo(parsers: Parsers, text: string): Promise<ScriptRead> {
  return parsers.parse("go", text, (root) => {
    const wrong = breakIn(root);
    if (wrong) return broken(text, "Go", wrong.problem, wrong);
    return { faults: [], uses: root.descendantsOfType(["import_spec", "call_expression"]).flatMap(usesOf) };
  });
}

function usesOf(node: Node): readonly Use[] {
  if (node.type === "import_spec") {
    const path = node.childForFieldName("path");
    return path ? moduleUse("go", path.text.slice(1, -1), placeOf(path)) : [];
  }
  return node.type === "call_expression" ? callUse(node) : [];
}

/** `exec.Command("docker", …)`, `net.Dial("tcp", …)`. */
function callUse(call: Node): readonly Use[] {
  const called = call.childForFieldName("function");
  if (called && /^net\.(?:Dial|Listen|Lookup)\w*$/.test(called.text))
    return [{ kind: "network", what: called.text, at: placeOf(called) }];
  if (!called || !/^exec\.Command(?:Context)?$/.test(called.text)) return [];
  const words = call.childForFieldName("arguments")?.namedChildren ?? [];
  const program = words.find((word) => word.type.endsWith("string_literal"));
  return program ? programUse(program.text.slice(1, -1), placeOf(program)) : [];
}

function placeOf({ startIndex: start, endIndex: end }: Node): Place {
  return { start, end };
}
