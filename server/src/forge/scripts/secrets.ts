import type { Language } from "../check/languages.ts";
import type { Fault } from "../check/path.ts";
import type { Granted } from "../check/scripts.ts";
import { lineOf } from "../check/text.ts";
import { isInComment } from "./uses.ts";

/**
 * Secrets that a script names as if they were in its environment, where an empty text would be taken for them. A script that
 * says NAME_FILE anywhere, or puts such names together, is believed to know.
 */
export function secretFaults(language: Language, text: string, { inFiles, own }: Granted): readonly Fault[] {
  if (/(?:^|[^A-Za-z0-9])_FILE\b/.test(text)) return [];
  return inFiles.flatMap((name): Fault[] => {
    if (new RegExp(`\\b${name}_FILE\\b`).test(text)) return [];
    const found = [...text.matchAll(new RegExp(`\\b${name}\\b`, "g"))];
    const used = found.find(({ index }) => !isInComment(language, text, index));
    if (!used) return [];
    const way = own ? ', or set secrets = "env" in the capabilities of its kind' : "";
    return [
      {
        code: "C-ENV",
        says: `reads ${name} in line ${lineOf(text, used.index)}, a secret, which is not in the environment`,
        hint: `Read the file whose path is in ${name}_FILE${way}`,
        at: { start: used.index, end: used.index + name.length },
      },
    ];
  });
}
