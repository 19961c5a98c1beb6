/** What a person is asked before a plan is applied: pure, so that what they see can be tested. */
import type { ChangeRecord } from "../../../server/src/protocol.ts";

/** Actions that take something away which a person may miss. A replacement takes away what was there. */
const destroying: ReadonlySet<string> = new Set(["delete", "replace"]);

/** Addresses of what a plan takes away, in its order. */
export function destroyed(changes: readonly ChangeRecord[]): readonly string[] {
  return changes
    .filter(({ isCheck, action }) => destroying.has(action) && !isCheck)
    .map(({ address }) => address);
}

/** What is to be typed before anything is taken away: the address if it is one thing, else the name of the stack's folder. */
export function wordToType(changes: readonly ChangeRecord[], stack: string): string {
  const [only, ...others] = destroyed(changes);
  return only !== undefined && others.length === 0 ? only : stack;
}

/** What really changes. */
export function effective(changes: readonly ChangeRecord[]): readonly ChangeRecord[] {
  return changes.filter(({ action }) => action !== "none");
}

/** A line for each change, no more than fit into a dialog. */
export function changeLines(changes: readonly ChangeRecord[], most = 12): readonly string[] {
  const lines = effective(changes).map(
    ({ address, action, isCheck }) => `${signs[isCheck ? "check" : action] ?? "·"} ${address}`,
  );
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `… ${lines.length - most + 1}`];
}

/** As the command line's plan has them. */
const signs: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
  move: "=>",
  forget: ".",
  check: "?",
};

/** How many there are of each action, in the order of a plan's last line; checks are `check`. */
export function counts(changes: readonly ChangeRecord[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { action, isCheck } of effective(changes)) {
    const key = isCheck ? "check" : action;
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  const order = ["create", "update", "replace", "delete", "move", "forget", "check"];
  return new Map([...found].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}
