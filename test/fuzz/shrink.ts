import type { Input } from "./generate.ts";

/** Milliseconds for one finding; each try of what hangs takes seconds. */
const patienceMs = 20_000;

/** The input with as much taken out as still has the same finding. Tries edits first, then ever smaller parts of the text. */
export async function shrink(input: Input, isSame: (smaller: Input) => Promise<boolean>): Promise<Input> {
  const end = Date.now() + patienceMs;
  const hasTime = (): boolean => Date.now() < end;
  let best = input;
  const take = async (smaller: Input): Promise<boolean> => {
    if (!hasTime() || !(await isSame(smaller))) return false;
    best = smaller;
    return true;
  };
  for (let i = 0; best.kind === "file" && i < best.edits.length; ) {
    if (!(await take({ ...best, edits: best.edits.toSpliced(i, 1) }))) i++;
  }
  for (let size = Math.ceil(best.text.length / 2); hasTime(); size = Math.ceil(size / 2)) {
    let taken = false;
    for (let at = 0; hasTime() && at < best.text.length; ) {
      const text = best.text.slice(0, at) + best.text.slice(at + size);
      if (await take({ ...best, text })) taken = true;
      else at += size;
    }
    if (size <= 1 && !taken) break;
  }
  return best;
}
