/*
 * Hands a whole syntax tree to JavaScript in one call. Asking for a tree node by node costs more than parsing it, so this
 * walks the tree's own memory and writes one row of numbers (see server/src/syntax/flat.ts). It is built into the wasm
 * only, and knows how tree-sitter 0.27 lays out its trees on a 32-bit little-endian machine (lib/src/subtree.h,
 * lib/src/tree.h); loading the grammar checks the result against the public cursor and does without where it differs.
 */
#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

typedef struct {
  uint32_t bytes, row, column;
} Length;

typedef struct {
  bool is_inline : 1, visible : 1, named : 1, extra : 1, has_changes : 1, is_missing : 1, is_keyword : 1,
      depends_on_column : 1;
  uint8_t symbol;
  uint16_t parse_state;
  uint8_t padding_columns, padding_rows_and_lookahead, padding_bytes, size_bytes;
} Inline;

typedef struct {
  volatile uint32_t ref_count;
  Length padding, size;
  uint32_t lookahead_bytes, error_cost, child_count;
  TSSymbol symbol;
  TSStateId parse_state;
  bool visible : 1, named : 1, extra : 1, fragile_left : 1, fragile_right : 1, has_changes : 1,
      has_external_tokens : 1, has_external_scanner_state_change : 1, depends_on_column : 1, is_missing : 1,
      is_keyword : 1;
  uint32_t visible_child_count, named_child_count, visible_descendant_count;
  int32_t dynamic_precedence;
  uint16_t repeat_depth, production_id;
} Heap;

typedef union {
  Inline data;
  const Heap *heap;
} Subtree;

typedef struct {
  Subtree root;
} Tree;

/* A node whose children are being written. */
typedef struct {
  const Subtree *children;
  uint32_t count, index;
  /* Counts the children that are no extras: fields are told by it. */
  uint32_t structural;
  uint32_t position;
  uint32_t production;
  /* For a hidden node, the field that its children have where they have none of their own. */
  uint32_t field;
  /* Where its row begins, or NONE for a hidden node. */
  uint32_t row;
} Frame;

#define NONE UINT32_MAX
#define STRIDE 5

/* Read by JavaScript after each call. */
typedef struct {
  int32_t *numbers;
  uint32_t length;
  /* The offset of what first marks the text as broken, in UTF-16 code units, or -1. */
  int32_t broken;
  /* Written by JavaScript once: our number for each symbol and field; the high bit of a kind marks broken text. */
  uint8_t kinds[256];
  uint8_t fields[256];
  uint8_t error_kind;
} Exchange;

static Exchange exchange;
static uint32_t capacity;
static Frame *frames;
static uint32_t frame_capacity;

const TSLanguage *tree_sitter_clockwork(void);

__attribute__((visibility("default"))) Exchange *clockwork_exchange(void) { return &exchange; }

static bool reserve(uint32_t numbers, uint32_t depth) {
  if (numbers > capacity) {
    capacity = numbers * 2;
    exchange.numbers = ts_realloc(exchange.numbers, capacity * sizeof(int32_t));
  }
  if (depth > frame_capacity) {
    frame_capacity = depth * 2;
    frames = ts_realloc(frames, frame_capacity * sizeof(Frame));
  }
  return exchange.numbers && frames;
}

static uint32_t field_at(const TSLanguage *language, const Frame *frame) {
  TSMapSlice slice = language->field_map_slices[frame->production];
  const TSFieldMapEntry *entry = language->field_map_entries + slice.index;
  for (uint32_t i = 0; i < slice.length; i++, entry++) {
    if (!entry->inherited && entry->child_index == frame->structural) return entry->field_id;
  }
  return frame->field;
}

static void write_row(const TSLanguage *language, TSSymbol symbol, uint32_t field, uint32_t start, uint32_t size) {
  int32_t *row = exchange.numbers + exchange.length;
  uint8_t kind = symbol > 255 ? exchange.error_kind : exchange.kinds[language->public_symbol_map[symbol]];
  if (kind & 0x80) {
    if (exchange.broken < 0) exchange.broken = (int32_t)(start >> 1);
    kind &= 0x7f;
  }
  exchange.length += STRIDE;
  row[0] = kind;
  row[1] = exchange.fields[field & 255];
  row[2] = (int32_t)(start >> 1);
  row[3] = (int32_t)((start + size) >> 1);
  row[4] = (int32_t)exchange.length;
}

/* Writes the rows of a tree; 0 when memory ran out. */
__attribute__((visibility("default"))) int clockwork_flatten(const Tree *tree) {
  const TSLanguage *language = tree_sitter_clockwork();
  Subtree root = tree->root;
  exchange.length = 0;
  exchange.broken = -1;
  if (!reserve(STRIDE * 1024, 64)) return 0;
  if (root.data.is_inline) {
    write_row(language, root.data.symbol, 0, root.data.padding_bytes, root.data.size_bytes);
    return 1;
  }
  uint32_t start = root.heap->padding.bytes;
  write_row(language, root.heap->symbol, 0, start, root.heap->size.bytes);
  uint32_t depth = 0;
  if (root.heap->child_count) {
    frames[depth++] = (Frame){
        .children = (const Subtree *)root.heap - root.heap->child_count,
        .count = root.heap->child_count,
        .position = start,
        .production = root.heap->production_id,
    };
  }
  while (depth) {
    Frame *frame = &frames[depth - 1];
    if (frame->index == frame->count) {
      if (frame->row != NONE) exchange.numbers[frame->row + 4] = (int32_t)exchange.length;
      depth--;
      continue;
    }
    Subtree child = frame->children[frame->index];
    bool leaf = child.data.is_inline || child.heap->child_count == 0;
    bool visible = child.data.is_inline ? child.data.visible : child.heap->visible;
    bool extra = child.data.is_inline ? child.data.extra : child.heap->extra;
    uint32_t padding = child.data.is_inline ? child.data.padding_bytes : child.heap->padding.bytes;
    uint32_t size = child.data.is_inline ? child.data.size_bytes : child.heap->size.bytes;
    if (frame->index > 0) frame->position += padding;
    uint32_t position = frame->position;
    uint32_t field = extra || (leaf && !visible) ? 0 : field_at(language, frame);
    frame->position += size;
    frame->index++;
    if (!extra) frame->structural++;
    if (leaf && !visible) continue;
    if (!reserve(exchange.length + STRIDE, depth + 1)) return 0;
    uint32_t row = NONE;
    if (visible) {
      row = exchange.length;
      write_row(language, child.data.is_inline ? child.data.symbol : child.heap->symbol, field, position, size);
      if (leaf) continue;
      field = 0;
    }
    frames[depth++] = (Frame){
        .children = (const Subtree *)child.heap - child.heap->child_count,
        .count = child.heap->child_count,
        .position = position,
        .production = child.heap->production_id,
        .field = field,
        .row = row,
    };
  }
  if (exchange.broken < 0 && root.heap->error_cost > 0) exchange.broken = (int32_t)(start >> 1);
  return 1;
}
