import type { Span } from "../../diagnostics/span.ts";
import type { Type } from "../type.ts";
import type { Json, Value } from "../value.ts";

/** What the daemon may do with a change of an attribute by itself. */
export type Risk = "safe" | "approve" | "never";

/** The seed's phases; among steps that could run next the earlier phase goes first. */
export type Phase = "fetch" | "build" | "ensure" | "verify";

export interface AttributeSchema {
  readonly name: string;
  readonly type: Type;
  /** One sentence, Markdown. */
  readonly description: string;
  readonly required?: true;
  /** What a template uses when it is absent; for documentation and hover. */
  readonly default?: Json;
  /** The default, where it appears among the step's arguments, in the attribute's type; `"label"`: the block's name (with `-KEY` for an instance). */
  readonly emitted?: Value | "label";
  /** The default is made from the address: what has moved keeps the one it had. */
  readonly fromAddress?: true;
  readonly sensitive?: true;
  /** A change cannot be made in place: remove, then ensure. */
  readonly replace?: true;
  readonly risk: Risk;
  /** Allowed values, for validation and completion. */
  readonly values?: readonly string[];
  /** A whole number within these bounds. */
  readonly range?: { readonly min: number; readonly max: number };
  /** What a text must look like, checked by intake where the value is known. */
  readonly format?:
    | "http-url"
    | "git-url"
    | "git-ref"
    | "absolute-or-relative-path"
    | "absolute-path"
    | "url-path"
    | "mode"
    | "image"
    | "tag"
    | "platform"
    | "name"
    | "ip"
    | "size"
    | "duration"
    | "hostname"
    | "sha256";
  /** What the keys of a map must look like. */
  readonly keys?: "variable" | "header";
  /** A number above 0. */
  readonly positive?: true;
  /** A list with at least one item. */
  readonly filled?: true;
  /** Names a local file or folder whose content belongs to the inputs: a change of it is a change of the resource. */
  readonly reads?: "file" | "tree";
  /** The attribute takes in what another resource made: a change there runs this resource's steps again. */
  readonly tracks?: true;
  /** The attribute is written as nested blocks; `many` gives a list of objects, `one` an object. The attribute form is accepted too. */
  readonly block?: {
    readonly name: string;
    readonly cardinality: "one" | "many";
    readonly attributes: readonly AttributeSchema[];
  };
  /** It describes a check with a step of its own: no argument and no input of the resource. */
  readonly check?: true;
  /** Another attribute beside which it would mean nothing. */
  readonly excludes?: string;
  /** Other names accepted for it. */
  readonly aliases?: readonly string[];
}

export interface OutputSchema {
  readonly name: string;
  readonly description: string;
  /** A string when absent. */
  readonly type?: Type;
  /** Common outputs carry the kind in front of their environment name. */
  readonly common?: true;
  /** Only there if this attribute is set, to a list that is not empty. */
  readonly needs?: string;
  /** The attributes that alone decide it; absent where each run of the step may make another one. */
  readonly follows?: readonly string[];
}

/** Things that only one step can hold at a time; a removal that frees one comes before the step that claims it. */
export interface ClaimSchema {
  /** `port`, `path`, `container`, `volume`, `network`, `image`. */
  readonly space: string;
  /** Attribute whose value (or each of whose values) is claimed; for ports the list of `{external, protocol, host_ip}`. */
  readonly attribute: string;
}

export interface KindSchema {
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeSchema[];
  /** Setting another of these than before makes it another thing: remove, then ensure. */
  readonly forms?: readonly string[];
  /** Exactly one of each group must be set. */
  readonly oneOf?: readonly (readonly string[])[];
  readonly outputs: readonly OutputSchema[];
  readonly phase: Phase;
  readonly ensure: string;
  /** Absent for checks. `args` are the recorded attributes that the removal step gets. */
  readonly remove?: { readonly step: string; readonly args: readonly string[] };
  readonly claims: readonly ClaimSchema[];
  /** Of a kind that the stack defines itself. Attributes every block has (`depends_on`, `timeout` …) are in `metaAttributes`. */
  readonly own?: OwnKind;
}

/** What a script may be written in. */
export const scriptLanguages = ["bash", "python", "node", "deno", "go"] as const;
export type ScriptLanguage = (typeof scriptLanguages)[number];

export const scriptRoles = ["ensure", "remove", "verify", "observe"] as const;
export type ScriptRole = (typeof scriptRoles)[number];

/** A script that a kind brings along: the whole text of the artifact. */
export interface KindScript {
  readonly lang: ScriptLanguage;
  readonly content: string;
}

/** What a stack's own kind has beyond the table. */
export interface OwnKind {
  /** Absent where the compiler writes the script; without one to remove, but one to ensure, there is nothing to run. */
  readonly scripts: { readonly [role in ScriptRole]?: KindScript };
  /** What the compiler's agent is told to write. */
  readonly guide?: string;
  readonly capabilities: OwnCapabilities;
  /** The block's header; absent for a kind that only the state remembers. */
  readonly span?: Span;
}

/** One step of a stack's own kind. */
export interface OwnStep extends Omit<OwnKind, "scripts"> {
  /** Absent where the compiler writes it. */
  readonly script?: KindScript;
}

export const networkReaches = ["none", "loopback", "remote", "any"] as const;

/** How a step gets what is sensitive: in a file, whose path is in NAME_FILE, or as the value of NAME. */
export const secretWays = ["file", "env"] as const;

/** What the scripts of a kind may do. Source: SAFETY.md, section 4: as declared, by default nothing. */
export interface OwnCapabilities {
  readonly network: (typeof networkReaches)[number];
  /** Paths, relative to the stack's folder or absolute. */
  readonly writes: readonly string[];
  /** The container engine, which is root-equivalent on the host. */
  readonly engine: boolean;
  readonly secrets: (typeof secretWays)[number];
}
