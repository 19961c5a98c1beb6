import { secretIn } from "../../intake/schema/secrets.ts";
import type { Artifact } from "../bundle.ts";
import { goFaults } from "./golang.ts";
import { extensionOf, isLanguage, type Language, languages } from "./languages.ts";
import { limits } from "./limits.ts";
import { passwordIn } from "./passwords.ts";
import type { Fault } from "./path.ts";
import { remoteImport } from "./remote.ts";
import { fitsShebang } from "./shebang.ts";
import { byteLength, lineOf, unreviewableIn } from "./text.ts";

/** Data, which no runtime is ever given: free in language, may be empty and begin as it likes. */
export function isData(path: string): boolean {
  return path.startsWith("files/");
}

/** Everything wrong with an artifact's language and text. */
export function contentFaults(artifact: Pick<Artifact, "path" | "lang" | "content">): readonly Fault[] {
  const size = byteLength(artifact.content);
  if (size > limits.fileBytes) {
    return [{ code: "B-SIZE", says: `is larger than ${limits.fileBytes} bytes` }];
  }
  return [
    ...textFaults(artifact.content),
    ...(isData(artifact.path) ? dataFaults(artifact.lang) : scriptFaults(artifact)),
  ];
}

function textFaults(content: string): readonly Fault[] {
  const faults: Fault[] = [];
  const hidden = unreviewableIn(content);
  if (hidden) {
    faults.push({
      code: "C-TEXT",
      says: `contains the character ${hidden.shown} in line ${hidden.line}`,
      hint: "Write plain text: line feeds alone end lines, no byte order mark, no control, invisible or bidirectional characters",
      at: { start: hidden.start, end: hidden.end },
    });
  }
  const secret = secretIn(content);
  if (secret) {
    faults.push({
      code: "C-SECRET",
      says: `contains ${secret.what} in line ${lineOf(content, secret.offset)}`,
      hint: "A secret reaches a step in a file, by name",
      at: { start: secret.offset, end: secret.end },
    });
  }
  return faults;
}

function dataFaults(lang: string): readonly Fault[] {
  return /^[A-Za-z0-9][A-Za-z0-9+#._-]{0,31}$/.test(lang)
    ? []
    : [{ code: "B-SHAPE", says: "has a lang that is no name of a language" }];
}

function scriptFaults({
  path,
  lang,
  content,
}: Pick<Artifact, "path" | "lang" | "content">): readonly Fault[] {
  if (lang === "text") {
    return [{ code: "S-LANG", says: "is text below scripts/", hint: "Data belongs below files/" }];
  }
  if (!isLanguage(lang)) {
    return [
      {
        code: "B-SHAPE",
        says: "has an unknown lang",
        hint: `lang is one of ${Object.keys(languages).join(", ")}`,
      },
    ];
  }
  const faults: Fault[] = [];
  const { extensions } = languages[lang];
  if (!extensions.includes(extensionOf(path))) {
    faults.push({
      code: "S-LANG",
      says: `does not end in ${extensions.map((e) => `.${e}`).join(" or ")}, as ${lang} must`,
    });
  }
  if (content.trim() === "" && !path.endsWith("/__init__.py")) {
    faults.push({ code: "C-EMPTY", says: "is empty" });
  }
  if (!fitsShebang(content, lang)) {
    faults.push({
      code: "C-SHEBANG",
      says: `begins with a shebang that is not one of ${lang}`,
      at: { start: 0, end: firstLineEnd(content) },
    });
  }
  const password = passwordIn(content);
  if (password) {
    faults.push({
      code: "C-SECRET",
      says: `contains a password in line ${lineOf(content, password.offset)}`,
      hint: "A secret reaches a step by its environment, by name",
      at: { start: password.offset, end: password.end },
    });
  }
  return [...faults, ...languageFaults(lang, path, content)];
}

function firstLineEnd(content: string): number {
  const end = content.indexOf("\n");
  return end === -1 ? content.length : end;
}

function languageFaults(lang: Language, path: string, content: string): readonly Fault[] {
  if (lang === "go") return goFaults(path, content);
  if (lang !== "deno" && lang !== "node") return [];
  const remote = remoteImport(content);
  if (!remote) return [];
  return [
    {
      code: "C-REMOTE",
      says: "imports code that is not in the bundle",
      hint: "Use what the runtime itself offers (node: modules, Deno's own) and helpers below scripts/lib/",
      at: remote,
    },
  ];
}
