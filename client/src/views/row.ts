import type { BlockPlace } from "../../../server/src/protocol.ts";

/**
 * A row of a tree, as a value: what is shown, what stands beneath it, and what its commands are about (`folder`, `addresses`,
 * `step`). Knows nothing of VS Code, so that trees are made and tested as data.
 */
export interface Row {
  /** Stays the same as long as the row means the same thing: what is open stays open. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: RowIcon;
  /** Markdown. */
  readonly tooltip?: string;
  /** What is read instead of the label and description, where an icon says more. */
  readonly spoken?: string;
  /** What its menus go by. */
  readonly context: string;
  /** A click shows it. */
  readonly place?: BlockPlace;
  readonly children: readonly Row[];
  readonly isOpen?: boolean;
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly address?: string;
  readonly addresses?: readonly string[];
  /** The id of a step. */
  readonly step?: string;
  /** What "Copy Value" copies. */
  readonly value?: string;
}

export interface RowIcon {
  /** A codicon. */
  readonly name: string;
  /** A colour of the theme. */
  readonly color?: string;
}

/** Text that must not be read as Markdown. */
export function escapedMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, "\\$&");
}

/** Text as it is, whatever it consists of. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
