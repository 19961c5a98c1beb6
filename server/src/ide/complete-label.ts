/** Labels of blocks: kinds, and words that are prescribed. Names are the author's. */
import type { Completing, CompletionItem } from "./completion.ts";
import type { Spot } from "./cursor.ts";
import { type BlockForm, formAt } from "./forms.ts";
import { formSource } from "./scope.ts";
import { bodySnippet, escaped, Places } from "./snippets.ts";
import type { Topic } from "./topic.ts";

type LabelSpot = Extract<Spot, { kind: "label" }>;

export function labelItems(completing: Completing, spot: LabelSpot): CompletionItem[] {
  const { cursor, scope } = completing;
  const { keyword, labels } = spot.header;
  // A string that is open is no body: the block is one of those around it.
  const form = formAt(formSource(scope), cursor.frames);
  const block = form.blocks.find((b) => b.name === keyword);
  if (!block) return [];
  const index = labels.length;
  const header = block.labels[index];
  if (!header) return [];
  const names = valuesOf(completing, block, index);
  const { start, end, isLast } = labelRange(completing, spot);
  return names.map(({ name, topic }, rank) => ({
    label: name,
    kind: topic.kind === "kind" ? "kind" : "enum",
    insert: isLast ? wholeHeader(block, labels, name) : `"${escaped(name)}"`,
    ...(isLast && { isSnippet: true, goesOn: true }),
    start,
    end,
    isWhole: true,
    filter: spot.quoted ? `"${name}` : name,
    rank,
    topic,
  }));
}

function valuesOf(
  { scope }: Completing,
  block: BlockForm,
  index: number,
): readonly { readonly name: string; readonly topic: Topic }[] {
  const { kinds } = scope.snapshot.ir;
  const isVerify = block.name === "verify";
  if (index === 0 && (isVerify || block.name === "resource")) {
    const names = isVerify ? kinds.verifies.keys() : kinds.resources.keys();
    return [...names].map((name) => ({ name, topic: { kind: "kind", name, verify: isVerify } }));
  }
  const values = block.labels[index]?.values ?? [];
  return values.map((name) => ({ name, topic: { kind: "word", name: `${block.name}.${name}` } }));
}

/** The label with its quotes; whether nothing of the header follows it. */
function labelRange({ text, cursor }: Completing, { quoted }: LabelSpot) {
  const frame = cursor.frames.at(-1);
  const start = quoted && frame ? frame.start - 1 : cursor.word.start;
  const line = /^[^\n]*/.exec(text.slice(cursor.offset))?.[0] ?? "";
  const rest = (quoted ? /^[^"]*"?/ : /^[\p{ID_Continue}-]*/u).exec(line)?.[0].length ?? 0;
  const isLast = line.slice(rest).trim() === "";
  return { start, end: cursor.offset + (quoted && !/^[^"]*"/.test(line) ? 0 : rest), isLast };
}

/** From the label on: what is still missing of the header, and the body. */
function wholeHeader(block: BlockForm, before: readonly string[], name: string): string {
  const places = new Places();
  const given = [...before, name];
  const missing = block.labels
    .slice(given.length)
    .map((label) => ` "${places.next(label.placeholder.toLowerCase())}"`);
  return `"${escaped(name)}"${missing.join("")} ${bodySnippet(block.form(given), places)}`;
}
