import { T, type Token } from "../syntax/tokens.ts";
import type { ChainStep, Frame, Loop, Sibling, Spot } from "./cursor.ts";

/** What is open, while its tokens are read. One for each open context of the lexer, so that its depth says which are closed. */
interface Open {
  readonly type: Frame["type"];
  /** Behind what opens it, in the text. */
  readonly start: number;
  /** Of a body: the header of its block. Absent for the file itself. */
  readonly header?: { readonly keyword: string; readonly labels: readonly string[]; readonly start: number };
  readonly call?: Token;
  /** Of an index: what the brackets follow. */
  readonly of?: readonly ChainStep[];
  readonly heredoc?: boolean;
  readonly directive?: boolean;
  /** The name of the item, or the key, that is being read. */
  name: { readonly text: string; readonly start: number } | undefined;
  /** Of a block whose header is being read. */
  labels: string[];
  /** Behind `=`, or the colon of a key. */
  inValue: boolean;
  /** Commas so far. */
  commas: number;
  /** The operand that is being read. */
  chain: ChainStep[];
  afterDot: boolean;
  /** Of a dynamic block: what its attributes say. */
  iterator: string | undefined;
  collection: readonly ChainStep[];
  /** Nothing stands in it yet. */
  isEmpty: boolean;
  loop: OpenLoop | undefined;
  /** Of a template: the `%{ for }` that are open in it. */
  readonly loops: Loop[];
  /** The first word of a directive. */
  word: string | undefined;
  /** Of a template: its plain text since the last interpolation. */
  text: string;
  textStart: number;
  lastEnd: number;
}

interface OpenLoop {
  readonly names: string[];
  place: "names" | "collection" | "body";
  collection: readonly ChainStep[];
}

type Shape = Pick<Open, "type" | "start"> &
  Partial<Pick<Open, "header" | "call" | "of" | "heredoc" | "directive">>;

function opened(shape: Shape): Open {
  return {
    ...shape,
    name: undefined,
    labels: [],
    inValue: false,
    commas: 0,
    chain: [],
    afterDot: false,
    iterator: undefined,
    collection: [],
    isEmpty: true,
    loop: undefined,
    loops: [],
    word: undefined,
    text: "",
    textStart: shape.start,
    lastEnd: shape.start,
  };
}

/** Reads the tokens before a place, one after the other. `base` is where the text begins in its file. */
export class CursorReader {
  readonly #text: string;
  readonly #base: number;
  readonly #root = opened({ type: "body", start: 0 });
  readonly #open: Open[] = [this.#root];
  /** The one that was closed last. */
  #closed: Open | undefined;

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  /** Closes what the lexer has closed before a token of this depth. */
  sync(depth: number): void {
    while (this.#open.length > Math.max(depth + 1, 1)) this.#closed = this.#open.pop();
  }

  take(token: Token): void {
    this.#closed = undefined;
    this.sync(token.depth);
    if (token.kind === T.comment || token.kind === T.unclosed) return;
    const top = this.#top;
    if (token.kind === T.newline) {
      if (!token.free) endItem(top);
      return;
    }
    this.#read(token, top);
    top.isEmpty = false;
    top.lastEnd = token.end;
  }

  /** `touched` is the token that the place is in, or a word that ends there: not taken. */
  spot(touched: Token | undefined, at: number): Spot {
    const top = this.#top;
    const around = this.#open.at(-2);
    if (top.type === "template") {
      if (around && isHeader(around)) return { kind: "label", header: this.#header(around), quoted: true };
      const text = top.text + (touched ? this.#text.slice(touched.start, at) : "");
      return { kind: "text", text, start: this.#base + top.textStart };
    }
    if (touched && touched.kind !== T.name) return { kind: "nothing" };
    if (top.type === "sequence" && top.directive && top.word === undefined) return { kind: "directive" };
    if ((top.type === "body" || top.type === "object") && !top.inValue && top.loop === undefined) {
      if (!top.name) return { kind: top.type === "body" ? "item" : "key" };
      if (top.type === "object" || top.afterDot) return { kind: "nothing" };
      return { kind: "label", header: this.#header(top), quoted: false };
    }
    if (top.loop?.place === "names") return { kind: "nothing" };
    if (top.afterDot) return { kind: "operand", after: top.chain };
    return top.chain.length === 0 ? { kind: "operand", after: [] } : { kind: "nothing" };
  }

  frames(): [Frame, ...Frame[]] {
    const [root, ...inner] = this.#open.map((open) => this.#frame(open));
    return [root ?? { type: "body", start: this.#base }, ...inner];
  }

  /** The items of the innermost body or object, in the whole text. */
  siblings(tokens: readonly Token[], at: number): Sibling[] {
    const depth = this.#open.findLastIndex((o) => o.type === "body" || o.type === "object");
    return this.#items(tokens, at, depth);
  }

  /** The items of the top-level block. */
  blockItems(tokens: readonly Token[], at: number): Sibling[] {
    return this.#open[1]?.type === "body" ? this.#items(tokens, at, 1) : [];
  }

  #items(tokens: readonly Token[], at: number, depth: number): Sibling[] {
    const open = this.#open[depth];
    if (!open) return [];
    const found: Sibling[] = [];
    let isFirst = true;
    for (const [i, token] of tokens.entries()) {
      if (token.start < open.start || token.depth > depth) continue;
      if (token.depth < depth) break;
      const next = tokens[i + 1];
      if (isFirst && isName(token) && !(token.start <= at && at <= token.end))
        found.push({ name: nameOf(this.#text, token, next), isBlock: startsBlock(next) });
      if (token.kind !== T.comment) isFirst = token.kind === T.newline || token.kind === ",";
    }
    return found;
  }

  get #top(): Open {
    return this.#open.at(-1) ?? this.#root;
  }

  #header(open: Open) {
    const { name, labels } = open;
    return { keyword: name?.text ?? "", labels, start: this.#base + (name?.start ?? open.start) };
  }

  #frame(open: Open): Frame {
    const start = this.#base + open.start;
    const loop = open.loop && loopOf(open.loop);
    switch (open.type) {
      case "body":
        return {
          type: "body",
          start,
          ...(open.header && { header: open.header }),
          ...(open.name && open.inValue && { attribute: open.name.text }),
          ...(open.header?.keyword === "dynamic" && { each: eachOf(open) }),
        };
      case "object":
        return {
          type: "object",
          start,
          ...(open.name && open.inValue && { key: open.name.text }),
          ...(loop && { loop }),
        };
      case "tuple":
        return { type: "tuple", start, index: open.commas, ...(loop && { loop }) };
      case "call": {
        const { call } = open;
        const name = call ? this.#slice(call) : "";
        return {
          type: "call",
          start,
          name,
          nameStart: this.#base + (call?.start ?? 0),
          argument: open.commas,
        };
      }
      case "index":
        return { type: "index", start, of: open.of ?? [] };
      case "template":
        return { type: "template", start, heredoc: open.heredoc === true, loops: open.loops };
      case "sequence":
        return { type: "sequence", start, directive: open.directive === true };
      case "parentheses":
        return { type: "parentheses", start };
    }
  }

  #slice({ start, end }: Token): string {
    return this.#text.slice(start, end);
  }

  #read(token: Token, top: Open): void {
    switch (token.kind) {
      case T.name:
        this.#readName(token, top);
        return;
      case T.number:
        this.#readNumber(token, top);
        return;
      case T.text:
        top.text += this.#slice(token);
        return;
      case "{":
      case "(":
      case "[":
      case T.quote:
      case T.heredoc:
      case T.interpolation:
      case T.directive:
        this.#open.push(opened(this.#shape(token, top)));
        return;
      case "}":
      case ")":
      case "]":
      case T.quoteEnd:
      case T.heredocEnd:
      case T.sequenceEnd:
        this.#close(token, top);
        return;
      case ".":
        top.afterDot = true;
        return;
      default:
        readOperator(token, top);
    }
  }

  #readName(token: Token, top: Open): void {
    const text = this.#slice(token);
    if (top.type === "sequence" && top.directive && top.word === undefined) {
      top.word = text;
      if (text === "for") top.loop = { names: [], place: "names", collection: [] };
      return;
    }
    const canLoop = (top.type === "tuple" || top.type === "object") && top.isEmpty;
    if (canLoop && text === "for" && isFor.test(this.#text.slice(token.end, token.end + 200))) {
      top.loop = { names: [], place: "names", collection: [] };
      return;
    }
    if (top.loop?.place === "names") {
      if (text === "in") top.loop.place = "collection";
      else top.loop.names.push(text);
      return;
    }
    if (top.loop && text === "if" && !top.afterDot) {
      top.chain = [];
      return;
    }
    if ((top.type === "body" || top.type === "object") && !top.inValue && !top.loop) {
      if (!top.name) top.name = { text, start: token.start };
      else if (top.type === "body") top.labels.push(text);
      return;
    }
    this.#addStep(top, { kind: "name", name: text, ...this.#place(token) });
  }

  #readNumber(token: Token, top: Open): void {
    const text = this.#slice(token);
    if (top.afterDot) this.#addStep(top, { kind: "index", key: Number(text), ...this.#place(token) });
    else top.chain = [{ kind: "other", literal: text, ...this.#place(token) }];
  }

  #addStep(top: Open, step: ChainStep): void {
    top.chain = top.afterDot ? [...top.chain, step] : [step];
    top.afterDot = false;
  }

  #place({ start, end }: Pick<Token, "start" | "end">) {
    return { start: this.#base + start, end: this.#base + end };
  }

  #shape(token: Token, top: Open): Shape {
    const start = token.end;
    switch (token.kind) {
      case "{":
        if (top.type === "body" && top.name && !top.inValue)
          return { type: "body", start, header: this.#header(top) };
        return { type: top.type === "body" && !top.inValue ? "body" : "object", start };
      case "(": {
        const last = top.chain.at(-1);
        const isCall = last?.kind === "name" && !top.afterDot && last.end === this.#base + top.lastEnd;
        if (!isCall || !last) return { type: "parentheses", start };
        const call = { ...token, start: last.start - this.#base, end: last.end - this.#base };
        return { type: "call", start, call };
      }
      case "[": {
        const follows = top.chain.length > 0 && !top.afterDot;
        return follows ? { type: "index", start, of: top.chain } : { type: "tuple", start };
      }
      case T.quote:
      case T.heredoc:
        return { type: "template", start, heredoc: token.kind === T.heredoc };
      default:
        return { type: "sequence", start, directive: token.kind === T.directive };
    }
  }

  #close(token: Token, top: Open): void {
    const closed = this.#closed;
    if (!closed) return;
    const place = { start: this.#base + closed.start - 1, end: this.#base + token.end };
    switch (closed.type) {
      case "body":
        endItem(top);
        return;
      case "index": {
        const [key, ...more] = closed.chain;
        const isKey = key?.kind === "other" && key.literal !== undefined && more.length === 0;
        const isNumber = isKey && /^\d+$/.test(key.literal ?? "");
        const text = this.#text.slice(closed.start, token.start).trim();
        if (text === "*") top.chain = [...top.chain, { kind: "splat", ...place }];
        else if (isKey && (isNumber || text.startsWith('"')))
          top.chain = [
            ...top.chain,
            {
              kind: "index",
              key: text.startsWith('"') ? (key.literal ?? "") : Number(key.literal),
              ...place,
            },
          ];
        else top.chain = [...top.chain, { kind: "index", ...place }];
        return;
      }
      case "template":
        this.#closeTemplate(closed, top, place);
        return;
      case "sequence":
        if (closed.word === "for" && closed.loop)
          top.loops.push(loopOf({ ...closed.loop, collection: closed.chain }));
        if (closed.word === "endfor") top.loops.pop();
        top.text = "";
        top.textStart = token.end;
        return;
      default:
        top.chain = [{ kind: "other", ...place }];
    }
  }

  #closeTemplate(closed: Open, top: Open, place: { readonly start: number; readonly end: number }): void {
    const isPlain = closed.textStart === closed.start;
    if (isHeader(top)) top.labels.push(closed.text);
    else if (top.type === "object" && !top.inValue && !top.loop)
      top.name = { text: closed.text, start: closed.start - 1 };
    else top.chain = [{ kind: "other", ...(isPlain && { literal: closed.text }), ...place }];
  }
}

const isFor = /^\s+[\p{ID_Start}_]/u;

/** The header of a block, or what may become one, is being read. */
const isHeader = (open: Open): boolean => open.type === "body" && open.name !== undefined && !open.inValue;

/** A dynamic block's item is called like the blocks that it makes. */
function eachOf({ header, iterator, collection }: Open): Loop {
  return { value: iterator ?? header?.labels[0] ?? "", collection };
}

function endItem(open: Open): void {
  if (open.header?.keyword === "dynamic" && open.inValue) {
    const [first] = open.chain;
    if (open.name?.text === "for_each") open.collection = open.chain;
    if (open.name?.text === "iterator" && first?.kind === "name") open.iterator = first.name;
  }
  open.name = undefined;
  open.labels = [];
  open.inValue = false;
  open.chain = [];
  open.afterDot = false;
}

function readOperator(token: Token, top: Open): void {
  const isSplat = token.kind === "*" && top.afterDot;
  if (isSplat) {
    top.chain = [...top.chain, { kind: "splat", start: token.start, end: token.end }];
    top.afterDot = false;
    return;
  }
  const { loop } = top;
  if (loop?.place === "collection" && (token.kind === ":" || token.kind === "}")) {
    loop.collection = top.chain;
    loop.place = "body";
  } else if (token.kind === "," && loop?.place !== "names") {
    if (top.type === "object") endItem(top);
    top.commas++;
  } else if ((token.kind === "=" || token.kind === ":") && top.name) {
    top.inValue = true;
  }
  top.chain = [];
  top.afterDot = false;
}

/** Without names it is half typed. */
function loopOf({ names, collection }: OpenLoop): Loop {
  const [first = "", second] = names;
  return second === undefined ? { value: first, collection } : { key: first, value: second, collection };
}

const startsBlock = (next: Token | undefined): boolean =>
  next !== undefined && (next.kind === "{" || next.kind === T.quote || next.kind === T.name);

const isName = (token: Token): boolean => token.kind === T.name || token.kind === T.quote;

/** Of a key in quotes, too. */
function nameOf(text: string, token: Token, next: Token | undefined): string {
  if (token.kind === T.name) return text.slice(token.start, token.end);
  return next?.kind === T.text ? text.slice(next.start, next.end) : "";
}
