/** What a name is about: as much as it takes to write its documentation later, as plain data that can be sent and come back. */
export type Topic =
  /** A type of blocks of the language: `["variable", "validation"]`. */
  | { readonly kind: "block"; readonly path: readonly string[] }
  /** An attribute of such a block. */
  | { readonly kind: "field"; readonly path: readonly string[]; readonly name: string }
  | { readonly kind: "kind"; readonly name: string; readonly verify: boolean }
  /** An attribute of a kind, or with `block` of a nested block of it. */
  | {
      readonly kind: "attribute";
      readonly of: string;
      readonly verify: boolean;
      readonly block?: string;
      readonly name: string;
    }
  /** An output of a kind. */
  | { readonly kind: "made"; readonly of: string; readonly name: string }
  /** An attribute that every resource has. */
  | { readonly kind: "meta"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  /** What a folder declares. */
  | {
      readonly kind: "variable" | "local" | "output" | "module" | "resource" | "verify";
      readonly folder: string;
      readonly name: string;
    }
  /** A type's name, a word of the language. */
  | { readonly kind: "word"; readonly name: string };
