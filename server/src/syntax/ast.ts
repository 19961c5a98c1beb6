/**
 * The syntax that the rest of the program sees: plain records, no tree nodes. Every offset is in UTF-16 code units,
 * half-open, relative to the start of the top-level chunk the node belongs to (see `Origin`). The shapes follow
 * HCL's native syntax specification (hashicorp/hcl, hclsyntax/spec.md).
 */
export interface Node {
  readonly start: number;
  readonly end: number;
}

export interface Identifier extends Node {
  readonly name: string;
}

/** The content of a block or file, in source order. */
export interface Body extends Node {
  readonly items: readonly BodyItem[];
}

export type BodyItem = Attribute | Block;

export interface Attribute extends Node {
  readonly type: "attribute";
  readonly name: Identifier;
  readonly value: Expression;
}

export interface Block extends Node {
  readonly type: "block";
  readonly keyword: Identifier;
  readonly labels: readonly Label[];
  readonly body: Body;
}

/** A block's label: `"web"` (quoted, decoded) or `web`. */
export interface Label extends Node {
  readonly value: string;
  readonly quoted: boolean;
}

export type Expression =
  | NumberLiteral
  | BoolLiteral
  | NullLiteral
  | Template
  | Tuple
  | ObjectExpression
  | Variable
  | GetAttribute
  | Index
  | Splat
  | Call
  | Unary
  | Binary
  | Conditional
  | ForTuple
  | ForObject
  | Parentheses
  | Missing;

/** `text` as written: `1`, `1.5`, `1e3`. */
export interface NumberLiteral extends Node {
  readonly type: "number";
  readonly text: string;
}

export interface BoolLiteral extends Node {
  readonly type: "bool";
  readonly value: boolean;
}

export interface NullLiteral extends Node {
  readonly type: "null";
}

/**
 * A quoted string or heredoc. Escapes are decoded, heredoc indentation and `~` strip markers already applied, adjacent
 * literals joined, empty ones dropped: `""` has no parts.
 */
export interface Template extends Node {
  readonly type: "template";
  readonly parts: readonly TemplatePart[];
  readonly heredoc: boolean;
}

export type TemplatePart = TemplateLiteral | TemplateInterpolation | TemplateIf | TemplateFor;

export interface TemplateLiteral extends Node {
  readonly type: "literal";
  readonly value: string;
}

export interface TemplateInterpolation extends Node {
  readonly type: "interpolation";
  readonly expression: Expression;
}

/** `%{ if c }…%{ else }…%{ endif }` */
export interface TemplateIf extends Node {
  readonly type: "if";
  readonly condition: Expression;
  readonly then: readonly TemplatePart[];
  readonly otherwise: readonly TemplatePart[];
}

/** `%{ for k, v in c }…%{ endfor }` */
export interface TemplateFor extends Node {
  readonly type: "for";
  readonly key?: Identifier;
  readonly value: Identifier;
  readonly collection: Expression;
  readonly body: readonly TemplatePart[];
}

export interface Tuple extends Node {
  readonly type: "tuple";
  readonly items: readonly Expression[];
}

export interface ObjectExpression extends Node {
  readonly type: "object";
  readonly items: readonly ObjectItem[];
}

/** A bare identifier as key (`a = 1`) is a `Variable` here and means its name; `(a) = 1` is `Parentheses` and is evaluated. */
export interface ObjectItem extends Node {
  readonly key: Expression;
  readonly value: Expression;
}

/** The root of a traversal: `var`, `local`, `each`, a kind, a `for` variable. */
export interface Variable extends Node {
  readonly type: "variable";
  readonly name: string;
}

/** `object.name` */
export interface GetAttribute extends Node {
  readonly type: "get-attribute";
  readonly object: Expression;
  readonly name: Identifier;
}

/** `collection[key]`; the legacy `collection.0` has a number literal as key. */
export interface Index extends Node {
  readonly type: "index";
  readonly collection: Expression;
  readonly key: Expression;
}

/**
 * `source.*.a.b` (attribute splat: only attribute names and legacy indexes follow) or `source[*].a[0]` (full splat:
 * any traversal follows). `each` is what follows, applied to an `Anonymous`-rooted element: a chain whose root is a
 * `Variable` with the empty name, standing for the element.
 */
export interface Splat extends Node {
  readonly type: "splat";
  readonly source: Expression;
  readonly full: boolean;
  readonly each: Expression;
}

/** `name(args…)`, also `ns::name(…)`; `expand` when the last argument is followed by `...`. */
export interface Call extends Node {
  readonly type: "call";
  readonly name: Identifier;
  readonly args: readonly Expression[];
  readonly expand: boolean;
}

export interface Unary extends Node {
  readonly type: "unary";
  readonly operator: "-" | "!";
  readonly operand: Expression;
}

export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

export interface Binary extends Node {
  readonly type: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Conditional extends Node {
  readonly type: "conditional";
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

export interface ForTuple extends Node {
  readonly type: "for-tuple";
  readonly key?: Identifier;
  readonly value: Identifier;
  readonly collection: Expression;
  readonly result: Expression;
  readonly condition?: Expression;
}

export interface ForObject extends Node {
  readonly type: "for-object";
  readonly key?: Identifier;
  readonly value: Identifier;
  readonly collection: Expression;
  readonly resultKey: Expression;
  readonly resultValue: Expression;
  readonly condition?: Expression;
  /** `...` after the value: values of equal keys are collected in a list. */
  readonly grouping: boolean;
}

export interface Parentheses extends Node {
  readonly type: "parentheses";
  readonly inner: Expression;
}

/**
 * Where the source is broken: a diagnostic has been reported, nobody needs to report another. `partial` is what could be
 * read of it: the `var` of a half-typed `var.`.
 */
export interface Missing extends Node {
  readonly type: "missing";
  readonly partial?: Expression;
}
