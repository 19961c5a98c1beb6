/**
 * Finds out what is wrong with a chunk that the grammar refused. A tree says where its parser gave up; a person wants to
 * know which mistake it was. So the chunk's tokens are read once more, the way HashiCorp's parser reads them, one
 * diagnostic for each mistake, going on behind it with the next item.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lineIndex } from "../diagnostics/line-index.ts";
import type { Origin } from "../diagnostics/span.ts";
import { explainExpression, explainLabel } from "./explain-expression.ts";
import {
  at,
  complain,
  describe,
  insertion,
  type Mistakes,
  next,
  peek,
  previousEnd,
  recover,
  replacement,
  skipNewlines,
  spanAt,
} from "./mistakes.ts";
import { blocksTooDeepMessage, deepest } from "./reading.ts";
import { T, type Token, tokenize } from "./tokens.ts";

/** The mistakes of one chunk; at least one, since the chunk is broken. `place` is where the tree broke. */
export function explain(origin: Origin, text: string, place: number): Diagnostic[] {
  const tokens = tokenize(text).filter((t) => t.kind !== T.comment && !(t.kind === T.newline && t.free));
  const m: Mistakes = { origin, text, tokens, diagnostics: [], closed: [], at: 0, depth: 0 };
  explainBody(m, undefined);
  if (m.diagnostics.length === 0) {
    complain(m, "syntax-error", "The text is not valid here", place, place + 1);
  }
  return withoutEchoes(m);
}

/** A string that does not end makes nonsense of the rest of its line: nothing else is said about that line. */
function withoutEchoes(m: Mistakes): Diagnostic[] {
  const unclosed = m.diagnostics.filter((d) => d.code === "unclosed-string");
  if (unclosed.length === 0) return m.diagnostics;
  const index = lineIndex(m.text);
  const lineOf = (d: Diagnostic): number => index.lineAt(d.span?.start ?? 0);
  const lines = new Set(unclosed.map(lineOf));
  return m.diagnostics.filter((d) => d.code === "unclosed-string" || !lines.has(lineOf(d)));
}

/** Items up to the `}` that closes `brace`, or to the end where there is none. */
function explainBody(m: Mistakes, brace: Token | undefined): void {
  if (m.depth >= deepest) {
    const { start, end, depth } = brace ?? peek(m);
    complain(m, "syntax-error", blocksTooDeepMessage, start, end);
    recover(m, depth);
    return;
  }
  m.depth++;
  explainItems(m, brace);
  m.depth--;
}

function explainItems(m: Mistakes, brace: Token | undefined): void {
  for (;;) {
    skipNewlines(m);
    const token = peek(m);
    if (token.kind === T.end) {
      if (brace) unclosedBlock(m, brace);
      return;
    }
    if (token.kind === "}") {
      next(m);
      if (brace) {
        m.closed.push({ open: brace, close: token });
        afterBlock(m);
        return;
      }
      complain(m, "syntax-error", "This closing brace closes nothing", token.start, token.end, {
        hint: "Remove it, or add the block it belongs to.",
      });
      recover(m, token.depth);
    } else if (token.kind === T.name) {
      explainItem(m, token, brace);
    } else {
      unexpectedItem(m, token);
    }
  }
}

function unexpectedItem(m: Mistakes, token: Token): void {
  if (token.kind === T.quote) {
    complain(
      m,
      "syntax-error",
      "An attribute or block begins with a name, not a string",
      token.start,
      token.end,
      {
        hint: "Remove the quotes around the name.",
      },
    );
  } else if (token.kind === "{" && token.start > 0) {
    complain(m, "syntax-error", "This brace belongs to no block", token.start, token.end, {
      hint: 'A block begins with its name: name "label" {',
    });
  } else {
    complain(
      m,
      "syntax-error",
      `Expected an attribute or block instead of ${describe(m, token)}`,
      token.start,
      token.end,
    );
  }
  recover(m, token.depth);
}

function explainItem(m: Mistakes, name: Token, brace: Token | undefined): void {
  next(m);
  const token = peek(m);
  if (token.kind === "=") {
    next(m);
    explainAttribute(m, name, token, brace);
  } else if (token.kind === ":") {
    complain(m, "syntax-error", `Attribute "${at(m, name)}" is set with ":"`, token.start, token.end, {
      hint: 'Attributes of a block are set with "=".',
      fix: replacement(m, 'Write "="', token, " ="),
    });
    next(m);
    explainAttribute(m, name, token, brace);
  } else if (token.kind === "{" || token.kind === T.quote || token.kind === T.name || braceOnNextLine(m)) {
    explainBlock(m, name, brace);
  } else {
    noItem(m, name, token);
  }
}

/** A name that is followed by none of what makes it an attribute or block. */
function noItem(m: Mistakes, name: Token, token: Token): void {
  const written = at(m, name);
  if (token.kind === ".") {
    complain(m, "syntax-error", "The name of an attribute cannot contain a dot", name.start, token.end);
  } else if (token.kind === T.newline || token.kind === T.end || token.kind === "}") {
    complain(m, "syntax-error", `"${written}" is neither set nor a block`, name.start, name.end, {
      hint: `Write ${written} = value, or ${written} { … }.`,
    });
  } else if (startsValue(token)) {
    complain(m, "syntax-error", `Missing "=" between "${written}" and its value`, name.start, token.end, {
      fix: insertion(m, 'Insert "="', name.end, " ="),
    });
  } else {
    complain(m, "syntax-error", `Expected "=" or a block behind "${written}"`, token.start, token.end);
  }
  recover(m, name.depth);
}

function startsValue(token: Token): boolean {
  return [T.number, "[", "(", "-", "!", T.heredoc, T.singleQuoted].some((kind) => kind === token.kind);
}

function explainAttribute(m: Mistakes, name: Token, equals: Token, brace: Token | undefined): void {
  const token = peek(m);
  if (token.kind === T.newline || token.kind === T.end || token.kind === "}") {
    complain(m, "syntax-error", `Attribute "${at(m, name)}" has no value`, name.start, equals.end);
    return;
  }
  if (!explainExpression(m)) {
    recover(m, name.depth);
    return;
  }
  afterAttribute(m, name, brace);
}

/** An attribute ends with its line. */
function afterAttribute(m: Mistakes, name: Token, brace: Token | undefined): void {
  const token = peek(m);
  const written = at(m, name);
  switch (token.kind) {
    case T.newline:
    case T.end:
      return;
    case "}":
      if (!brace) return;
      complain(
        m,
        "syntax-error",
        "The closing brace stands on the line of an attribute",
        token.start,
        token.end,
        {
          hint: "Put it on a line of its own, or the whole block on one line.",
          fix: insertion(m, "Break the line", token.start, "\n"),
        },
      );
      return;
    case ",":
    case ";":
    case T.unknown:
      if (token.kind !== "," && at(m, token) !== ";") break;
      complain(m, "syntax-error", `"${at(m, token)}" behind attribute "${written}"`, token.start, token.end, {
        hint: "Attributes are separated by new lines alone.",
        fix: replacement(m, `Remove "${at(m, token)}"`, token, ""),
      });
      next(m);
      return;
    case T.quote:
      complain(
        m,
        "syntax-error",
        `A second string behind the value of "${written}"`,
        token.start,
        token.end,
        {
          hint: 'A stray quote? Inside a string a quote is written \\".',
        },
      );
      recover(m, name.depth);
      return;
    case T.name:
      complain(
        m,
        "syntax-error",
        `A second item on the line of attribute "${written}"`,
        token.start,
        token.end,
        {
          hint: "Each attribute and block stands on its own line.",
        },
      );
      if (peek(m, 1).kind !== "=") recover(m, name.depth);
      return;
  }
  complain(
    m,
    "syntax-error",
    `Unexpected ${describe(m, token)} behind the value of "${written}"`,
    token.start,
    token.end,
  );
  recover(m, name.depth);
}

function explainBlock(m: Mistakes, keyword: Token, outer: Token | undefined): void {
  let labels = 0;
  let token = peek(m);
  for (; token.kind === T.quote || token.kind === T.name; token = peek(m)) {
    labels++;
    if (token.kind === T.name) next(m);
    else if (!explainLabel(m)) {
      // Where the unclosed label took the brace with it, what follows is the block's body all the same.
      if (m.text.slice(token.start, previousEnd(m)).endsWith("{")) explainBody(m, token);
      else recover(m, keyword.depth);
      return;
    }
  }
  if (token.kind === "{") {
    next(m);
    explainBlockBody(m, keyword, token);
  } else if (token.kind === T.newline && braceOnNextLine(m)) {
    skipNewlines(m);
    const brace = next(m);
    complain(
      m,
      "syntax-error",
      "A block's opening brace stands on the line of its name",
      brace.start,
      brace.end,
      {
        related: [{ span: spanAt(m, keyword.start, keyword.end), message: "The block begins here" }],
        fix: { title: "Join the lines", edits: [{ span: spanAt(m, token.start, brace.start), text: " " }] },
      },
    );
    explainBlockBody(m, keyword, brace);
  } else {
    headerAlone(m, keyword, token, labels, outer);
    recover(m, keyword.depth);
  }
}

function braceOnNextLine(m: Mistakes): boolean {
  let ahead = 0;
  if (peek(m).kind !== T.newline) return false;
  while (peek(m, ahead).kind === T.newline) ahead++;
  return peek(m, ahead).kind === "{";
}

/** Labels that no brace follows: inside a block most often an attribute whose `=` was forgotten. */
function headerAlone(
  m: Mistakes,
  keyword: Token,
  token: Token,
  labels: number,
  outer: Token | undefined,
): void {
  const written = at(m, keyword);
  const end = previousEnd(m);
  if (token.kind === "=" && labels === 1) {
    complain(m, "syntax-error", "An attribute has one name", keyword.start, end);
  } else if (
    outer &&
    labels === 1 &&
    (token.kind === T.newline || token.kind === T.end || token.kind === "}")
  ) {
    complain(m, "syntax-error", `Missing "=" between "${written}" and its value`, keyword.start, end, {
      fix: insertion(m, 'Insert "="', keyword.end, " ="),
    });
  } else {
    complain(m, "syntax-error", `Block "${written}" has no braces`, keyword.start, end, {
      hint: `A block's content stands in braces: ${m.text.slice(keyword.start, end)} { … }`,
    });
  }
}

function explainBlockBody(m: Mistakes, keyword: Token, brace: Token): void {
  const first = peek(m);
  if (first.kind === T.name) explainFirstLine(m, keyword, brace, first);
  explainBody(m, brace);
}

/** What stands behind a block's opening brace on the same line: one attribute and the closing brace, or a mistake. */
function explainFirstLine(m: Mistakes, keyword: Token, brace: Token, first: Token): void {
  if (peek(m, 1).kind !== "=") {
    oneLine(m, keyword, first);
    return;
  }
  next(m);
  next(m);
  if (!explainExpression(m)) {
    recover(m, first.depth);
    return;
  }
  const token = peek(m);
  if (token.kind === T.newline && closesOnNextLine(m)) {
    complain(
      m,
      "syntax-error",
      "A block that begins on one line with its attribute ends on it too",
      token.start,
      token.start,
      {
        related: [{ span: spanAt(m, brace.start, brace.end), message: "The block begins here" }],
        hint: "Put the attribute on a line of its own.",
      },
    );
  } else if (token.kind === "," || token.kind === T.name || token.kind === T.newline) {
    oneLine(m, keyword, token.kind === T.newline ? first : token);
    if (token.kind === ",") recover(m, first.depth);
  } else if (token.kind !== "}" && token.kind !== T.end) {
    complain(
      m,
      "syntax-error",
      `Unexpected ${describe(m, token)} behind the value of "${at(m, first)}"`,
      token.start,
      token.end,
    );
    recover(m, first.depth);
  }
}

function closesOnNextLine(m: Mistakes): boolean {
  let ahead = 0;
  while (peek(m, ahead).kind === T.newline) ahead++;
  return peek(m, ahead).kind === "}";
}

function oneLine(m: Mistakes, keyword: Token, token: Token): void {
  complain(
    m,
    "syntax-error",
    `Block "${at(m, keyword)}" has more on its first line than one attribute`,
    token.start,
    token.end,
    {
      hint: "Put each attribute and block on a line of its own.",
    },
  );
}

function afterBlock(m: Mistakes): void {
  const token = peek(m);
  if (token.kind === T.newline || token.kind === T.end || token.kind === "}") return;
  complain(
    m,
    "syntax-error",
    `Unexpected ${describe(m, token)} behind a block's end`,
    token.start,
    token.end,
    {
      hint: "A block ends with its line.",
    },
  );
  if (token.kind === T.name) return;
  recover(m, token.depth);
}

/**
 * The end came before the brace. When some block inside ended with a brace of another indentation than its own line's,
 * that block is the likely culprit: its brace was the outer one's.
 */
function unclosedBlock(m: Mistakes, brace: Token): void {
  if (m.diagnostics.some((d) => d.code === "unclosed-block" || d.code === "unclosed-heredoc")) return;
  const suspect = m.closed.find(
    ({ open, close }) => indentation(m, open.start) > indentation(m, close.start),
  );
  const open = suspect?.open ?? brace;
  const place = suspect ? lineStart(m, suspect.close.start) - 1 : m.text.trimEnd().length;
  complain(m, "unclosed-block", `Missing "}": block "${blockName(m, open)}" is not closed`, place, place, {
    related: [{ span: spanAt(m, open.start, open.end), message: "The brace that is not closed" }],
  });
}

function blockName(m: Mistakes, brace: Token): string {
  return /[^\s"{]+/.exec(m.text.slice(lineStart(m, brace.start), brace.start + 1))?.[0] ?? "";
}

function lineStart(m: Mistakes, offset: number): number {
  return m.text.lastIndexOf("\n", offset - 1) + 1;
}

function indentation(m: Mistakes, offset: number): number {
  return /^[ \t]*/.exec(m.text.slice(lineStart(m, offset), offset))?.[0].length ?? 0;
}
