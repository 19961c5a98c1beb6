import type { FileRange } from "./snapshot.ts";

export type NameKind =
  | "variable"
  | "local"
  | "output"
  | "module"
  | "resource"
  | "verify"
  /** A kind of resource. */
  | "kind"
  /** A kind of `verify` block. */
  | "check"
  /** What one block sets: an attribute, or the type of nested blocks. */
  | "setting"
  /** What resources of a kind have: an attribute, or an output of it. */
  | "member"
  /** A `for` variable, or the iterator of a dynamic block. */
  | "binding";

/** What a name means, wherever it is written. */
export interface Name {
  readonly kind: NameKind;
  /**
   * Where it is unique: the path of a folder; empty for kinds, which all folders share; for a member its kind; for a setting
   * its block; for a binding the place of its declaration.
   */
  readonly scope: string;
  /** Of a resource or check with its kind: `service.web`, `http.up`. */
  readonly name: string;
}

export const keyOf = ({ kind, scope, name }: Name): string => `${kind} ${scope} ${name}`;

export const isSame = (a: Name, b: Name): boolean =>
  a.kind === b.kind && a.scope === b.scope && a.name === b.name;

/** The name as it is written at a place. */
export const writtenName = ({ name }: Name): string => name.slice(name.indexOf(".") + 1);

/** `var.image`, `service.web`: how other blocks speak of it. */
export function referenceTo({ kind, name }: Name): string {
  switch (kind) {
    case "variable":
      return `var.${name}`;
    case "local":
      return `local.${name}`;
    case "module":
      return `module.${name}`;
    case "output":
      return `output.${name}`;
    case "verify":
      return `verify.${name}`;
    default:
      return name;
  }
}

/** A block, or a local value: what is declared and may refer to other things. */
export interface Declaration {
  readonly name: Name;
  /** All of it. */
  readonly whole: FileRange;
  /** Its name alone, without quotes. */
  readonly at: FileRange;
}

/** A place where a name is written. */
export interface Occurrence {
  readonly name: Name;
  /** What else it means there: the attribute of a resource is one of its kind, too. */
  readonly also: readonly Name[];
  /** Without quotes. */
  readonly at: FileRange;
  /** `write`: it is given a value there. */
  readonly role: "definition" | "read" | "write";
  /** It stands in the address of a `moved` or `removed` block, which may speak of what is no more. */
  readonly inAddress: boolean;
  /** Another word is written there: `self`, `each`, the label that is an iterator as well. */
  readonly isStandIn: boolean;
  /** The declaration that it is a part of. */
  readonly owner: Declaration | undefined;
}
