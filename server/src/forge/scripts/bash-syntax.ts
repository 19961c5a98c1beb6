/** Whether bash would take a script, as mvdan/sh sees it, the parser of shfmt: its grammar, compiled to WebAssembly. */
import { getProcessor, ParseError } from "sh-syntax";
import type { Fault } from "../check/path.ts";
import type { ReadWasm } from "./parsers.ts";
import { syntaxFault } from "./read.ts";

/**
 * What bash looks at only when it gets there: the inside of `$((…))`, `${…}`, `[[ … ]]` and `let`. It may never get there, and
 * mvdan/sh is stricter than it is.
 */
const late =
  /arithmetic|expansion|parameter|test operator|must follow a name|inline variables|reached (?!EOF)|not a valid name/;

/** What we use of it; the language's own types know it in browsers alone. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    compile(bytes: Uint8Array): Promise<object>;
    instantiate(module: object, imports: object): Promise<never>;
  };
};

type Processor = ReturnType<typeof getProcessor>;
let loaded: Promise<Processor> | undefined;

/** Compiled once; each script gets an instance of its own, whose memory goes with it. */
async function load(readWasm: ReadWasm): Promise<Processor> {
  const module = await WebAssembly.compile(await readWasm("sh-syntax.wasm"));
  return getProcessor((imports) => WebAssembly.instantiate(module, imports));
}

/** Undefined for a script that parses, and for one of which only running it tells. */
export async function bashSyntax(readWasm: ReadWasm, text: string): Promise<Fault | undefined> {
  loaded ??= load(readWasm);
  // What could not be read is tried again.
  loaded.catch(() => {
    loaded = undefined;
  });
  const process = await loaded;
  try {
    await process(text, { filepath: "", keepComments: false });
    return undefined;
  } catch (error) {
    return faultOf(error, text);
  }
}

function faultOf(error: unknown, text: string): Fault | undefined {
  // A trap of the module: it has come to the end of its stack.
  if (nameOf(error) === "RangeError" || nameOf(error) === "RuntimeError")
    return syntaxFault(text, "bash", "it is nested too deeply", { start: 0, end: 0 });
  // It says no more than that the script is of another shell, or is at the end of its stack: bash is to judge.
  if (error instanceof SyntaxError || (error instanceof Error && error.name === "RuntimeError"))
    return undefined;
  if (!(error instanceof ParseError)) throw error;
  if (late.test(error.Text)) return undefined;
  const offset = utf16Offset(text, error.Pos?.Offset ?? 0);
  return syntaxFault(text, "bash", error.Text.replaceAll("`", '"'), { start: offset, end: offset + 1 });
}

/** A module's errors need not be of our own classes of that name. */
function nameOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "name" in error ? error.name : undefined;
}

/** From an offset in UTF-8. */
function utf16Offset(text: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes)).length;
}
