/** Hover: what the name at a place is about, and its value. */
import { completingAt } from "./completion.ts";
import { type Cursor, cursorAt, cursorOn, type Header } from "./cursor.ts";
import { document, lines } from "./document.ts";
import { valueLine } from "./document-declaration.ts";
import { expectedAt, fieldNamed, signatures } from "./expected.ts";
import { meaningOf } from "./meaning.ts";
import { scopeAt } from "./scope.ts";
import type { Range, Snapshot } from "./snapshot.ts";
import type { Topic } from "./topic.ts";

export interface Hover extends Range {
  /** Markdown. */
  readonly text: string;
}

/** `text` is the file's text of now. */
export function hover(snapshot: Snapshot, file: string, text: string, offset: number): Hover | undefined {
  const quoted = cursorAt(text, offset);
  if (quoted.spot.kind === "label" && quoted.spot.quoted) return labelHover(snapshot, file, text, quoted);
  const at = cursorOn(text, offset);
  if (!at) return undefined;
  const completing = completingAt(snapshot, file, text, at.offset);
  const { cursor, scope, form } = completing;
  const { word, spot } = cursor;
  const about = (topic: Topic | undefined, more?: string): Hover | undefined => {
    const said = lines(topic && document(snapshot, topic), more);
    return said === "" ? undefined : { start: word.start, end: word.end, text: said };
  };
  switch (spot.kind) {
    case "item": {
      const block = form.blocks.find((b) => b.name === word.text);
      const field = fieldNamed(form, word.text);
      const isBlock = block && !/^\s*=/.test(text.slice(word.end, word.end + 100));
      if (form.isOpen) return about({ kind: "local", folder: scope.folder.path, name: word.text });
      return about(isBlock ? block.topic : field?.topic);
    }
    case "key": {
      const expected = expectedAt(form, cursor.frames);
      const block = expected.field?.block;
      const nested = block === undefined ? undefined : form.blocks.find((b) => b.name === block)?.form([]);
      return about(nested && fieldNamed(nested, word.text)?.topic);
    }
    case "operand": {
      const isCall = text.charAt(word.end) === "(" && spot.after.length === 0;
      const { holds } = expectedAt(form, cursor.frames);
      if (holds === "type") return about({ kind: "word", name: `type ${word.text}` });
      if (isCall) return about(signatures.has(word.text) ? { kind: "function", name: word.text } : undefined);
      const chain = [
        ...spot.after,
        { kind: "name", name: word.text, start: word.start, end: word.end } as const,
      ];
      const meaning = meaningOf(scope, chain);
      if (!meaning) return about(spot.after.length === 0 ? { kind: "word", name: word.text } : undefined);
      const root: Topic | undefined =
        spot.after.length === 0 && !meaning.topic ? { kind: "word", name: word.text } : meaning.topic;
      const saysValue = root?.kind === "variable" || root?.kind === "local" || root?.kind === "output";
      return about(root, saysValue || root?.kind === "resource" ? undefined : valueLine(meaning.value()));
    }
    case "label":
      return about(labelTopic(spot.header, word.text, scope.folder.path));
    case "directive":
      return about({ kind: "word", name: `%{${word.text}}` });
    default:
      return undefined;
  }
}

function labelHover(snapshot: Snapshot, file: string, text: string, cursor: Cursor): Hover | undefined {
  const start = cursor.frames.at(-1)?.start ?? cursor.offset;
  const name = /^[^"\n]*/.exec(text.slice(start))?.[0] ?? "";
  if (cursor.spot.kind !== "label") return undefined;
  const { folder } = scopeAt(snapshot, file, cursor);
  const topic = labelTopic(cursor.spot.header, name, folder.path);
  const said = topic && document(snapshot, topic);
  return said ? { start, end: start + name.length, text: said } : undefined;
}

function labelTopic({ keyword, labels }: Header, name: string, folder: string): Topic | undefined {
  const [kind] = labels;
  switch (keyword) {
    case "resource":
      return kind === undefined
        ? { kind: "kind", name, verify: false }
        : { kind: "resource", folder, name: `${kind}.${name}` };
    case "verify":
      return kind === undefined
        ? { kind: "kind", name, verify: true }
        : { kind: "verify", folder, name: `verify.${kind}.${name}` };
    case "variable":
    case "output":
    case "module":
      return { kind: keyword, folder, name };
    case "kind":
      return { kind: "kind", name, verify: false };
    case "script":
      return { kind: "word", name: `script.${name}` };
    default:
      return undefined;
  }
}
