/**
 * All names of a file and what they mean, told by the syntax alone: also of blocks with mistakes, of kinds that nobody knows
 * and of text that is half typed. Definition, references, rename and the call hierarchy are questions to this list.
 */
import type { Origin } from "../diagnostics/span.ts";
import type { Attribute, Block, BodyItem, Expression, Identifier, Label, Node } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { type Chain, chainOf, quotedChain } from "./chain.ts";
import { type Binding, type NameVisitor, visitNames } from "./expression-names.ts";
import type { Declaration, Name, NameKind, Occurrence } from "./names.ts";
import type { FileRange } from "./snapshot.ts";

export interface FileNames {
  readonly occurrences: readonly Occurrence[];
  readonly declarations: readonly Declaration[];
}

/** What must be known of the folder that a file is in. */
export interface Surroundings {
  readonly path: string;
  /** The folder that a module block of that name uses. */
  moduleFolder(name: string): string | undefined;
}

/** Those of a `.cw` file. */
export function namesOfBlocks({ chunks }: SourceFile, surroundings: Surroundings): FileNames {
  const reader = new Reader(surroundings);
  for (const { origin, items } of chunks) for (const item of items) reader.topLevel(item, origin);
  return reader;
}

/** Those of a `.cwvars` file: it gives values to the variables of the stack's own folder. */
export function namesOfValues({ chunks }: SourceFile, surroundings: Surroundings): FileNames {
  const reader = new Reader(surroundings);
  for (const { origin, items } of chunks)
    for (const item of items) if (item.type === "attribute") reader.value(item, origin);
  return reader;
}

/** What a `module` block has beside the module's variables. */
const ownOfModules: ReadonlySet<string> = new Set([
  "source",
  "count",
  "for_each",
  "depends_on",
  "version",
  "providers",
]);

interface Block_ {
  readonly origin: Origin;
  readonly owner: Declaration | undefined;
  /** The block whose settings `self`, `each` and `ignore_changes` speak of. */
  readonly node?: { readonly name: Name; readonly kind: string };
  readonly scope?: Binding | undefined;
}

type Detail = Partial<Pick<Occurrence, "also" | "inAddress" | "isStandIn">>;

class Reader implements FileNames {
  readonly occurrences: Occurrence[] = [];
  readonly declarations: Declaration[] = [];
  readonly #folder: Surroundings;

  constructor(folder: Surroundings) {
    this.#folder = folder;
  }

  value({ name, value }: Attribute, origin: Origin): void {
    const at: Block_ = { origin, owner: undefined };
    this.#add(this.#own("variable", name.name), name, at, "write");
    this.#expression(value, at);
  }

  topLevel(item: BodyItem, origin: Origin): void {
    const plain: Block_ = { origin, owner: undefined };
    if (item.type === "attribute") {
      this.#expression(item.value, plain);
      return;
    }
    const [first, second] = item.labels;
    switch (item.keyword.name) {
      case "resource":
      case "verify":
        this.#node(item, origin, first, second);
        return;
      case "variable":
        this.#body(item.body.items, this.#declare("variable", item, first, origin), "type");
        return;
      case "output":
        this.#body(item.body.items, this.#declare("output", item, first, origin));
        return;
      case "module":
        this.#module(item, origin, first);
        return;
      case "locals":
        for (const inner of item.body.items) if (inner.type === "attribute") this.#local(inner, origin);
        return;
      case "kind":
        this.#kind(item, origin, first);
        return;
      case "moved":
      case "removed":
        this.#addresses(item, plain);
        return;
      default:
        this.#body(item.body.items, plain);
    }
  }

  #own(kind: NameKind, name: string): Name {
    return { kind, scope: this.#folder.path, name };
  }

  #declare(kind: NameKind, item: Block, label: Label | undefined, origin: Origin): Block_ {
    if (!label || label.value === "") return { origin, owner: undefined };
    const prefix = item.labels.length > 1 ? `${item.labels[0]?.value}.` : "";
    const name = kind === "kind" ? kindName(label.value) : this.#own(kind, `${prefix}${label.value}`);
    return this.#declared(name, item, withoutQuotes(label), origin);
  }

  #declared(name: Name, item: BodyItem, at: Node, origin: Origin): Block_ {
    const owner = { name, whole: place(origin, item), at: place(origin, at) };
    this.declarations.push(owner);
    this.#add(name, at, { origin, owner }, "definition");
    return { origin, owner };
  }

  #local(item: Attribute, origin: Origin): void {
    const at = this.#declared(this.#own("local", item.name.name), item, item.name, origin);
    this.#expression(item.value, at);
  }

  #node(item: Block, origin: Origin, kind: Label | undefined, label: Label | undefined): void {
    const verify = item.keyword.name === "verify";
    const at = this.#declare(verify ? "verify" : "resource", item, label, origin);
    if (kind) {
      const name = verify ? { kind: "check" as const, scope: "", name: kind.value } : kindName(kind.value);
      this.#add(name, withoutQuotes(kind), at, "read");
    }
    const node = at.owner && {
      name: at.owner.name,
      kind: verify ? `verify ${kind?.value}` : `${kind?.value}`,
    };
    this.#settings(item.body.items, { ...at, ...(node && { node }) });
  }

  #settings(items: readonly BodyItem[], at: Block_): void {
    for (const item of items) {
      if (item.type === "attribute") {
        this.#setting(item.name, at, "definition");
        if (item.name.name === "depends_on") this.#list(item.value, at);
        else this.#expression(item.value, at);
      } else if (item.keyword.name === "lifecycle") this.#lifecycle(item, at);
      else if (item.keyword.name === "dynamic") this.#dynamic(item, at);
      else {
        this.#setting(item.keyword, at, "definition");
        this.#nested(item, at);
      }
    }
  }

  /** An attribute of the block, or a nested block's type. */
  #setting(
    identifier: Identifier,
    { node, ...at }: Block_,
    role: Occurrence["role"],
    isStandIn = false,
  ): void {
    if (!node || identifier.name === "") return;
    const { name } = identifier;
    const also = [memberName(node.kind, name)];
    this.#add(settingName(node.name, name), identifier, at, role, { also, isStandIn });
  }

  #nested(item: Block, at: Block_): void {
    for (const inner of item.body.items) {
      if (inner.type === "attribute") this.#expression(inner.value, at);
      else if (inner.keyword.name === "dynamic") this.#dynamic(inner, at);
      else this.#nested(inner, at);
    }
  }

  #dynamic(item: Block, at: Block_): void {
    const [label] = item.labels;
    const iterator = item.body.items.find(
      (i): i is Attribute => i.type === "attribute" && i.name.name === "iterator",
    )?.value;
    const named = iterator?.type === "variable" ? iterator : undefined;
    const implied = label && { name: label.value, ...withoutQuotes(label) };
    if (label && named) this.#setting({ name: label.value, ...withoutQuotes(label) }, at, "definition");
    const identifier = named ?? implied;
    const scope = identifier && { identifier, outer: at.scope };
    if (scope)
      this.#add(bindingName(scope, at.origin), scope.identifier, at, "definition", { isStandIn: !named });
    for (const inner of item.body.items) {
      if (inner.type === "block") this.#nested(inner, { ...at, scope });
      else if (inner.value !== named) this.#expression(inner.value, at);
    }
  }

  #lifecycle(item: Block, at: Block_): void {
    for (const inner of item.body.items) {
      if (inner.type === "block") this.#body(inner.body.items, at);
      else if (inner.name.name === "replace_triggered_by") this.#list(inner.value, at);
      else if (inner.name.name !== "ignore_changes") this.#expression(inner.value, at);
      else {
        for (const entry of inner.value.type === "tuple" ? inner.value.items : []) {
          const [root] = (chainOf(entry) ?? quotedChain(entry))?.names ?? [];
          if (root) this.#setting(root, at, "read");
        }
      }
    }
  }

  #module(item: Block, origin: Origin, label: Label | undefined): void {
    const declared = this.#declare("module", item, label, origin);
    const { owner } = declared;
    const at: Block_ = { ...declared, ...(owner && { node: { name: owner.name, kind: "module" } }) };
    const inner = label && this.#folder.moduleFolder(label.value);
    for (const argument of item.body.items) {
      if (argument.type === "block") continue;
      const { name, value } = argument;
      if (ownOfModules.has(name.name)) this.#setting(name, at, "definition");
      else if (inner !== undefined)
        this.#add({ kind: "variable", scope: inner, name: name.name }, name, at, "write");
      if (name.name === "depends_on") this.#list(value, at);
      else this.#expression(value, at);
    }
  }

  #kind(item: Block, origin: Origin, label: Label | undefined): void {
    const at = this.#declare("kind", item, label, origin);
    for (const part of item.body.items) {
      if (part.type === "attribute") {
        this.#expression(part.value, at);
        continue;
      }
      const [name] = part.labels;
      const isMember = part.keyword.name === "attribute" || part.keyword.name === "output";
      if (isMember && label && name?.value)
        this.#add(memberName(label.value, name.value), withoutQuotes(name), at, "definition");
      this.#body(part.body.items, at, "type");
    }
  }

  /** @param typed the attribute that holds a type, whose words are no names */
  #body(items: readonly BodyItem[], at: Block_, typed?: string): void {
    for (const item of items) {
      if (item.type === "block") this.#body(item.body.items, at);
      else if (item.name.name === "depends_on") this.#list(item.value, at);
      else if (item.name.name !== typed) this.#expression(item.value, at);
    }
  }

  /** Addresses, perhaps in quotes. */
  #list(value: Expression, at: Block_): void {
    for (const item of value.type === "tuple" ? value.items : []) {
      const quoted = quotedChain(item);
      if (quoted) this.#reference(quoted, undefined, at);
      else this.#expression(item, at);
    }
    if (value.type !== "tuple") this.#expression(value, at);
  }

  #addresses(item: Block, at: Block_): void {
    for (const side of item.body.items) {
      const chain = side.type === "attribute" && (chainOf(side.value) ?? quotedChain(side.value));
      if (chain) this.#reference(chain, undefined, at, true);
    }
  }

  #expression(e: Expression, at: Block_): void {
    const visitor: NameVisitor = {
      reference: (chain, binding) => this.#reference(chain, binding, at),
      declared: (binding) => this.#add(bindingName(binding, at.origin), binding.identifier, at, "definition"),
    };
    visitNames(e, visitor, at.scope);
  }

  #reference(chain: Chain, binding: Binding | undefined, at: Block_, inAddress = false): void {
    const [root, label, member] = chain.names;
    if (!root) return;
    if (binding) {
      this.#add(bindingName(binding, at.origin), root, at, "read");
      return;
    }
    const add = (name: Name, step: Identifier, also: readonly Name[] = []): void =>
      this.#add(name, step, at, "read", { also, inAddress });
    switch (root.name) {
      case "var":
        if (label) add(this.#own("variable", label.name), label);
        return;
      case "local":
        if (label) add(this.#own("local", label.name), label);
        return;
      case "module":
        this.#moduleReference(chain, at, inAddress);
        return;
      case "verify":
        if (label) add({ kind: "check", scope: "", name: label.name }, label);
        if (label && member) add(this.#own("verify", `${label.name}.${member.name}`), member);
        return;
      case "each":
      case "count": {
        const name = root.name === "each" ? "for_each" : "count";
        for (const { start, end } of label ? [root, label] : [root])
          this.#setting({ name, start, end }, at, "read", true);
        return;
      }
      case "self":
        if (at.node) this.#add(at.node.name, root, at, "read", { isStandIn: true });
        if (label) this.#setting(label, at, "read");
        return;
      case "path":
      case "facts":
        return;
      default:
        this.#resourceReference(this.#folder.path, chain.names, at, inAddress);
    }
  }

  #resourceReference(
    folder: string,
    [kind, label, member]: readonly Identifier[],
    at: Block_,
    inAddress: boolean,
  ): void {
    if (!kind || !label) return;
    const name: Name = { kind: "resource", scope: folder, name: `${kind.name}.${label.name}` };
    this.#add(kindName(kind.name), kind, at, "read", { inAddress });
    this.#add(name, label, at, "read", { inAddress });
    if (!member) return;
    const also = [memberName(kind.name, member.name)];
    this.#add(settingName(name, member.name), member, at, "read", { also });
  }

  #moduleReference({ names }: Chain, at: Block_, inAddress: boolean): void {
    const [, label, member] = names;
    if (!label) return;
    this.#add(this.#own("module", label.name), label, at, "read", { inAddress });
    const inner = this.#folder.moduleFolder(label.name);
    if (!member || inner === undefined) return;
    // Addresses go on into the module, expressions end at its outputs.
    if (!inAddress) this.#add({ kind: "output", scope: inner, name: member.name }, member, at, "read");
    else if (member.name !== "module") this.#resourceReference(inner, names.slice(2), at, true);
  }

  #add(name: Name, at: Node, { origin, owner }: Block_, role: Occurrence["role"], detail: Detail = {}): void {
    const { also = [], inAddress = false, isStandIn = false } = detail;
    if (at.start >= at.end) return;
    this.occurrences.push({ name, also, at: place(origin, at), role, inAddress, isStandIn, owner });
  }
}

const kindName = (name: string): Name => ({ kind: "kind", scope: "", name });

const memberName = (kind: string, name: string): Name => ({ kind: "member", scope: kind, name });

const settingName = (block: Name, name: string): Name => ({
  kind: "setting",
  scope: `${block.kind} ${block.scope} ${block.name}`,
  name,
});

const bindingName = ({ identifier: { name, start } }: Binding, origin: Origin): Name => ({
  kind: "binding",
  scope: `${origin.file} ${origin.start + start}`,
  name,
});

function place(origin: Origin, { start, end }: Node): FileRange {
  return { file: origin.file, start: origin.start + start, end: origin.start + end };
}

/** Of a label that never closes, all that was read of it. */
function withoutQuotes({ start, end, quoted, value }: Label): Node {
  if (!quoted) return { start, end };
  const isOpen = end - start < value.length + 2;
  return { start: start + 1, end: Math.max(start + 1, isOpen ? end : end - 1) };
}
