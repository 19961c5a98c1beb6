import fc from "fast-check";

const word: fc.Arbitrary<string> = fc.constantFrom(
  "a",
  "b2",
  "web",
  "env",
  "über",
  "x-y",
  "in",
  "if",
  "for_each",
  "true",
  "null",
  "_z",
);
const gap: fc.Arbitrary<string> = fc.constantFrom("", "", " ", "  ", "\t");
/** White space where newlines mean nothing. */
const wide: fc.Arbitrary<string> = fc.constantFrom("", " ", "\n", "\n  ", " # c\n", " /* c */ ", "\r\n");
const plainText: fc.Arbitrary<string> = fc.constantFrom(
  "",
  "hello",
  "a b",
  "$x",
  "50%",
  "$${no}",
  "%%{no}",
  "é😀",
  "it's",
  "$$",
  "a}b",
  "#",
  "//",
);
const escaped: fc.Arbitrary<string> = fc.constantFrom("\\n", '\\"', "\\\\", "\\u00e9", "\\U0001f680", "\\t");

type Parts = {
  expression: string;
  operand: string;
  simple: string;
  quotedPart: string;
  heredocPart: string;
  heredoc: string;
};

/** Valid expressions, with all the forms HCL has, that may stand where newlines end an item. */
export const { expression, heredoc } = fc.letrec<Parts>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5 },
    tie("operand"),
    fc
      .tuple(
        tie("operand"),
        gap,
        fc.constantFrom("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"),
        tie("expression"),
      )
      .map(([a, s, op, b]) => `${a} ${op}${s}${b}`),
    fc.tuple(tie("operand"), tie("expression"), tie("expression")).map(([c, a, b]) => `${c} ? ${a} : ${b}`),
  ),
  operand: fc.oneof(
    { maxDepth: 5 },
    tie("simple"),
    tie("simple").map((s) => `-${s}`),
    tie("simple").map((s) => `!${s}`),
    fc.tuple(wide, tie("expression"), wide).map(([a, e, b]) => `(${a}${e}${b})`),
    fc
      .tuple(
        word,
        fc.constantFrom(".a", ".a.b", "[*]", ".*", ".0", ".0.a", '["k"]', "[0].c", "[*].d[1]", ".*.e"),
      )
      .map(([w, t]) => w + t),
    fc
      .tuple(tie("operand"), tie("expression"))
      .map(([o, k]) => (/^[\w(]/.test(o) && !/^[0-9]/.test(o) ? `${o}[${k}]` : `(${o})[${k}]`)),
  ),
  simple: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom("0", "1", "1.5", "2e3", "12345678901234567890.5", "true", "false", "null"),
    word,
    fc.tuple(word, word).map(([a, b]) => `${a}.${b}`),
    fc.array(tie("quotedPart"), { maxLength: 4 }).map((p) => `"${p.join("")}"`),
    fc
      .tuple(fc.array(tie("expression"), { maxLength: 3 }), wide, fc.boolean())
      .map(([e, s, c]) => `[${s}${e.join(`,${s}`)}${c && e.length > 0 ? "," : ""}${s}]`),
    fc
      .tuple(
        fc.constantFrom("f", "ns::g", "max"),
        fc.array(tie("expression"), { maxLength: 3 }),
        wide,
        fc.constantFrom("", ",", "..."),
      )
      .map(([n, e, s, end]) => `${n}(${s}${e.join(`${s},${s}`)}${e.length > 0 ? end : ""}${s})`),
    fc
      .tuple(
        fc.array(fc.tuple(word, fc.constantFrom(" = ", "=", " : "), tie("expression")), { maxLength: 3 }),
        fc.constantFrom(", ", "\n", ",\n  ", " # c\n"),
      )
      .map(
        ([items, separator]) =>
          `{${separator.includes("\n") ? "\n" : " "}${items.map((i) => i.join("")).join(separator)}${separator.includes("\n") ? "\n" : " "}}`,
      ),
    fc
      .tuple(tie("expression"), tie("simple"), tie("expression"), wide)
      .map(([e, k, v, s]) => `{${s}for k, v in ${e} : ${k} => ${v}${s}}`),
    fc
      .tuple(tie("expression"), tie("expression"), wide)
      .map(([e, c, s]) => `[for${s || " "}v in ${e} :${s} v${s} if ${c}]`),
  ),
  quotedPart: fc
    .oneof(
      { maxDepth: 4 },
      plainText,
      escaped,
      fc
        .tuple(fc.constantFrom("${", "${~"), wide, tie("expression"), wide, fc.constantFrom("}", "~}"))
        .map((p) => p.join("")),
      fc.tuple(tie("expression"), plainText).map(([c, t]) => `%{ if ${c} }${t} %{ else ~}x%{ endif }`),
      fc.tuple(tie("expression"), plainText).map(([c, t]) => `%{ for v in ${c} }${t} %{~ endfor }`),
    )
    .filter((p) => !/[$%]$/.test(p)),
  heredocPart: fc
    .oneof(
      { maxDepth: 4 },
      plainText,
      fc.constantFrom("\n", "\n  ", "\n\n", " \n\t"),
      fc.constant('"'),
      tie("expression").map((e) => `\${${e}}`),
    )
    .filter((p) => !/[$%]$/.test(p)),
  heredoc: fc
    .tuple(
      fc.constantFrom("<<", "<<-"),
      fc.array(tie("heredocPart"), { maxLength: 4 }),
      fc.constantFrom("", "  "),
    )
    .map(([o, p, indent]) => `${o}EOT\n${p.join("")}\n${indent}EOT`),
}));

const comment: fc.Arbitrary<string> = fc.constantFrom("# c\n", "// c {\n", "/* ( \n */\n", "\n", "  \n", "");
const attribute: fc.Arbitrary<string> = fc
  .tuple(
    comment,
    gap,
    word,
    gap,
    fc.oneof({ weight: 5, arbitrary: expression }, { weight: 1, arbitrary: heredoc }),
    fc.constantFrom("", "", " ", " # c", " // }"),
  )
  .map(
    ([c, indent, name, s, value, end]) =>
      `${c}${indent}${name}${s}=${s}${value}${value.endsWith("EOT") ? "" : end}\n`,
  );

const header: fc.Arbitrary<string> = fc
  .tuple(word, fc.array(fc.constantFrom('"a"', "b", '"c d"', '"$${x}"'), { maxLength: 3 }))
  .map(([name, labels]) => [name, ...labels].join(" "));

const { block } = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(header, fc.array(attribute, { maxLength: 3 }))
      .map(([h, items]) => `${h} {\n${items.join("")}}\n`),
    header.map((h) => `${h} {}\n`),
    fc.tuple(header, word, expression).map(([h, n, e]) => `${h} { ${n} = ${e} }\n`),
    fc
      .tuple(header, fc.array(fc.oneof(attribute, tie("block")), { maxLength: 3 }), comment)
      .map(([h, items, c]) => `${h} { # c\n${items.join("")}${c}}\n`),
  ),
}));

/** A valid file. */
export const validFile = fc
  .array(fc.oneof(attribute, block, comment), { maxLength: 5 })
  .map((items) => items.join(""));

/** Text that is made of the language's pieces, in any order. */
export const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."{}[]()\"'$%~<>=:,.;?!&|\n\n\n \\#/*".split(""),
        "${",
        "%{",
        "<<EOT\n",
        "EOT\n",
        "for ",
        " in ",
        "if",
        "a = ",
        'r "b" {\n',
        "}\n",
        "/*",
        "*/",
        "=>",
        "...",
        "::",
      ),
      word,
      fc.string({ maxLength: 3, unit: "binary" }),
    ),
    { maxLength: 40 },
  )
  .map((p) => p.join(""));

/** A change of a text: where, how much is taken out, what is put in. */
export const change = fc.record({
  at: fc.nat(1_000_000),
  remove: fc.oneof(fc.nat(3), fc.nat(60)),
  insert: fc.oneof(
    pieces,
    fc.constantFrom('"', "{", "}", "\n", "x", "", "a = 1\n", "b {\n}\n", "(", "${", "<<EOT\n"),
  ),
});

export function place(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }) {
  const start = at % (text.length + 1);
  return { start, end: Math.min(text.length, start + remove), text: insert };
}
