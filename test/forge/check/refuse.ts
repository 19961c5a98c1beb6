import { expect, test } from "vitest";
import type { Code } from "../../../server/src/diagnostics/codes.ts";
import { checkBundle } from "../../../server/src/forge/check.ts";
import { artifact, corpusActions, goodBundle, type Loose } from "./samples.ts";

/** A good bundle, spoiled in one way. */
export type Item = readonly [what: string, spoil: (bundle: Loose) => void];

/** One test an item: the bundle is refused, and by that rule. */
export function refuse(code: Code, items: readonly Item[]): void {
  test.each(items)(`${code}: %s`, (_, spoil) => {
    const bundle = goodBundle();
    spoil(bundle);
    const { value, diagnostics } = checkBundle(bundle, corpusActions);
    expect(value).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toContain(code);
  });
}

/** The text of the bash, python, deno and Go script. */
export const bash = (content: string) => artifact(0, { content });
export const python = (content: string) => artifact(1, { content });
export const deno = (content: string) => artifact(2, { content });
export const go = (content: string) => artifact(3, { content: `package main\n${content}\nfunc main() {}\n` });
