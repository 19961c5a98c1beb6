/** Files of a stack by name; one text stands for main.cw. */
export type ExampleFiles = string | Readonly<Record<string, string>>;

/**
 * What a code's page says beside the table's one line: why the problem matters and the way out, in Markdown, and a pair of
 * examples. A test holds the wrong one to this code and nothing else, and the right one to no problem at all. A code whose
 * cause is no `.cw` file says in its text what it looks like.
 */
export interface Page {
  readonly text: string;
  readonly wrong?: ExampleFiles;
  readonly right?: ExampleFiles;
}
