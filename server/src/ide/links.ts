/** What a text leads to outside of its blocks: folders of modules, files that expressions and attributes name, addresses. */
import type { Origin } from "../diagnostics/span.ts";
import type { Folder } from "../intake/folder.ts";
import { fileFunctions } from "../intake/functions/files.ts";
import { clean } from "../intake/functions/path.ts";
import { folderOf } from "../intake/module-block.ts";
import type { Block, BodyItem, Expression, Template } from "../syntax/ast.ts";
import { childrenOf, type Syntax } from "./at.ts";
import { locate, type Range, type Snapshot } from "./snapshot.ts";

export type LinkTarget =
  /** Relative to the stack's folder; whether there is one is for others to find out. */
  | { readonly kind: "file" | "folder"; readonly path: string }
  | { readonly kind: "url"; readonly url: string };

/** `start` to `end` is the text without its quotes. */
export interface Link extends Range {
  readonly target: LinkTarget;
}

const readers: ReadonlySet<string> = new Set([...Object.keys(fileFunctions), "templatefile"]);

export function links(snapshot: Snapshot, file: string): readonly Link[] {
  const located = locate(snapshot, file);
  if (!located) return [];
  const { source, folder } = located;
  const finder = new Finder(folder, snapshot);
  for (const { origin, items } of source.chunks) for (const item of items) finder.topLevel(item, origin);
  return finder.found;
}

class Finder {
  readonly found: Link[] = [];
  readonly #folder: Folder;
  readonly #snapshot: Snapshot;

  constructor(folder: Folder, snapshot: Snapshot) {
    this.#folder = folder;
    this.#snapshot = snapshot;
  }

  topLevel(item: BodyItem, origin: Origin): void {
    if (item.type === "block") this.#named(item, origin);
    this.#inside(
      item.type === "block" ? { kind: "block", node: item } : { kind: "attribute", node: item },
      origin,
    );
  }

  /** What the block's attributes name. */
  #named(block: Block, origin: Origin): void {
    const kind = this.#snapshot.ir.kinds.resources.get(block.labels[0]?.value ?? "");
    for (const item of block.body.items) {
      if (item.type === "block" || item.value.type !== "template") continue;
      if (block.keyword.name === "module" && item.name.name === "source") {
        const path = folderOf(block, this.#folder.path);
        if (path !== undefined) this.#add(item.value, origin, { kind: "folder", path });
      }
      const reads = kind?.attributes.find((a) => a.name === item.name.name)?.reads;
      if (block.keyword.name === "resource" && reads)
        this.#path(item.value, origin, reads === "file" ? "file" : "folder");
    }
  }

  #inside(syntax: Syntax, origin: Origin): void {
    if (syntax.kind === "expression") this.#expression(syntax.node, origin);
    for (const child of childrenOf(syntax)) this.#inside(child, origin);
  }

  #expression(e: Expression, origin: Origin): void {
    if (e.type === "template") this.#url(e, origin);
    if (e.type !== "call") return;
    const [argument] = e.args;
    if (argument?.type !== "template") return;
    if (readers.has(e.name.name)) this.#path(argument, origin, e.name.name === "fileset" ? "folder" : "file");
    const text = e.name.name === "secret" ? this.#text(argument) : undefined;
    if (text?.startsWith("file:")) this.#addPath(argument, origin, "file", text.slice("file:".length));
  }

  #path(template: Template, origin: Origin, kind: "file" | "folder"): void {
    const text = this.#text(template);
    if (text !== undefined) this.#addPath(template, origin, kind, text);
  }

  #addPath(template: Template, origin: Origin, kind: "file" | "folder", text: string): void {
    const path = clean(text);
    const leadsOut = path === ".." || path.startsWith("../") || /^(?:[/\\~]|[A-Za-z]:)/.test(path);
    if (text !== "" && !leadsOut) this.#add(template, origin, { kind, path });
  }

  #url(template: Template, origin: Origin): void {
    const text = this.#text(template);
    if (text !== undefined && /^https?:\/\/\S+$/.test(text) && URL.canParse(text))
      this.#add(template, origin, { kind: "url", url: text });
  }

  #add({ start, end, heredoc }: Template, origin: Origin, target: LinkTarget): void {
    if (heredoc || end - start < 2) return;
    this.found.push({ start: origin.start + start + 1, end: origin.start + end - 1, target });
  }

  /** A text in which only the stack's own paths are filled in. */
  #text({ parts }: Template): string | undefined {
    let text = "";
    for (const part of parts) {
      if (part.type === "literal") text += part.value;
      else if (part.type === "interpolation" && isPath(part.expression, "root")) text += ".";
      else if (part.type === "interpolation" && isPath(part.expression, "module")) text += this.#folder.path;
      else return undefined;
    }
    return text;
  }
}

function isPath(e: Expression, name: "root" | "module"): boolean {
  return (
    e.type === "get-attribute" &&
    e.name.name === name &&
    e.object.type === "variable" &&
    e.object.name === "path"
  );
}
