/**
 * A whole text as a template, as templatefile has it: literal text with `${}` and `%{}`, and no escapes but `$${` and `%%{`.
 * That is what a heredoc's body is, so the text is parsed as one.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { Template, TemplatePart } from "./ast.ts";
import type { SourceFile } from "./chunk.ts";
import { chunkOf, parseText } from "./document.ts";
import type { Grammar } from "./parser.ts";

export interface TemplateFile {
  /** The text by its name, for the pictures of problems. */
  readonly source: SourceFile;
  /** Of the template and of all problems: offsets count from the text's beginning. */
  readonly origin: Origin;
  /** Absent when the text is broken. */
  readonly template?: Template;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never fails: what is wrong is in the diagnostics, at its place in the text. */
export function parseTemplate(grammar: Grammar, file: string, text: string): TemplateFile {
  let marker = "TEMPLATE";
  while (text.includes(marker)) marker += "_";
  const before = `t = <<${marker}\n`;
  const whole = `${before}${text}\n${marker}\n`;
  const origin: Origin = { file, start: -before.length };
  const tree = parseText(grammar, whole);
  const { items, diagnostics } = chunkOf(grammar, origin, whole, tree);
  tree.delete();
  const source: SourceFile = { file, text, chunks: [] };
  const [item, another] = items;
  const template = item?.type === "attribute" && !another ? item.value : undefined;
  if (diagnostics.length > 0 || template?.type !== "template") {
    const end = before.length + text.length;
    return { source, origin, diagnostics: placed(diagnostics, origin, before.length, end) };
  }
  return { source, origin, template: { ...template, parts: withoutLast(template.parts) }, diagnostics: [] };
}

/** Without the line break that stands before the heredoc's marker. */
function withoutLast(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  const last = parts.at(-1);
  if (last?.type !== "literal" || !last.value.endsWith("\n")) return parts;
  const value = last.value.slice(0, -1);
  return [...parts.slice(0, -1), ...(value === "" ? [] : [{ ...last, value }])];
}

/** What is said about the heredoc that only we see is said of the template's end. */
function placed(
  diagnostics: readonly Diagnostic[],
  origin: Origin,
  start: number,
  end: number,
): readonly Diagnostic[] {
  const inside = diagnostics.filter((d) => d.span && d.span.start >= start && d.span.end <= end);
  if (inside.length > 0) return inside;
  const last = Math.max(start, end - 1);
  return [
    diagnostic("syntax-error", "The template ends inside of ${…} or %{…}", {
      span: { origin, start: last, end },
      hint: "Close it, or write $${ and %%{ for the characters themselves.",
    }),
  ];
}
