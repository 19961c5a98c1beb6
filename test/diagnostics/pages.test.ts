import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Code, codes } from "../../server/src/diagnostics/codes.ts";
import { documentation, pages } from "../../server/src/diagnostics/pages.ts";
import { analyseText, problems } from "../support/stack.ts";

const folder = "docs/diagnostics";
const product = textsBelow("server/src");
const reported = (code: Code) => new RegExp(`"${code}"(?!:)`).test(product);
const withExample = (Object.keys(pages) as Code[]).filter((code) => pages[code].wrong !== undefined);

/** Of the codes that something reports already. */
const withoutExample = (Object.keys(pages) as Code[]).filter(
  (code) => pages[code].wrong === undefined && reported(code),
);

describe("the documentation of codes", () => {
  it("is what the table says (node scripts/docs.mjs writes it)", () => {
    const written = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]),
    );
    expect(written).toEqual(documentation());
  });

  it("lists every code once", () => {
    const listed = [...(documentation().get("README.md") ?? "").matchAll(/^\| \[([\w-]+)\]/gm)];
    expect(listed.map(([, code]) => code).sort()).toEqual(Object.keys(codes).sort());
  });

  it("has an example for whatever a file can do wrong", () => {
    expect(withExample.length).toBeGreaterThan(30);
    for (const code of withExample) expect(pages[code].right, code).toBeDefined();
  });
});

describe("an example of", () => {
  it.each(withExample)("%s has exactly this problem, and the right one none", async (code) => {
    const { wrong = "", right = "" } = pages[code];
    const found = await analyseText(wrong);
    expect([...new Set(found.diagnostics.map((d) => d.code))], problems(found).join("\n")).toEqual([code]);
    expect(problems(await analyseText(right))).toEqual([]);
  });
});

describe("every code", () => {
  it("has a case: an example, or a test that names it", () => {
    const words = new Set(textsBelow("test").match(/[A-Za-z]+(?:-[A-Za-z]+)*/g));
    expect(withoutExample.filter((code) => !words.has(code))).toEqual([]);
  });
});

function textsBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|txt|json)$/.test(entry.name))
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"))
    .join("\n");
}
