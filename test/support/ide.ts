import type { Snapshot } from "../../server/src/ide/snapshot.ts";
import { analyseText } from "./stack.ts";

/** Files of a stack, `<|>` marking the cursor in one of them; one text stands for main.cw. */
export type Marked = string | Readonly<Record<string, string>>;

export interface MarkedPlace {
  readonly snapshot: Snapshot;
  readonly file: string;
  readonly text: string;
  readonly offset: number;
}

/** The snapshot is of the files as they are, half typed and all. */
export async function placeIn(marked: Marked): Promise<MarkedPlace> {
  const given = typeof marked === "string" ? { "main.cw": marked } : marked;
  const files: Record<string, string> = {};
  let place: Pick<MarkedPlace, "file" | "text" | "offset"> | undefined;
  for (const [file, source] of Object.entries(given)) {
    const offset = source.indexOf(mark);
    const text = source.replace(mark, "");
    files[file] = text;
    if (offset >= 0) place = { file, text, offset };
  }
  if (!place) throw new Error("no cursor is marked");
  return { snapshot: await analyseText(files), ...place };
}

const mark = "<|>";
