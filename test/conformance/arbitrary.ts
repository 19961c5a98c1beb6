import fc from "fast-check";

/** What an expression is meant to give. Now and then it is another one, so that refusals are tried too. */
type Want = "text" | "number" | "bool" | "list" | "map" | "any";

/** Functions by what they give, with what each argument should be; `literal` stands for itself, `…` repeats the last. */
const calls: Readonly<Record<Want, readonly string[]>> = {
  text: [
    "upper text",
    "lower text",
    "title text",
    "strrev text",
    "trimspace text",
    "chomp text",
    "trim text text",
    "trimprefix text text",
    "trimsuffix text text",
    "replace text text text",
    "replace text `/[a-c]+/` text",
    "replace text `/(l+)(o)/` `$2$1`",
    "substr text number number",
    "join text list",
    "indent number text",
    "format `%s-%v` any any",
    "format `%d|%5d|%-5d|%05d` number number number number",
    "format `%f %.2f %e %g` number number number number",
    "format `%x %X %o %b` number number number number",
    "format `%q %#v %t` text any bool",
    "format text any",
    "regex `[a-z]+` text",
    "regex text text",
    "jsonencode any",
    "yamlencode any",
    "base64encode text",
    "base64decode text",
    "urlencode text",
    "md5 text",
    "sha256 text",
    "uuidv5 `dns` text",
    "tostring any",
    "formatdate `YYYY-MM-DD hh:mm` `2024-02-29T13:14:15Z`",
    "timeadd `2024-02-29T13:14:15Z` `1h30m`",
    "cidrhost `10.0.0.0/8` number",
    "cidrsubnet `10.0.0.0/8` number number",
    "basename text",
    "dirname text",
    "element list number",
    "coalesce text text",
    "one list",
  ],
  number: [
    "length any",
    "abs number",
    "ceil number",
    "floor number",
    "signum number",
    "max number number number",
    "min number number",
    "pow number number",
    "log number number",
    "parseint text number",
    "parseint `ff` number",
    "sum list",
    "tonumber any",
    "index list any",
    "timecmp `2024-02-29T13:14:15Z` `2024-02-29T14:14:15+01:00`",
    "coalesce number number",
  ],
  bool: [
    "can any",
    "contains list any",
    "startswith text text",
    "endswith text text",
    "strcontains text text",
    "alltrue list",
    "anytrue list",
    "tobool any",
    "issensitive any",
  ],
  list: [
    "tolist list",
    "toset list",
    "concat list list",
    "flatten list",
    "distinct list",
    "reverse list",
    "sort list",
    "compact list",
    "slice list number number",
    "chunklist list number",
    "range number",
    "range number number number",
    "split text text",
    "regexall `[a-z]` text",
    "keys map",
    "values map",
    "setunion list list",
    "setintersection list list",
    "setsubtract list list",
    "setproduct list list",
    "coalescelist list list",
    "matchkeys list list list",
    "formatlist `%s=%v` list any",
    "csvdecode `a,b\\n1,2\\n3,4`",
  ],
  map: [
    "tomap map",
    "merge map map",
    "merge map map map",
    "zipmap list list",
    "transpose map",
    'jsondecode `{\\"a\\":[1,null,true]}`',
  ],
  any: [
    "try any any",
    "lookup map text any",
    "nonsensitive any",
    "sensitive any",
    "one list",
    "jsondecode text",
    "coalesce any any",
  ],
};

const leaves: Readonly<Record<Want, readonly string[]>> = {
  text: [
    '"a"',
    '""',
    '"hello"',
    '"Hello World"',
    '"1"',
    '"true"',
    '"é日👾"',
    '"a,b,c"',
    '" x "',
    '"x\\ny"',
    '"%s"',
    '"a"',
    "var.text",
    "var.nothing",
    "var.tags.env",
    "local.secret",
    '"${var.text}!"',
  ],
  number: [
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.5",
    "10",
    "0.1",
    "1e3",
    "-0",
    "7",
    "100",
    "1e20",
    "1/3",
    "var.number",
    '"5"',
    "length(var.names)",
  ],
  bool: ["true", "false", "var.on", '"true"', "1 < 2", "null"],
  list: [
    "[]",
    "[1, 2, 3]",
    '["a", "b"]',
    '[1, "a", true]',
    "[null]",
    '["b", "a", "b"]',
    "[[1], [2, 3]]",
    "[{a = 1}, {a = 2}]",
    '[{a = 1}, {b = "x"}]',
    "[true, false]",
    "[sensitive(1), 2]",
    "tolist([])",
    'toset(["b", "a"])',
    "toset([3, 1])",
    "var.names",
    "var.ports",
    "local.matrix",
    "local.people",
    "local.strings",
    "null",
  ],
  map: [
    "{}",
    "{a = 1}",
    '{a = 1, b = "x"}',
    "{b = [1], a = {c = 2}}",
    "{a = null}",
    "tomap({})",
    "tomap({a = 1, b = 2})",
    "var.tags",
    "var.server",
    "var.servers",
    "local.nested",
    "local.mixed",
    "{a = sensitive(1)}",
    'tomap({a = ["x"], b = ["x", "y"]})',
  ],
  any: ["null", "var.anything", "local.none", 'sensitive("s")', "tostring(null)"],
};

type Texts = Readonly<Record<Want, fc.Arbitrary<string>>>;
const wants: readonly Want[] = ["text", "number", "bool", "list", "map", "any"];

function sort(want: Want, tied: Texts, forms: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const others = wants.filter((w) => w !== want).map((w) => tied[w]);
  const conditional = fc
    .tuple(
      tied.bool,
      tied[want],
      fc.oneof({ weight: 4, arbitrary: tied[want] }, { weight: 1, arbitrary: tied.any }),
    )
    .map(([c, a, b]) => `(${c} ? ${a} : ${b})`);
  return fc.oneof(
    { depthSize: "small" },
    { weight: 8, arbitrary: fc.constantFrom(...leaves[want]) },
    { weight: 6, arbitrary: call(calls[want], tied) },
    ...forms.map((arbitrary) => ({ weight: 2, arbitrary })),
    { weight: 2, arbitrary: conditional },
    { weight: 1, arbitrary: tied[want].map((e) => `(${e})`) },
    { weight: 1, arbitrary: tied[want].map((e) => `try(${e}, null)`) },
    { weight: 1, arbitrary: picked(tied) },
    { weight: 1, arbitrary: fc.oneof(...others) },
  );
}

function call(signatures: readonly string[], tied: Texts): fc.Arbitrary<string> {
  return fc.constantFrom(...signatures).chain((signature) => {
    const [name = "", ...parts] = signature.match(/`[^`]*`|\S+/g) ?? [];
    const args = parts.map((part) => {
      const want = wants.find((w) => w === part);
      return want ? tied[want] : fc.constant(`"${part.slice(1, -1)}"`);
    });
    return fc.tuple(fc.tuple(...args), fc.nat(20), tied.list).map(([given, odd, list]) => {
      if (odd === 0) return `${name}(${given.slice(1).join(", ")})`;
      if (odd === 1) return `${name}(${[...given.slice(0, -1), `${list}...`].join(", ")})`;
      return `${name}(${given.join(", ")})`;
    });
  });
}

const textForms = (t: Texts) => [
  fc.tuple(t.any, t.text).map(([a, b]) => `"${inTemplate(a)}-${inTemplate(b)}"`),
  fc
    .tuple(t.bool, t.any, t.text)
    .map(([c, a, b]) => `"%{ if ${c} }${inTemplate(a)}%{ else ~} ${inTemplate(b)} %{~ endif }"`),
  fc.tuple(t.list, t.text).map(([l, b]) => `"%{ for k, v in ${l} }\${k}=\${v}${inTemplate(b)},%{ endfor }"`),
  t.any.map((a) => `"${inTemplate(a)}"`),
];

const inTemplate = (expression: string): string => `\${${expression}}`;

const numberForms = (t: Texts) => [
  fc
    .tuple(t.number, fc.constantFrom("+", "-", "*", "/", "%"), t.number)
    .map(([a, op, b]) => `${a} ${op} ${b}`),
  t.number.map((n) => `-${n}`),
];

const boolForms = (t: Texts) => [
  fc.tuple(t.any, fc.constantFrom("==", "!="), t.any).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.tuple(t.list, fc.constantFrom("==", "!="), t.list).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.tuple(t.number, fc.constantFrom("<", "<=", ">", ">="), t.number).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.tuple(t.bool, fc.constantFrom("&&", "||"), t.bool).map(([a, op, b]) => `${a} ${op} ${b}`),
  t.bool.map((b) => `!${b}`),
];

const listForms = (t: Texts) => [
  fc.array(t.any, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
  fc.array(t.text, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
  fc.tuple(t.list, t.any).map(([l, a]) => `[for v in ${l}: ${a}]`),
  fc
    .tuple(
      t.list,
      fc.constantFrom("v", "k", "upper(v)", "v + 1", "[k, v]", "{k = v}", "v.a", '"${k}:${v}"'),
      t.bool,
    )
    .map(([l, r, c]) => `[for k, v in ${l}: ${r} if ${c}]`),
  fc.tuple(t.map, fc.constantFrom("v", "k", "[k, v]", "v.a")).map(([m, r]) => `[for k, v in ${m}: ${r}]`),
  t.list.map((l) => `${l}[*]`),
  fc.tuple(t.list, fc.constantFrom(".a", "[0]", '["a"]', ".0", "[*]")).map(([l, step]) => `${l}[*]${step}`),
  t.any.map((a) => `${a}[*]`),
];

const mapForms = (t: Texts) => [
  fc
    .array(fc.tuple(fc.constantFrom("a", "b", "c", '"x y"', "1"), t.any), { maxLength: 3 })
    .map((fields) => `{${fields.map(([k, v]) => `${k} = ${v}`).join(", ")}}`),
  fc.tuple(t.text, t.any).map(([k, v]) => `{(${k}) = ${v}}`),
  fc
    .tuple(
      fc.oneof(t.list, t.map),
      fc.constantFrom("k => v", "v => k...", "v => v...", '"${k}" => [v]', "k => upper(v)"),
    )
    .map(([c, r]) => `{for k, v in ${c}: ${r}}`),
];

/** A part of something. */
const picked = (t: Texts) =>
  fc
    .tuple(fc.oneof(t.list, t.map, t.any), fc.constantFrom("[0]", ".a", '["a"]', "[1]", ".0", ".b", "[-1]"))
    .map(([c, step]) => `${c}${step}`);

/** Expressions of the language, most of them with a value. */
export const expression: fc.Arbitrary<string> = fc.letrec<Record<Want, string>>((tie) => {
  const tied: Texts = {
    text: tie("text"),
    number: tie("number"),
    bool: tie("bool"),
    list: tie("list"),
    map: tie("map"),
    any: tie("any"),
  };
  return {
    text: sort("text", tied, textForms(tied)),
    number: sort("number", tied, numberForms(tied)),
    bool: sort("bool", tied, boolForms(tied)),
    list: sort("list", tied, listForms(tied)),
    map: sort("map", tied, mapForms(tied)),
    any: sort(
      "any",
      tied,
      wants.filter((w) => w !== "any").map((w) => tied[w]),
    ),
  };
}).any;
