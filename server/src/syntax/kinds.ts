import type { Language } from "web-tree-sitter";

/**
 * The grammar's symbols that lowering asks for, under numbers of our own: the generated ones change with every edit of
 * the grammar. Everything else (punctuation, comments) is `other`.
 */
export const Kind = {
  other: 0,
  error: 1,
  attribute: 2,
  block: 3,
  identifier: 4,
  string: 5,
  unclosed_string: 6,
  number: 7,
  template: 8,
  heredoc: 9,
  path: 10,
  member: 11,
  names: 12,
  legacy_index: 13,
  index: 14,
  attribute_splat: 15,
  full_splat: 16,
  call: 17,
  function_name: 18,
  tuple: 19,
  object: 20,
  object_item: 21,
  for_tuple: 22,
  for_object: 23,
  unary: 24,
  binary: 25,
  conditional: 26,
  parentheses: 27,
  text: 28,
  interpolation: 29,
  if_directive: 30,
  else_directive: 31,
  endif_directive: 32,
  for_directive: 33,
  endfor_directive: 34,
  heredoc_open: 35,
  heredoc_close: 36,
  brace_open: 37,
  brace_close: 38,
  equals: 39,
  template_unclosed: 40,
  heredoc_unclosed: 41,
  incomplete: 42,
} as const;

const spelling: Partial<Record<keyof typeof Kind, string>> = {
  brace_open: "{",
  brace_close: "}",
  equals: "=",
};

/** Field names, under numbers of our own; 0 where a node has none. */
export const Field = {
  none: 0,
  name: 1,
  value: 2,
  type: 3,
  label: 4,
  object: 5,
  names: 6,
  collection: 7,
  key: 8,
  source: 9,
  argument: 10,
  expand: 11,
  result: 12,
  result_key: 13,
  result_value: 14,
  grouping: 15,
  condition: 16,
  operator: 17,
  operand: 18,
  left: 19,
  right: 20,
  consequence: 21,
  alternative: 22,
  inner: 23,
  expression: 24,
} as const;

/** Generated symbol and field numbers to ours. */
export interface Numbering {
  readonly kinds: Uint8Array;
  readonly fields: Uint8Array;
}

export function numbering(language: Language): Numbering {
  const kinds = new Uint8Array(65_536);
  kinds[65_535] = Kind.error;
  for (const [name, kind] of Object.entries(Kind)) {
    if (kind <= Kind.error) continue;
    const written = spelling[name as keyof typeof Kind];
    const id = language.idForNodeType(written ?? name, written === undefined);
    if (id === null) throw new Error(`The grammar has no symbol "${written ?? name}".`);
    kinds[id] = kind;
  }
  const fields = new Uint8Array(language.fields.length + 1);
  for (const [name, field] of Object.entries(Field)) {
    if (field === Field.none) continue;
    const id = language.fieldIdForName(name);
    if (id === null) throw new Error(`The grammar has no field "${name}".`);
    fields[id] = field;
  }
  return { kinds, fields };
}
