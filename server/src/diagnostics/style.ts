/** What a piece of terminal text is; the one table of ANSI codes that the program writes. */
const sgr = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  blue: "34",
  cyan: "36",
  "bold-red": "1;31",
  "bold-yellow": "1;33",
  "bold-blue": "1;34",
  "bold-cyan": "1;36",
} as const;

export type Style = keyof typeof sgr;

/** Puts a style around text, or returns it as it is when the terminal has no colours. Empty text stays empty. */
export type Paint = (style: Style, text: string) => string;

/** Whether there are colours is the caller's to decide: it knows the terminal, `NO_COLOR` and `--json`. */
export function painter(color: boolean): Paint {
  return color
    ? (style, text) => (text === "" ? "" : `\x1b[${sgr[style]}m${text}\x1b[0m`)
    : (_, text) => text;
}
