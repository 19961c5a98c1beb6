/**
 * A process that tries inputs. Its parent watches it: what it is trying stands in a file, where it can be read even when
 * the process hangs or is gone.
 */
import { openSync, readFileSync, writeSync } from "node:fs";
import { analyse } from "../../server/src/analyse.ts";
import { memoryHost } from "../../server/src/host/memory.ts";
import { loadGrammar } from "../../server/src/syntax/parser.ts";
import { check, type Finding, type World } from "./checks.ts";
import { readCorpus } from "./corpus.ts";
import { generate, type Input } from "./generate.ts";

/** What the parent asks for: a range of a seed's inputs, or one of its own. */
export type Request =
  | { readonly type: "range"; readonly seed: number; readonly from: number; readonly to: number }
  | { readonly type: "one"; readonly input: Input };

export type Reply =
  | { readonly type: "found"; readonly index: number; readonly finding: Finding }
  | { readonly type: "done"; readonly megabytes: number }
  | { readonly type: "one"; readonly finding: Finding | undefined };

const stackFolder = "test/conformance/stack";

async function world(beat: () => void): Promise<World> {
  const grammar = await loadGrammar({
    runtime: readFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    grammar: readFileSync("grammar/tree-sitter-clockwork.wasm"),
  });
  const beside = {
    "/stack/t.tpl": "%{ for x in [1, 2] }${x} ${name}%{ endfor }\n",
    "/stack/d.json": '{"a": [1, {"b": null}]}',
    "/stack/m/main.cw": 'variable "v" {\n  default = 1\n}\noutput "o" {\n  value = var.v\n}\n',
  };
  const main = readFileSync(`${stackFolder}/main.cw`, "utf8");
  const host = memoryHost({ ...beside, "/stack/main.cw": main });
  return { grammar, beat, beside, around: await analyse(host.files, grammar, "/stack") };
}

async function main(): Promise<void> {
  const corpus = readCorpus();
  const file = openSync(process.argv[2] ?? "", "r+");
  let current = 0;
  let beats = 0;
  const loaded = await world(() => void writeSync(file, `${current} ${beats++} `.padEnd(32), 0));
  const send = (reply: Reply): void => void process.send?.(reply);
  const range = async ({ seed, from, to }: Extract<Request, { type: "range" }>): Promise<void> => {
    for (let index = from; index < to; index++) {
      current = index;
      const finding = await check(loaded, generate(corpus, seed, index));
      if (finding) send({ type: "found", index, finding });
    }
    send({ type: "done", megabytes: process.memoryUsage().rss / 1e6 });
  };
  process.on("message", (request: Request) => {
    if (request.type === "range") void range(request);
    else void check(loaded, request.input).then((finding) => send({ type: "one", finding }));
  });
}

void main();
