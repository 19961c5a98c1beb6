// Writes l10n/bundle.l10n.json, the English strings that client/src shows through `vscode.l10n.t`; with --check only says
// whether it is up to date. Either way it names what a translation lacks or has too much.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { keepFile } from "./generated.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The strings of one file by their keys, as VS Code makes them: the message, with its comments behind a slash. */
export function strings(name, text) {
  const found = new Map();
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (ts.isCallExpression(node) && /(?:^|\.)l10n\.t$/.test(node.expression.getText(file))) {
      const { key, entry } = stringOf(node, file);
      found.set(key, entry);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Only a literal can be found here and looked up there; values go into {0}. */
function stringOf(call, file) {
  const [given] = call.arguments;
  if (given && ts.isStringLiteralLike(given)) return { key: given.text, entry: given.text };
  if (given && ts.isObjectLiteralExpression(given)) {
    const message = property(given, "message");
    const comment = property(given, "comment");
    const comments = comment && ts.isArrayLiteralExpression(comment) ? comment.elements : [comment];
    if (message && ts.isStringLiteralLike(message) && comments.every((c) => c && ts.isStringLiteralLike(c))) {
      const texts = comments.map((c) => c.text);
      return { key: `${message.text}/${texts.join("")}`, entry: { message: message.text, comment: texts } };
    }
  }
  const { line } = file.getLineAndCharacterOfPosition(call.getStart(file));
  throw new Error(`${file.fileName}:${line + 1}: l10n.t takes a literal, or { message, args, comment }`);
}

function property(object, name) {
  const found = object.properties.find((p) => ts.isPropertyAssignment(p) && p.name.getText() === name);
  return found?.initializer;
}

/** Keys that only one of two tables has. */
export function difference(wanted, given) {
  return {
    missing: [...wanted].filter((key) => !given.has(key)),
    unused: [...given].filter((key) => !wanted.has(key)),
  };
}

const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

/** Every `%key%` of package.json. */
export const manifestKeys = () =>
  new Set([...readFileSync(join(root, "package.json"), "utf8").matchAll(/"%([^"%]+)%"/g)].map((m) => m[1]));

/** The strings of all of the client, in the order of their keys. */
export function bundle() {
  const all = new Map();
  for (const entry of readdirSync(join(root, "client/src"), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    const path = join(entry.parentPath, entry.name);
    for (const [key, value] of strings(path, readFileSync(path, "utf8"))) all.set(key, value);
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What each table of strings lacks, and what nothing uses. */
export function complaints() {
  const texts = new Set(bundle().keys());
  const tables = readdirSync(root)
    .filter((name) => /^package\.nls(?:\.[\w-]+)?\.json$/.test(name))
    .map((name) => [name, manifestKeys()]);
  const translations = readdirSync(join(root, "l10n"))
    .filter((name) => name !== "bundle.l10n.json")
    .map((name) => [`l10n/${name}`, texts]);
  return [...tables, ...translations].flatMap(([path, wanted]) => {
    const { missing, unused } = difference(wanted, new Set(Object.keys(read(path))));
    return [
      ...missing.map((key) => `${path} lacks ${JSON.stringify(key)}`),
      ...unused.map((key) => `${path} has ${JSON.stringify(key)}, which nothing uses`),
    ];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = `${JSON.stringify(Object.fromEntries(bundle()), null, 2)}\n`;
  await keepFile("l10n/bundle.l10n.json", text, "node scripts/l10n.mjs");
  for (const complaint of complaints()) {
    console.error(complaint);
    process.exitCode = 1;
  }
}
