import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

type Table = Readonly<Record<string, string | { readonly message: string }>>;
const read = (path: string): Table => JSON.parse(readFileSync(path, "utf8"));

test("every string has its translations, and none is left over", () => {
  expect(() => execFileSync("node", ["scripts/l10n.mjs", "--check"], { stdio: "pipe" })).not.toThrow();
});

/** The parts of a contribution that people read. */
const readByPeople = new Set([
  ...["title", "description", "markdownDescription", "label", "contents", "displayName"],
  ...["userDescription", "deprecationMessage", "markdownDeprecationMessage"],
]);

/** Texts for people in the manifest that are no `%key%`, by where they stand. */
function plain(node: unknown, path: string): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    // Language models read it, and nobody else.
    if (key === "inputSchema") return [];
    const at = `${path}.${key}`;
    const isRead = readByPeople.has(key) || (key === "name" && path.includes(".views."));
    const texts = key.endsWith("numDescriptions") ? value : isRead ? [value] : [];
    // The product's name is the same in every language.
    const found = texts.filter(
      (text: unknown) => typeof text === "string" && !/^(?:%[\w.-]+%|Clockwork)$/.test(text),
    );
    return [...found.map((text: string) => `${at}: ${text}`), ...plain(value, at)];
  });
}

test("what the manifest shows can be translated", () => {
  expect(plain(manifest.contributes, "contributes")).toEqual([]);
  expect(plain(manifest.capabilities, "capabilities")).toEqual([]);
  expect(plain({ commands: [{ title: "Plan" }] }, "x")).toEqual(["x.commands.0.title: Plan"]);
});

const placeholders = (text: string): readonly string[] =>
  [...new Set(text.match(/\{\d+\}|\$\([\w~-]+\)|command:[\w.]+/g))].sort();

test.each([
  ["package.nls", "package.nls.json"],
  ["l10n/bundle.l10n", "l10n/bundle.l10n.json"],
])("translations of %s put in the same values", (base, english) => {
  const texts = read(english);
  const folder = base.includes("/") ? "l10n" : ".";
  const translations = readdirSync(folder)
    .map((name) => (folder === "." ? name : `l10n/${name}`))
    .filter((name) => name.startsWith(`${base}.`) && name !== english);
  expect(translations).not.toEqual([]);
  for (const path of translations) {
    for (const [key, translated] of Object.entries(read(path))) {
      const text = texts[key];
      const message = typeof text === "object" ? text.message : text;
      expect(placeholders(String(translated)), `${path}: ${key}`).toEqual(placeholders(message ?? key));
    }
  }
});
