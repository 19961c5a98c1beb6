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
  take,
} from "./mistakes.ts";
import { deepest, tooDeepMessage } from "./reading.ts";
import { T, type Token } from "./tokens.ts";

const binary = new Set(["||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"]);

/** Reads one expression; false when a mistake was found from which reading on inside the item makes no sense. */
export function explainExpression(m: Mistakes): boolean {
  if (m.depth >= deepest) return complain(m, "syntax-error", tooDeepMessage, peek(m).start, peek(m).end);
  m.depth++;
  const sound = conditional(m);
  m.depth--;
  return sound;
}

function conditional(m: Mistakes): boolean {
  if (!operand(m)) return false;
  while (binary.has(peek(m).kind)) {
    next(m);
    if (!operand(m)) return false;
  }
  const question = peek(m);
  if (!take(m, "?")) return true;
  if (!explainExpression(m)) return false;
  if (!take(m, ":")) {
    return complain(
      m,
      "syntax-error",
      'Expected ":" and the value for the other case',
      previousEnd(m),
      previousEnd(m),
      {
        related: [
          { span: spanAt(m, question.start, question.end), message: "The condition's question mark" },
        ],
        hint: "A conditional is written condition ? value : other.",
      },
    );
  }
  return explainExpression(m);
}

function operand(m: Mistakes): boolean {
  while (peek(m).kind === "-" || peek(m).kind === "!") next(m);
  return primary(m) && postfix(m);
}

function primary(m: Mistakes): boolean {
  const token = peek(m);
  switch (token.kind) {
    case T.number:
      return numberAt(m);
    case T.quote:
      return template(m, next(m), T.quoteEnd);
    case T.heredoc:
      return template(m, next(m), T.heredocEnd);
    case T.name:
      return nameOrCall(m);
    case "(":
      next(m);
      return explainExpression(m) && closing(m, token, ")");
    case "[":
      return tupleOrFor(m);
    case "{":
      return objectOrFor(m);
    default:
      return noValue(m, token);
  }
}

function numberAt(m: Mistakes): boolean {
  const token = next(m);
  const behind = peek(m);
  if (behind.kind !== T.name || behind.start !== token.end) return true;
  const written = m.text.slice(token.start, behind.end);
  next(m);
  complain(m, "syntax-error", `"${written}" is not a number`, token.start, behind.end, {
    hint: `As text it is written "${written}" in quotes.`,
    fix: {
      title: "Put it in quotes",
      edits: [{ span: spanAt(m, token.start, behind.end), text: `"${written}"` }],
    },
  });
  return true;
}

function noValue(m: Mistakes, token: Token): boolean {
  const written = at(m, token);
  if (token.kind === T.singleQuoted) {
    next(m);
    complain(m, "syntax-error", "Strings are written in double quotes", token.start, token.end, {
      fix: replacement(m, "Use double quotes", token, `"${written.slice(1, -1).replaceAll('"', '\\"')}"`),
    });
    return true;
  }
  if (token.kind === "::" || token.kind === T.unknown) return strange(m, token, written);
  const before = m.tokens[m.at - 1];
  const behind = before && before.kind !== T.newline ? ` behind ${describe(m, before)}` : "";
  if (token.kind === T.newline || token.kind === T.end || isClosing(token)) {
    return complain(m, "syntax-error", `Expected a value${behind}`, previousEnd(m), previousEnd(m));
  }
  return complain(
    m,
    "syntax-error",
    `Expected a value instead of ${describe(m, token)}`,
    token.start,
    token.end,
  );
}

function strange(m: Mistakes, token: Token, written: string): false {
  return complain(
    m,
    "syntax-error",
    `The character ${JSON.stringify(written)} has no meaning here`,
    token.start,
    token.end,
    {
      hint: hints[written],
    },
  );
}

const hints: Readonly<Record<string, string>> = {
  "'": "Strings are written in double quotes.",
  "`": "Strings are written in double quotes; longer text as a heredoc.",
  "\u201c": 'Use the plain double quote: ".',
  "\u201d": 'Use the plain double quote: ".',
  "&": "The logical operator is &&.",
  "|": "The logical operator is ||.",
  $: "References stand without ${} outside of strings.",
  ";": "New lines end attributes.",
};

function isClosing(token: Token): boolean {
  return [")", "]", "}", T.sequenceEnd].includes(token.kind);
}

/** Expects the bracket that closes `open`. */
function closing(m: Mistakes, open: Token, bracket: ")" | "]" | "}"): boolean {
  if (take(m, bracket)) return true;
  const token = peek(m);
  const related = [{ span: spanAt(m, open.start, open.end), message: "The bracket that is not closed" }];
  if (token.kind === T.newline || token.kind === T.end || isClosing(token)) {
    const place = previousEnd(m);
    return complain(m, "unclosed-block", `Missing "${bracket}"`, place, place, {
      related,
      fix: insertion(m, `Insert "${bracket}"`, place, bracket),
    });
  }
  if (token.kind === T.unknown) return strange(m, token, at(m, token));
  return complain(
    m,
    "syntax-error",
    `Expected "${bracket}" instead of ${describe(m, token)}`,
    token.start,
    token.end,
    {
      related,
    },
  );
}

function nameOrCall(m: Mistakes): boolean {
  next(m);
  while (peek(m).kind === "::") {
    next(m);
    if (!take(m, T.name)) {
      return complain(
        m,
        "syntax-error",
        'Expected a function\'s name behind "::"',
        previousEnd(m),
        previousEnd(m),
      );
    }
    if (peek(m).kind !== "(" && peek(m).kind !== "::") {
      return complain(
        m,
        "syntax-error",
        "A name with a namespace is a function's and needs its arguments",
        previousEnd(m),
        previousEnd(m),
      );
    }
  }
  const open = peek(m);
  if (!take(m, "(")) return true;
  while (peek(m).kind !== ")") {
    if (!explainExpression(m)) return false;
    if (take(m, "...")) {
      if (peek(m).kind === ")") break;
      const { start, end } = peek(m);
      return complain(m, "syntax-error", 'Only ")" can follow the argument with "..."', start, end);
    }
    if (peek(m).kind === ")") break;
    if (!separator(m, "arguments")) return closing(m, open, ")");
  }
  return closing(m, open, ")");
}

/** A comma between elements. Where one is missing but an element follows, that is said and reading goes on. */
function separator(m: Mistakes, what: string): boolean {
  if (take(m, ",")) return true;
  const token = peek(m);
  if (!startsElement(token)) return false;
  const place = previousEnd(m);
  complain(m, "syntax-error", `Missing comma between ${what}`, place, token.start, {
    fix: insertion(m, "Insert a comma", place, ","),
  });
  return true;
}

function startsElement(token: Token): boolean {
  return [T.name, T.number, T.quote, T.heredoc, T.singleQuoted, "{", "["].some((kind) => kind === token.kind);
}

function postfix(m: Mistakes): boolean {
  for (;;) {
    const token = peek(m);
    if (take(m, ".")) {
      if (take(m, T.name) || take(m, T.number) || take(m, "*")) continue;
      return complain(m, "syntax-error", 'Expected a name behind "."', token.start, token.end);
    }
    if (!take(m, "[")) return true;
    if (!take(m, "*") && !explainExpression(m)) return false;
    if (!closing(m, token, "]")) return false;
  }
}

function tupleOrFor(m: Mistakes): boolean {
  const open = next(m);
  if (isWord(m, "for")) return forTuple(m, open);
  while (peek(m).kind !== "]") {
    if (isClosing(peek(m)) || peek(m).kind === T.newline || peek(m).kind === T.end)
      return closing(m, open, "]");
    if (!explainExpression(m)) return false;
    if (peek(m).kind !== "]" && !separator(m, "elements of a list")) return closing(m, open, "]");
  }
  return closing(m, open, "]");
}

function isWord(m: Mistakes, word: string): boolean {
  return peek(m).kind === T.name && at(m, peek(m)) === word;
}

function takeWord(m: Mistakes, word: string): boolean {
  if (!isWord(m, word)) return false;
  next(m);
  return true;
}

function forTuple(m: Mistakes, open: Token): boolean {
  return forIntro(m) && takeColon(m) && explainExpression(m) && forCondition(m) && closing(m, open, "]");
}

function forIntro(m: Mistakes): boolean {
  next(m);
  const forms =
    "A for expression is written [for item in list : value] or {for key, item in map : key => value}.";
  const missing = (what: string): false =>
    complain(m, "syntax-error", `Expected ${what} in a for expression`, peek(m).start, peek(m).end, {
      hint: forms,
    });
  if (!take(m, T.name)) return missing("a name");
  if (take(m, ",") && !take(m, T.name)) return missing("a second name");
  if (!takeWord(m, "in")) return missing('"in"');
  return explainExpression(m);
}

function takeColon(m: Mistakes): boolean {
  if (take(m, ":")) return true;
  const { start, end } = peek(m);
  return complain(m, "syntax-error", 'Expected ":" behind the collection of a for expression', start, end);
}

function forCondition(m: Mistakes): boolean {
  return !takeWord(m, "if") || explainExpression(m);
}

function objectOrFor(m: Mistakes): boolean {
  const open = next(m);
  let ahead = 0;
  while (peek(m, ahead).kind === T.newline) ahead++;
  const first = peek(m, ahead);
  if (first.kind === T.name && at(m, first) === "for") {
    skipNewlines(m);
    return forObject(m, open);
  }
  for (;;) {
    skipNewlines(m);
    const token = peek(m);
    if (take(m, "}")) return true;
    if (token.kind === T.end || isClosing(token)) return closing(m, open, "}");
    if (!objectItem(m)) recover(m, token.depth);
    if (!afterObjectItem(m, open, token)) return false;
  }
}

function objectItem(m: Mistakes): boolean {
  if (!explainExpression(m)) return false;
  const token = peek(m);
  if (!take(m, "=") && !take(m, ":")) {
    const key = previousEnd(m);
    if (token.kind === "=>") {
      next(m);
      complain(m, "syntax-error", 'Objects use "=" or ":" between key and value', token.start, token.end, {
        fix: replacement(m, 'Write "="', token, "="),
      });
    } else {
      const end = startsElement(token) ? token.start : key;
      complain(m, "syntax-error", 'Missing "=" between key and value', key, end, {
        fix: startsElement(token) ? insertion(m, 'Insert "="', key, " =") : undefined,
      });
      if (!startsElement(token)) return false;
    }
  }
  return explainExpression(m);
}

/** Items of an object end with a comma or their line. */
function afterObjectItem(m: Mistakes, open: Token, item: Token): boolean {
  const token = peek(m);
  if (token.kind === T.newline || token.kind === "}" || take(m, ",")) return true;
  if (token.kind === T.end || isClosing(token)) return closing(m, open, "}");
  if (startsElement(token) || token.kind === "(")
    return separator(m, "items of an object") || closing(m, open, "}");
  complain(
    m,
    "syntax-error",
    `Unexpected ${describe(m, token)} behind an object's item`,
    token.start,
    token.end,
    {
      hint: "Items are separated by commas or new lines.",
    },
  );
  recover(m, item.depth);
  return true;
}

function forObject(m: Mistakes, open: Token): boolean {
  if (!forIntro(m) || !takeColon(m) || !explainExpression(m)) return false;
  if (!take(m, "=>")) {
    const { start, end } = peek(m);
    return complain(m, "syntax-error", 'Expected "=>" and a value in a for expression', start, end, {
      hint: "In braces it makes an object: {for key, item in map : key => value}. In brackets it makes a list.",
    });
  }
  if (!explainExpression(m)) return false;
  take(m, "...");
  return forCondition(m) && closing(m, open, "}");
}

/** A block's label: text in quotes, without templates. */
export function explainLabel(m: Mistakes): boolean {
  const quote = next(m);
  take(m, T.text);
  const token = peek(m);
  if (token.kind !== T.interpolation && token.kind !== T.directive) return template(m, quote, T.quoteEnd);
  complain(m, "syntax-error", "A block's label cannot contain a template", token.start, token.end, {
    hint: `A literal "${at(m, token).slice(0, 2)}" is written "${at(m, token).slice(0, 1)}${at(m, token).slice(0, 2)}".`,
  });
  return template(m, quote, T.quoteEnd);
}

/** The rest of a string or heredoc behind its opening token. */
function template(m: Mistakes, open: Token, end: string): boolean {
  for (;;) {
    const token = next(m);
    if (token.kind === end) return true;
    if (token.kind === T.unclosed || token.kind === T.end) return unclosed(m, open, token, end);
    if (token.kind !== T.interpolation && token.kind !== T.directive) continue;
    if (!(token.kind === T.interpolation ? explainExpression(m) : directive(m, token))) return false;
    if (!take(m, T.sequenceEnd)) return unclosedSequence(m, token);
  }
}

function unclosedSequence(m: Mistakes, open: Token): false {
  const token = peek(m);
  const related = [{ span: spanAt(m, open.start, open.end), message: "The sequence that is not closed" }];
  if (token.kind === T.newline || token.kind === T.end || token.kind === T.quote || isClosing(token)) {
    const place = previousEnd(m);
    return complain(m, "unclosed-block", `Missing "}" behind ${at(m, open)}`, place, place, { related });
  }
  return complain(
    m,
    "syntax-error",
    `Expected "}" instead of ${describe(m, token)}`,
    token.start,
    token.end,
    { related },
  );
}

function unclosed(m: Mistakes, open: Token, token: Token, end: string): false {
  if (end === T.heredocEnd) {
    const marker = at(m, open).replace(/^<<-?/, "").trim();
    const closedByEnd = m.text.trimEnd().endsWith(marker) && !m.text.endsWith("\n");
    return complain(
      m,
      "unclosed-heredoc",
      `The heredoc has no end marker "${marker}"`,
      open.start,
      open.end - 1,
      {
        hint: closedByEnd
          ? "A new line must follow the end marker."
          : `Put ${marker} on a line of its own where the text ends.`,
      },
    );
  }
  return complain(
    m,
    "unclosed-string",
    "The string has no closing quote on its line",
    open.start,
    token.start,
    {
      hint: "Longer text is written as a heredoc: <<EOT … EOT.",
    },
  );
}

function directive(m: Mistakes, open: Token): boolean {
  const token = peek(m);
  if (takeWord(m, "if")) return explainExpression(m);
  if (takeWord(m, "else") || takeWord(m, "endif") || takeWord(m, "endfor")) return true;
  if (isWord(m, "for")) return forIntro(m);
  return complain(
    m,
    "syntax-error",
    `There is no template directive ${describe(m, token)}`,
    open.start,
    token.end,
    {
      hint: 'There are if, else, endif, for and endfor. A literal "%{" is written "%%{".',
    },
  );
}
