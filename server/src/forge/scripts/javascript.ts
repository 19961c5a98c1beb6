/** JavaScript and TypeScript, by Babel's parser: it takes what the runtimes take, and says what is wrong as they would. */
import { type ParserOptions, parse } from "@babel/parser";
import { extensionOf } from "../check/languages.ts";
import { type AstNode, isNode, nodesBelow } from "./ast.ts";
import { broken, type Place, type ScriptRead, type Use } from "./read.ts";
import { moduleUse, programUse, startedBy } from "./uses.ts";

export function readJavaScript(text: string, path: string): ScriptRead {
  const read = parseScript(text, extensionOf(path));
  if ("problem" in read)
    return broken(text, isTyped(path) ? "TypeScript" : "JavaScript", read.problem, read.at);
  return { faults: [], uses: nodesBelow(read.program).flatMap(usesOf) };
}

function isTyped(path: string): boolean {
  return /^(?:m?ts|tsx)$/.test(extensionOf(path));
}

type Parsed = { readonly program: AstNode } | { readonly problem: string; readonly at: Place };

/** A .js file may be of either sort: Node looks which it is, and so does Babel. */
function parseScript(text: string, extension: string): Parsed {
  const sourceType = extension === "cjs" ? "commonjs" : extension === "js" ? "unambiguous" : "module";
  const options: ParserOptions = {
    sourceType,
    plugins: [
      ...(/^m?tsx?$/.test(extension) ? (["typescript"] as const) : []),
      ...(/^[jt]sx$/.test(extension) ? (["jsx"] as const) : []),
    ],
    ...(sourceType === "unambiguous" && {
      allowReturnOutsideFunction: true,
      allowNewTargetOutsideFunction: true,
    }),
  };
  try {
    const { program } = parse(text, options);
    return isNode(program) ? { program } : { problem: "it has no statements", at: { start: 0, end: 0 } };
  } catch (error) {
    // Babel's, which say where; and the end of its stack, which the runtime's parser would reach as well.
    if (error instanceof RangeError) return { problem: "it is nested too deeply", at: { start: 0, end: 0 } };
    if (!(error instanceof SyntaxError) || !("pos" in error) || typeof error.pos !== "number") throw error;
    const problem = error.message.replace(/ \(\d+:\d+\)$/, "").replace(/\.$/, "");
    return { problem, at: { start: error.pos, end: error.pos + 1 } };
  }
}

function usesOf(node: AstNode): readonly Use[] {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
      return moduleOf(node["source"]);
    case "CallExpression":
    case "NewExpression":
      return callUse(node);
    default:
      return [];
  }
}

function moduleOf(source: unknown): readonly Use[] {
  const name = literal(source);
  return name === undefined || !isNode(source) ? [] : moduleUse("javascript", name, source);
}

const networkCalls =
  /^(?:fetch|WebSocket|EventSource|XMLHttpRequest|Deno\.(?:connect\w*|listen\w*|serve|resolveDns))$/;
const starting = /(?:^|\.)(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|Command)$/;

/** `fetch(…)`, `require("http")`, `spawn("docker", …)`, `execSync("curl …")`. */
function callUse(call: AstNode): readonly Use[] {
  const callee = call["callee"];
  const name = dotted(callee);
  if (name === undefined || !isNode(callee)) return [];
  const at = { start: callee.start, end: callee.end };
  if (networkCalls.test(name.replace(/^globalThis\./, ""))) return [{ kind: "network", what: name, at }];
  const words = Array.isArray(call["arguments"]) ? call["arguments"] : [];
  const first: unknown = words[0];
  if (name === "require" || name === "import" || name === "process.getBuiltinModule") return moduleOf(first);
  const line = starting.test(name) ? literal(first)?.trim().split(/\s+/) : undefined;
  const index = line && startedBy(line);
  const program = index === undefined ? undefined : line?.[index];
  return program !== undefined && isNode(first) ? programUse(program, first) : [];
}

/** `a.b.c` of an expression that is nothing else. */
function dotted(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Import") return "import";
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type !== "MemberExpression" || node["computed"] === true) return undefined;
  const object = dotted(node["object"]);
  const property = dotted(node["property"]);
  return property && (object === undefined ? property : `${object}.${property}`);
}

/** A text, or what a template begins with. */
function literal(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "StringLiteral") return String(node["value"]);
  if (node.type !== "TemplateLiteral" || !Array.isArray(node["quasis"])) return undefined;
  const quasi: unknown = node["quasis"][0];
  const value = isNode(quasi) ? quasi["value"] : undefined;
  return typeof value === "object" && value !== null && "cooked" in value ? String(value.cooked) : undefined;
}
