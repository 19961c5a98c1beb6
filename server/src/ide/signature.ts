/** Signature help: the call that a place is in, and which of its parameters is being written. */
import type { FunctionSignature, ParameterSignature } from "../intake/functions/signatures.ts";
import { completingAt } from "./completion.ts";
import { expectedAt, signatures } from "./expected.ts";
import type { Snapshot } from "./snapshot.ts";

export interface SignatureHelp {
  /** `join(separator: string, lists...: list(string)) → string` */
  readonly label: string;
  /** Markdown. */
  readonly text: string;
  readonly parameters: readonly ParameterHelp[];
  /** An index of `parameters`; absent behind the last one. */
  readonly active?: number;
}

export interface ParameterHelp {
  /** Its place in the label. */
  readonly start: number;
  readonly end: number;
  readonly text?: string;
}

/** Undefined where the place is in no call of a function. */
export function signatureHelp(
  snapshot: Snapshot,
  file: string,
  text: string,
  offset: number,
): SignatureHelp | undefined {
  const { cursor, form } = completingAt(snapshot, file, text, offset);
  const { frames, spot } = cursor;
  // The types of the language are written like calls, and are none.
  if (spot.kind === "comment" || expectedAt(form, frames).holds === "type") return undefined;
  const inner = frames.slice(frames.findLastIndex((f) => f.type === "body") + 1);
  const call = inner.findLast((f) => f.type === "call" && signatures.has(f.name));
  const signature = call?.type === "call" ? signatures.get(call.name) : undefined;
  return call?.type === "call" && signature ? help(signature, call.argument) : undefined;
}

function help(signature: FunctionSignature, argument: number): SignatureHelp {
  const { name, parameters, variadic, result, description, instead } = signature;
  let label = `${name}(`;
  const placed: ParameterHelp[] = [];
  for (const [i, parameter] of [...parameters, ...(variadic ? [variadic] : [])].entries()) {
    if (i > 0) label += ", ";
    const start = label.length;
    label += `${parameter.name}${parameter === variadic ? "..." : ""}: ${parameter.type}`;
    placed.push({ start, end: label.length, ...about(parameter) });
  }
  label += result === "" ? ")" : `) → ${result}`;
  const last = variadic ? parameters.length : -1;
  const active = argument < parameters.length ? argument : last;
  return {
    label,
    text: instead === undefined ? description : `${description} ${instead}`,
    parameters: placed,
    ...(active >= 0 && { active }),
  };
}

const about = ({ description }: ParameterSignature) =>
  description === undefined ? {} : { text: description };
