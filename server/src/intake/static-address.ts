/** Addresses and paths as they are written in `moved`, `removed` and `lifecycle` blocks: names and constant keys, nothing computed. */
import type { Expression, Node, Template } from "../syntax/ast.ts";
import { keySuffix } from "./address.ts";

/** `.name`, `[key]`, or a key that is not written out. */
export type ChainStep = Node &
  ({ readonly name: string } | { readonly key: string | number } | { readonly computed: true });

/** `a.b["c"][0]`, step by step; undefined for anything else than names, literal keys and keys that are allowed. */
export function staticChain(
  expression: Expression,
  allows: (key: Expression) => boolean = () => false,
): ChainStep[] | undefined {
  const steps: ChainStep[] = [];
  let e = expression;
  for (;;) {
    if (e.type === "get-attribute") {
      steps.push(e.name);
      e = e.object;
    } else if (e.type === "index") {
      const key = literalKey(e.key);
      const { start, end } = e.key;
      if (key !== undefined) steps.push({ key, start, end });
      else if (allows(e.key)) steps.push({ computed: true, start, end });
      else return undefined;
      e = e.collection;
    } else if (e.type === "variable") {
      steps.push(e);
      return steps.reverse();
    } else {
      return undefined;
    }
  }
}

function literalKey(key: Expression): string | number | undefined {
  if (key.type === "number") return /^\d+$/.test(key.text) ? Number(key.text) : undefined;
  return key.type === "template" ? literalText(key) : undefined;
}

/** The text of a quoted string without interpolations. */
export function literalText({ parts }: Template): string | undefined {
  const [part] = parts;
  if (!part) return "";
  return parts.length === 1 && part.type === "literal" ? part.value : undefined;
}

/** What a `moved` or `removed` block names, relative to the module that it stands in. */
export interface Endpoint {
  /** `module.m["k"].service.web[0]`, or of a module `module.m`. */
  readonly address: string;
  /** Undefined for a module. */
  readonly kind?: string;
  /** Its last step has a key: one instance. */
  readonly instance: boolean;
}

/** Undefined for a chain that is no address of a resource or module. */
export function endpointOf(chain: readonly ChainStep[]): Endpoint | undefined {
  let address = "";
  let at = 0;
  const take = (): { readonly name: string; readonly text: string; readonly keyed: boolean } | undefined => {
    const step = chain[at];
    if (!step || !("name" in step)) return undefined;
    const next = chain[at + 1];
    const key = next && "key" in next ? next.key : undefined;
    at += key === undefined ? 1 : 2;
    return { name: step.name, text: `${step.name}${keySuffix(key)}`, keyed: key !== undefined };
  };
  for (;;) {
    const root = take();
    const name = root && !root.keyed ? take() : undefined;
    if (!root || !name) return undefined;
    address += `${address === "" ? "" : "."}${root.text}.${name.text}`;
    const isEnd = at === chain.length;
    if (root.name !== "module") return isEnd ? { address, kind: root.name, instance: name.keyed } : undefined;
    if (isEnd) return { address, instance: name.keyed };
  }
}
