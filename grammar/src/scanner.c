/*
 * The part of the lexer that must know where it stands. It keeps a stack of what is open: brackets, quoted strings,
 * heredocs, template sequences. The stack alone decides what a character means, never what the parser would accept, so
 * that tokens stay the same through error recovery:
 *
 *  - a newline ends an item in a body or object, and is white space inside (), [], `{for …}` and ${};
 *  - a quoted string ends at its line's end at the latest, so a stray quote breaks one line;
 *  - a closing bracket closes what it fits, whatever was left open inside;
 *  - a line that looks like `name =` or `name {` inside (), [] or ${} ends these: no expression can contain it.
 */
#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

#include <string.h>

/* In the order of `externals` in grammar.js. */
enum Token {
  NEWLINE,
  END_OF_FILE,
  COMMENT,
  BRACE_OPEN,
  BRACE_CLOSE,
  PAREN_OPEN,
  PAREN_CLOSE,
  BRACKET_OPEN,
  BRACKET_CLOSE,
  STRING,
  UNCLOSED_STRING,
  TEMPLATE_OPEN,
  TEMPLATE_CLOSE,
  TEMPLATE_UNCLOSED,
  TEXT,
  INTERPOLATION_OPEN,
  DIRECTIVE_OPEN,
  SEQUENCE_CLOSE,
  HEREDOC_OPEN,
  HEREDOC_CLOSE,
  HEREDOC_UNCLOSED,
  FOR,
  IN,
  IF,
  ELSE,
  ENDIF,
  ENDFOR,
  ERROR_SENTINEL,
};

/* What is open. The bottom of the stack, when nothing is, behaves like LINES. */
enum Context {
  LINES = 1,    /* `{` of a body or object: newlines count */
  FOR_BRACE,    /* `{` of a for expression: newlines do not count, as in the next three */
  PAREN,
  BRACKET,
  SEQUENCE,     /* `${` or `%{` */
  QUOTED,
  HEREDOC_LINE, /* a heredoc, at the start of a line */
  HEREDOC_REST, /* a heredoc, behind a template sequence */
};

/*
 * One byte for each open context. Below a heredoc's byte lie its marker (UTF-8) and the marker's length, so that the
 * stack is its own serialised form. Deeper nesting than fits is not tracked: lowering refuses it long before.
 */
typedef struct {
  uint16_t size;
  uint8_t bytes[TREE_SITTER_SERIALIZATION_BUFFER_SIZE];
} Stack;

#define MAX_MARKER 200

static uint8_t top(const Stack *s) { return s->size ? s->bytes[s->size - 1] : LINES; }

static bool push(Stack *s, uint8_t context) {
  if (s->size >= sizeof s->bytes) return false;
  s->bytes[s->size++] = context;
  return true;
}

/* The size the stack has without its top context. */
static uint16_t below(const Stack *s, uint16_t size) {
  if (size == 0) return 0;
  uint8_t context = s->bytes[size - 1];
  if (context != HEREDOC_LINE && context != HEREDOC_REST) return size - 1;
  uint16_t marker = s->bytes[size - 2];
  return size - 2 - marker;
}

static void pop(Stack *s) { s->size = below(s, s->size); }

static bool is_free(uint8_t context) { return context >= FOR_BRACE && context <= SEQUENCE; }

/* Closes everything down to the nearest context whose newlines count. */
static void pop_to_lines(Stack *s) {
  while (s->size && s->bytes[s->size - 1] != LINES) pop(s);
}

static bool is_letter(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c > 0x7f;
}
static bool is_word(int32_t c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

static void advance(TSLexer *l) { l->advance(l, false); }
static void skip(TSLexer *l) { l->advance(l, true); }

static bool emit(TSLexer *l, enum Token token) {
  l->result_symbol = token;
  return true;
}

/* Consumes the next character and says that the token ends there. */
static bool emit_char(TSLexer *l, enum Token token) {
  advance(l);
  l->mark_end(l);
  return emit(l, token);
}

/* Reads a word; keeps up to 7 bytes of it, enough to know a keyword by. */
static void read_word(TSLexer *l, char word[8]) {
  unsigned n = 0;
  while (is_word(l->lookahead)) {
    if (n < 7) word[n] = l->lookahead < 0x80 ? (char)l->lookahead : '?';
    n++;
    advance(l);
  }
  word[n < 7 ? n : 0] = 0;
}

static bool scan_block_comment(TSLexer *l) {
  while (!l->eof(l)) {
    if (l->lookahead != '*') {
      advance(l);
      continue;
    }
    advance(l);
    if (l->lookahead == '/') {
      advance(l);
      return true;
    }
  }
  return false;
}

static void skip_line(TSLexer *l) {
  while (!l->eof(l) && l->lookahead != '\n') advance(l);
}

static bool scan_comment(TSLexer *l) {
  if (l->lookahead == '/') {
    advance(l);
    if (l->lookahead == '*') {
      advance(l);
      if (!scan_block_comment(l)) return false;
      l->mark_end(l);
      return emit(l, COMMENT);
    }
    if (l->lookahead != '/') return false;
  }
  while (!l->eof(l) && l->lookahead != '\n') {
    if (l->lookahead == '\r') l->mark_end(l);
    bool carriage_return = l->lookahead == '\r';
    advance(l);
    if (carriage_return && l->lookahead == '\n') return emit(l, COMMENT);
  }
  l->mark_end(l);
  return emit(l, COMMENT);
}

/* White space, newlines and comments; false where a `/` begins none or one never ends. */
static bool skip_free(TSLexer *l) {
  for (;;) {
    int32_t c = l->lookahead;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      advance(l);
    } else if (c == '#') {
      skip_line(l);
    } else if (c == '/') {
      advance(l);
      if (l->lookahead == '/') {
        skip_line(l);
      } else if (l->lookahead == '*') {
        advance(l);
        if (!scan_block_comment(l)) return false;
      } else {
        return false;
      }
    } else {
      return true;
    }
  }
}

/* Behind a `{`: does `for name in` or `for name ,` follow, with anything between that means nothing? */
static bool looks_like_for(TSLexer *l) {
  if (!skip_free(l) || l->lookahead != 'f') return false;
  char word[8];
  read_word(l, word);
  if (strcmp(word, "for") != 0) return false;
  if (!skip_free(l) || !is_letter(l->lookahead)) return false;
  read_word(l, word);
  if (!skip_free(l)) return false;
  if (l->lookahead == ',') return true;
  read_word(l, word);
  return strcmp(word, "in") == 0;
}

static bool scan_brace_open(Stack *s, TSLexer *l) {
  advance(l);
  l->mark_end(l);
  push(s, looks_like_for(l) ? FOR_BRACE : LINES);
  return emit(l, BRACE_OPEN);
}

/* A `}` closes the nearest brace or template sequence of the same string, and the brackets left open inside. */
static bool scan_brace_close(Stack *s, TSLexer *l) {
  uint16_t size = s->size;
  while (size && (s->bytes[size - 1] == PAREN || s->bytes[size - 1] == BRACKET)) size--;
  uint8_t context = size ? s->bytes[size - 1] : 0;
  if (context == SEQUENCE) {
    s->size = size - 1;
    if (top(s) == HEREDOC_LINE) s->bytes[s->size - 1] = HEREDOC_REST;
    return emit_char(l, SEQUENCE_CLOSE);
  }
  if (context == LINES || context == FOR_BRACE) s->size = size - 1;
  return emit_char(l, BRACE_CLOSE);
}

/* A `)` or `]` closes the nearest of its kind that no brace or string separates from it. */
static bool scan_close(Stack *s, TSLexer *l, uint8_t context, enum Token token) {
  uint16_t size = s->size;
  while (size && s->bytes[size - 1] != context && (s->bytes[size - 1] == PAREN || s->bytes[size - 1] == BRACKET)) {
    size--;
  }
  if (size && s->bytes[size - 1] == context) s->size = size - 1;
  return emit_char(l, token);
}

enum Stop { AT_SEQUENCE, AT_LITERAL };

/*
 * At `$` or `%`. One of them before `{` opens a sequence and is left standing; two or more escape it. The caller has
 * marked the token's end.
 */
static enum Stop scan_marks(TSLexer *l) {
  int32_t mark = l->lookahead;
  unsigned n = 0;
  while (l->lookahead == mark) {
    advance(l);
    n++;
  }
  if (l->lookahead != '{') return AT_LITERAL;
  if (n == 1) return AT_SEQUENCE;
  advance(l);
  return AT_LITERAL;
}

/* Consumes quoted text up to a quote, a newline, the end or a sequence; true at a sequence. */
static bool scan_quoted(TSLexer *l) {
  while (!l->eof(l)) {
    switch (l->lookahead) {
      case '"':
      case '\n':
        return false;
      case '\\':
        advance(l);
        if (!l->eof(l) && l->lookahead != '\n') advance(l);
        break;
      case '$':
      case '%':
        l->mark_end(l);
        if (scan_marks(l) == AT_SEQUENCE) return true;
        break;
      default:
        advance(l);
    }
  }
  return false;
}

/* At an opening quote: a whole string where it has no template sequence, else the quote alone. */
static bool scan_quote(Stack *s, TSLexer *l) {
  advance(l);
  /* A template's opening token ends here; scan_quoted would mark other ends, so this loop is like it but marks none. */
  l->mark_end(l);
  for (;;) {
    if (l->eof(l) || l->lookahead == '\n') {
      l->mark_end(l);
      return emit(l, UNCLOSED_STRING);
    }
    if (l->lookahead == '"') return emit_char(l, STRING);
    if (l->lookahead == '\\') {
      advance(l);
      if (!l->eof(l) && l->lookahead != '\n') advance(l);
    } else if (l->lookahead == '$' || l->lookahead == '%') {
      if (scan_marks(l) == AT_SEQUENCE) {
        if (!push(s, QUOTED)) return false;
        return emit(l, TEMPLATE_OPEN);
      }
    } else {
      advance(l);
    }
  }
}

/* Behind a lone `$` or `%`, at the `{`. */
static bool scan_sequence_open(Stack *s, TSLexer *l, int32_t mark) {
  advance(l);
  if (l->lookahead == '~') advance(l);
  l->mark_end(l);
  if (!push(s, SEQUENCE)) return false;
  return emit(l, mark == '$' ? INTERPOLATION_OPEN : DIRECTIVE_OPEN);
}

static bool scan_in_quoted(Stack *s, TSLexer *l) {
  int32_t first = l->lookahead;
  if (first == '"') {
    pop(s);
    return emit_char(l, TEMPLATE_CLOSE);
  }
  l->mark_end(l);
  if (l->eof(l) || first == '\n') {
    pop(s);
    return emit(l, TEMPLATE_UNCLOSED);
  }
  if ((first == '$' || first == '%') && scan_marks(l) == AT_SEQUENCE) return scan_sequence_open(s, l, first);
  if (!scan_quoted(l)) l->mark_end(l);
  return emit(l, TEXT);
}

/*
 * At a line's start inside a heredoc: is this the line of the end marker? `mark` asks to mark the end behind the marker.
 * `consumed` is set when anything was read, which is text if this is not the line.
 */
static bool scan_marker(const Stack *s, TSLexer *l, bool mark, bool *consumed) {
  const uint8_t length = s->bytes[s->size - 2];
  const uint8_t *marker = s->bytes + s->size - 2 - length;
  for (; l->lookahead == ' ' || l->lookahead == '\t'; *consumed = true) advance(l);
  for (unsigned i = 0; i < length; *consumed = true) {
    int32_t c = marker[i];
    unsigned more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if (more) c &= 0x3f >> more;
    for (i++; more; more--, i++) c = c << 6 | (marker[i] & 0x3f);
    if (l->lookahead != c) return false;
    advance(l);
  }
  if (mark) l->mark_end(l);
  while (l->lookahead == ' ' || l->lookahead == '\t' || l->lookahead == '\r') advance(l);
  return !l->eof(l) && l->lookahead == '\n';
}

static bool scan_in_heredoc(Stack *s, TSLexer *l) {
  bool line_start = top(s) == HEREDOC_LINE;
  bool any = false;
  while (!l->eof(l)) {
    if (line_start) {
      line_start = false;
      bool close = !any;
      if (any) l->mark_end(l);
      if (scan_marker(s, l, close, &any)) {
        if (close) pop(s);
        else s->bytes[s->size - 1] = HEREDOC_LINE;
        return emit(l, close ? HEREDOC_CLOSE : TEXT);
      }
      continue;
    }
    int32_t c = l->lookahead;
    if (c == '$' || c == '%') {
      l->mark_end(l);
      if (scan_marks(l) == AT_SEQUENCE) {
        s->bytes[s->size - 1] = HEREDOC_REST;
        return any ? emit(l, TEXT) : scan_sequence_open(s, l, c);
      }
    } else {
      advance(l);
      line_start = c == '\n';
    }
    any = true;
  }
  l->mark_end(l);
  return emit(l, TEXT);
}

/* `<<MARKER` or `<<-MARKER` and the newline behind it. */
static bool scan_heredoc_open(Stack *s, TSLexer *l) {
  advance(l);
  if (l->lookahead != '<') return false;
  advance(l);
  if (l->lookahead == '-') advance(l);
  if (!is_letter(l->lookahead)) return false;
  uint8_t marker[MAX_MARKER + 4];
  unsigned n = 0;
  while (is_word(l->lookahead)) {
    if (n >= MAX_MARKER) return false;
    uint32_t c = (uint32_t)l->lookahead;
    if (c < 0x80) {
      marker[n++] = (uint8_t)c;
    } else if (c < 0x800) {
      marker[n++] = 0xc0 | c >> 6;
      marker[n++] = 0x80 | (c & 0x3f);
    } else if (c < 0x10000) {
      marker[n++] = 0xe0 | c >> 12;
      marker[n++] = 0x80 | (c >> 6 & 0x3f);
      marker[n++] = 0x80 | (c & 0x3f);
    } else {
      marker[n++] = 0xf0 | c >> 18;
      marker[n++] = 0x80 | (c >> 12 & 0x3f);
      marker[n++] = 0x80 | (c >> 6 & 0x3f);
      marker[n++] = 0x80 | (c & 0x3f);
    }
    advance(l);
  }
  if (l->lookahead == '\r') advance(l);
  if (l->lookahead != '\n') return false;
  if (s->size + n + 2 > sizeof s->bytes) return false;
  memcpy(s->bytes + s->size, marker, n);
  s->size += n;
  s->bytes[s->size++] = (uint8_t)n;
  s->bytes[s->size++] = HEREDOC_LINE;
  return emit_char(l, HEREDOC_OPEN);
}

/* The newline and the blank lines behind it. */
static bool scan_newlines(TSLexer *l) {
  for (;;) {
    if (l->lookahead == '\n') {
      advance(l);
      l->mark_end(l);
    } else if (l->lookahead == ' ' || l->lookahead == '\t' || l->lookahead == '\r') {
      advance(l);
    } else {
      return emit(l, NEWLINE);
    }
  }
}

static bool keyword(TSLexer *l, const char *word, const bool *valid) {
  static const struct { const char *word; enum Token token; } keywords[] = {
    {"for", FOR}, {"in", IN}, {"if", IF}, {"else", ELSE}, {"endif", ENDIF}, {"endfor", ENDFOR},
  };
  for (unsigned i = 0; i < sizeof keywords / sizeof *keywords; i++) {
    if (valid[keywords[i].token] && strcmp(word, keywords[i].word) == 0) return emit(l, keywords[i].token);
  }
  return false;
}

/* At a word's first letter; `line_start` when it is the first of its line where newlines do not count. */
static bool scan_word(Stack *s, TSLexer *l, const bool *valid, bool line_start) {
  bool keywords = valid[FOR] || valid[IN] || valid[IF] || valid[ELSE] || valid[ENDIF] || valid[ENDFOR];
  if (valid[ERROR_SENTINEL]) keywords = false;
  if (!keywords && !line_start) return false;
  l->mark_end(l);
  char word[8];
  read_word(l, word);
  if (keywords && keyword(l, word, valid)) {
    l->mark_end(l);
    return true;
  }
  if (!line_start || strcmp(word, "in") == 0 || strcmp(word, "if") == 0) return false;
  while (l->lookahead == ' ' || l->lookahead == '\t') advance(l);
  bool item = l->lookahead == '{' || l->lookahead == '"';
  if (l->lookahead == '=') {
    advance(l);
    item = l->lookahead != '=' && l->lookahead != '>';
  }
  if (!item) return false;
  /* An empty token before the word: what follows it was only looked at. */
  pop_to_lines(s);
  return emit(l, NEWLINE);
}

static bool scan(Stack *s, TSLexer *l, const bool *valid) {
  uint8_t context = top(s);
  if (context == QUOTED) return scan_in_quoted(s, l);
  if (context == HEREDOC_LINE || context == HEREDOC_REST) {
    if (l->eof(l)) {
      l->mark_end(l);
      pop(s);
      return emit(l, HEREDOC_UNCLOSED);
    }
    return scan_in_heredoc(s, l);
  }
  bool free = is_free(context);
  bool line_start = false;
  for (;; skip(l)) {
    if (l->lookahead == '\n') {
      if (!free) return scan_newlines(l);
      line_start = true;
    } else if (l->lookahead == '\r') {
      skip(l);
      if (l->lookahead != '\n') return false;
      if (!free) return scan_newlines(l);
      line_start = true;
    } else if (l->lookahead != ' ' && l->lookahead != '\t') {
      break;
    }
  }
  switch (l->lookahead) {
    case '#':
    case '/':
      return scan_comment(l);
    case '{':
      return scan_brace_open(s, l);
    case '}':
      return scan_brace_close(s, l);
    case '(':
      push(s, PAREN);
      return emit_char(l, PAREN_OPEN);
    case ')':
      return scan_close(s, l, PAREN, PAREN_CLOSE);
    case '[':
      push(s, BRACKET);
      return emit_char(l, BRACKET_OPEN);
    case ']':
      return scan_close(s, l, BRACKET, BRACKET_CLOSE);
    case '"':
      return scan_quote(s, l);
    case '<':
      return scan_heredoc_open(s, l);
    case '~':
      if (context != SEQUENCE) return false;
      advance(l);
      return l->lookahead == '}' && scan_brace_close(s, l);
    default:
      break;
  }
  if (l->eof(l)) {
    l->mark_end(l);
    return valid[END_OF_FILE] && !valid[ERROR_SENTINEL] && emit(l, END_OF_FILE);
  }
  return is_letter(l->lookahead) && scan_word(s, l, valid, line_start);
}

void *tree_sitter_clockwork_external_scanner_create(void) { return ts_calloc(1, sizeof(Stack)); }

void tree_sitter_clockwork_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_clockwork_external_scanner_serialize(void *payload, char *buffer) {
  const Stack *s = payload;
  memcpy(buffer, s->bytes, s->size);
  return s->size;
}

void tree_sitter_clockwork_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Stack *s = payload;
  s->size = (uint16_t)length;
  if (length) memcpy(s->bytes, buffer, length);
}

bool tree_sitter_clockwork_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  return scan(payload, lexer, valid_symbols);
}
