/**
 * The syntax of `.cw`: HCL's native syntax (hashicorp/hcl, hclsyntax/spec.md), written anew.
 *
 * Everything that depends on where one stands (newlines, braces, quotes, heredocs, the words of a `for`) is read by
 * src/scanner.c, which keeps the stack of open brackets and strings; the rest is read by the generated lexer. Three
 * choices keep the tree small: a string without templates is one token, so is a run of literal text, and so is a dotted
 * name (`var.region`).
 */
/// <reference types="tree-sitter-cli/dsl" />

const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/u;

/** Binary operators from loosest to tightest, as HCL's specification ranks them. */
const operators = [["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];
const precedence = { unary: operators.length + 1, postfix: operators.length + 2 };

const commaSeparated = (rule) => seq(rule, repeat(seq(",", rule)));

module.exports = grammar({
  name: "clockwork",

  // The order is that of `enum Token` in src/scanner.c.
  externals: ($) => [
    $._newline,
    $._end_of_file,
    $.comment,
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    $.string,
    $.unclosed_string,
    $._template_open,
    $._template_close,
    $.template_unclosed,
    $.text,
    $._interpolation_open,
    $._directive_open,
    $._sequence_close,
    $.heredoc_open,
    $.heredoc_close,
    $.heredoc_unclosed,
    "for",
    "in",
    "if",
    "else",
    "endif",
    "endfor",
    $._error_sentinel,
  ],

  extras: ($) => [/[ \t\n\uFEFF]|\r\n/, $.comment],

  supertypes: ($) => [$._expression],

  // A keyword is a whole word: `intry` is no `in`.
  word: ($) => $.identifier,

  rules: {
    source_file: ($) => repeat(choice($._newline, $._item)),

    _item: ($) => seq(choice($.attribute, $.block, $.incomplete), choice($._newline, $._end_of_file)),

    attribute: ($) => seq(field("name", $.identifier), "=", field("value", $._expression)),

    block: ($) =>
      seq(
        $._header,
        "{",
        optional(choice($.attribute, seq($._newline, repeat(choice($._newline, $._item))))),
        "}",
      ),

    _header: ($) =>
      seq(
        field("type", $.identifier),
        repeat(field("label", choice($.identifier, $.string, $.unclosed_string))),
      ),

    // No valid item, but what every item is while it is typed: read as one, it leaves the lines around it alone.
    incomplete: ($) => $._header,

    identifier: () => token(identifier),

    _expression: ($) =>
      choice(
        $.number,
        $.string,
        $.unclosed_string,
        $.template,
        $.heredoc,
        $.identifier,
        $.path,
        $.member,
        $.legacy_index,
        $.index,
        $.attribute_splat,
        $.full_splat,
        $.call,
        $.tuple,
        $.object,
        $.for_tuple,
        $.for_object,
        $.unary,
        $.binary,
        $.conditional,
        $.parentheses,
      ),

    number: () => token(/[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/),

    // `var.region`: a name and the attributes behind it, as one token.
    path: () => token(seq(identifier, repeat1(seq(".", identifier)))),

    // `.a.b` behind anything but a name; in parts where space stands around the dots.
    member: ($) =>
      prec(
        precedence.postfix,
        seq(
          field("object", $._expression),
          choice(field("names", $.names), seq(".", field("name", $.identifier))),
        ),
      ),
    names: () => token(repeat1(seq(".", identifier))),

    legacy_index: ($) =>
      prec(precedence.postfix, seq(field("collection", $._expression), ".", field("key", $.number))),

    index: ($) =>
      prec(
        precedence.postfix,
        seq(field("collection", $._expression), "[", field("key", $._expression), "]"),
      ),

    attribute_splat: ($) => prec(precedence.postfix, seq(field("source", $._expression), ".", "*")),

    full_splat: ($) => prec(precedence.postfix, seq(field("source", $._expression), "[", "*", "]")),

    call: ($) =>
      prec(
        precedence.postfix,
        seq(
          field("name", choice($.identifier, $.function_name)),
          "(",
          optional(
            seq(
              commaSeparated(field("argument", $._expression)),
              optional(choice(",", field("expand", "..."))),
            ),
          ),
          ")",
        ),
      ),
    function_name: ($) => seq($.identifier, repeat1(seq("::", $.identifier))),

    tuple: ($) => seq("[", optional(seq(commaSeparated($._expression), optional(","))), "]"),

    object: ($) =>
      seq(
        "{",
        repeat(choice($._newline, seq($.object_item, choice(",", $._newline)))),
        optional($.object_item),
        "}",
      ),
    object_item: ($) => seq(field("key", $._expression), choice("=", ":"), field("value", $._expression)),

    for_tuple: ($) =>
      seq("[", $._for_intro, ":", field("result", $._expression), optional($._for_condition), "]"),

    for_object: ($) =>
      seq(
        "{",
        $._for_intro,
        ":",
        field("result_key", $._expression),
        "=>",
        field("result_value", $._expression),
        optional(field("grouping", "...")),
        optional($._for_condition),
        "}",
      ),

    _for_intro: ($) =>
      seq(
        "for",
        optional(seq(field("key", $.identifier), ",")),
        field("value", $.identifier),
        "in",
        field("collection", $._expression),
      ),
    _for_condition: ($) => seq("if", field("condition", $._expression)),

    unary: ($) =>
      prec(precedence.unary, seq(field("operator", choice("-", "!")), field("operand", $._expression))),

    binary: ($) =>
      choice(
        ...operators.map((level, i) =>
          prec.left(
            i + 1,
            seq(
              field("left", $._expression),
              field("operator", level.length > 1 ? choice(...level) : level[0]),
              field("right", $._expression),
            ),
          ),
        ),
      ),

    conditional: ($) =>
      prec.right(
        seq(
          field("condition", $._expression),
          "?",
          field("consequence", $._expression),
          ":",
          field("alternative", $._expression),
        ),
      ),

    parentheses: ($) => seq("(", field("inner", $._expression), ")"),

    template: ($) =>
      seq($._template_open, repeat($._template_part), choice($._template_close, $.template_unclosed)),

    heredoc: ($) =>
      seq($.heredoc_open, repeat($._template_part), choice($.heredoc_close, $.heredoc_unclosed)),

    _template_part: ($) =>
      choice(
        $.text,
        $.interpolation,
        $.if_directive,
        $.else_directive,
        $.endif_directive,
        $.for_directive,
        $.endfor_directive,
      ),

    interpolation: ($) => seq($._interpolation_open, field("expression", $._expression), $._sequence_close),

    // Directives stand in a flat row: pairing them is left to the lowering, so that a half-typed one breaks nothing else.
    if_directive: ($) => seq($._directive_open, "if", field("condition", $._expression), $._sequence_close),
    else_directive: ($) => seq($._directive_open, "else", $._sequence_close),
    endif_directive: ($) => seq($._directive_open, "endif", $._sequence_close),
    for_directive: ($) => seq($._directive_open, $._for_intro, $._sequence_close),
    endfor_directive: ($) => seq($._directive_open, "endfor", $._sequence_close),
  },
});
