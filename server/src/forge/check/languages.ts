import type { ScriptLanguage } from "../../intake/schema/schema.ts";
import type { Runtime } from "../bundle.ts";

/** The languages of scripts. */
export type Language = ScriptLanguage;

/** What must agree: the artifact's `lang`, its extension and the program of the run command. */
export const languages: Readonly<
  Record<Language, { readonly runtime: Runtime; readonly extensions: readonly string[] }>
> = {
  bash: { runtime: "bash", extensions: ["sh", "bash"] },
  python: { runtime: "python3", extensions: ["py"] },
  node: { runtime: "node", extensions: ["mjs", "cjs", "js"] },
  deno: { runtime: "deno", extensions: ["ts", "mts", "js", "mjs", "tsx", "jsx"] },
  go: { runtime: "go", extensions: ["go"] },
};

export function isLanguage(lang: string): lang is Language {
  return Object.hasOwn(languages, lang);
}

/** After the last dot of the last segment; empty when there is none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot === -1 ? "" : name.slice(dot + 1);
}
