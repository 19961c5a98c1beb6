// Measures the grammar and the syntax room: node test/bench/parse.mjs [resources=10000] [rounds=5]
// Prints nodes per 100 characters, MB/s of the bare parser over whole chunks, and the time and memory of parse().
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const resources = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 5);

const folder = await mkdtemp(join(tmpdir(), "clockwork-bench-"));
const bundle = join(folder, "syntax.cjs");
await build({
  stdin: {
    contents: `
      export { loadGrammar } from "./server/src/syntax/parser.ts";
      export { parse } from "./server/src/syntax/document.ts";
      export { splitChunks } from "./server/src/syntax/chunks.ts";
      export { openDocument, editDocument } from "./server/src/syntax/editing.ts";`,
    resolveDir: resolve("."),
  },
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "cjs",
  define: { "import.meta.url": '"file:///clockwork"' },
  logLevel: "error",
});
const { loadGrammar, parse, splitChunks, openDocument, editDocument } = createRequire(import.meta.url)(
  bundle,
);
await rm(folder, { recursive: true });

const text = stack(resources);
const megabytes = text.length / 1e6;
console.log(`${resources} resources, ${megabytes.toFixed(2)} MB, ${text.split("\n").length} lines`);

const grammar = await loadGrammar({
  runtime: await readFile("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
  grammar: await readFile("grammar/tree-sitter-clockwork.wasm"),
});

console.log(`split            ${best(() => splitChunks(text)).toFixed(1)} ms`);
const ranges = splitChunks(text);
const parts = ranges.map(({ start, end }) => text.slice(start, end));
const bare = best(() => {
  for (const part of parts) grammar.parser.parse(part).delete();
});
console.log(`bare parse       ${bare.toFixed(0)} ms, ${((megabytes / bare) * 1000).toFixed(1)} MB/s`);
console.log(
  `nodes            ${((countNodes(parts.slice(0, 500)) / parts.slice(0, 500).join("").length) * 100).toFixed(1)} per 100 characters`,
);
const whole = best(() => parse(grammar, "main.cw", text));
console.log(`parse() to AST   ${whole.toFixed(0)} ms, ${((megabytes / whole) * 1000).toFixed(1)} MB/s`);
global.gc?.();
console.log(`memory           ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`);

const document = openDocument(grammar, "main.cw", text);
const middle = text.indexOf("name", text.length / 2);
for (const [name, insert] of [
  ["a letter", "x"],
  ["a stray quote", '"'],
  ["an open brace", "{"],
]) {
  const times = [];
  for (let i = 0; i < 50; i++) {
    const from = performance.now();
    editDocument(document, { start: middle, end: middle, text: insert });
    times.push(performance.now() - from);
    editDocument(document, { start: middle, end: middle + insert.length, text: "" });
  }
  times.sort((a, b) => a - b);
  console.log(`edit: ${name.padEnd(14)} p50 ${times[25].toFixed(2)} ms, p98 ${times[49].toFixed(2)} ms`);
}

function best(work) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const from = performance.now();
    work();
    least = Math.min(least, performance.now() - from);
  }
  return least;
}

function countNodes(some) {
  let count = 0;
  for (const part of some) {
    const tree = grammar.parser.parse(part);
    const cursor = tree.walk();
    for (let more = true; more; ) {
      count++;
      if (cursor.gotoFirstChild()) continue;
      while (!cursor.gotoNextSibling()) {
        more = cursor.gotoParent();
        if (!more) break;
      }
    }
    cursor.delete();
    tree.delete();
  }
  return count;
}

/** Realistic text: references, templates, nested blocks, for expressions, heredocs. */
function stack(n) {
  let out = 'variable "region" {\n  type    = string\n  default = "eu"\n}\n\n';
  for (let i = 0; i < n; i++) {
    out += `# Service number ${i}
resource "service" "web_${i}" {
  name  = "web-\${var.region}-${i}"
  image = image.app_${i % 100}.ref

  env = {
    APP_ENV  = "production"
    APP_PORT = ${8000 + (i % 1000)}
    PEERS    = join(",", [for k, v in local.peers : "\${k}:\${v.port}" if v.zone != "b"])
  }
`;
    if (i % 4 === 0) {
      out += `
  health_check {
    path     = "/health"
    interval = var.fast ? 5 : 30 * local.factor
  }
`;
    }
    if (i % 10 === 0) {
      out += `
  command = ["sh", "-c", <<-EOT
    set -e
    echo "starting \${var.region}"
    exec /app/run --port \${self.port}
  EOT
  ]
`;
    }
    out += `
  ports {
    external = ${9000 + i}
    internal = 80
  }
}

`;
  }
  return out;
}
