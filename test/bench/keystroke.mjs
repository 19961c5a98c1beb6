// From a keystroke to the complete diagnostics, as an editor sees it: dist/server.js over stdio, one block typed character by
// character into stacks of one file of several sizes, at its start, in its middle and at its end. After each character the time
// is taken until the list for exactly that version has come. Then the server's memory when it has been left alone, and after
// thousands of edits. Nothing is asserted about time.
//
//   node test/bench/keystroke.mjs [--smoke] [--sizes 100,10000,50000] [--edits 10000] [--server PATH]
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { stack } from "./generate.mjs";
import { megabytes, ratio, table } from "./measure.mjs";

const { values: flags } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    sizes: { type: "string" },
    edits: { type: "string" },
    server: { type: "string", default: fileURLToPath(new URL("../../dist/server.js", import.meta.url)) },
  },
});
const sizes = (flags.sizes ?? (flags.smoke ? "100,1000" : "100,10000,50000")).split(",").map(Number);
/** How many edits memory must not grow with; in the second of the sizes. */
const manyEdits = Number(flags.edits ?? (flags.smoke ? 500 : 10_000));
const work = await mkdtemp(join(tmpdir(), "clockwork-keystroke-"));

/** What is typed: names that exist and names that do not yet, quotes, braces, a template, a heredoc's worth of lines. */
const typed = `resource "service" "typed" {
  command = ["node", "typed.mjs", "--site", local.site_0]
  env = {
    SITE = "\${local.site_0}-typed"
    CONFIG = file.config_0.path
  }
  restart = "always"
}
`;
/** How long the server is left alone before its memory is read, in milliseconds: it comes to rest a while after the last edit. */
const idleMs = 6000;
/** Lines of a resource of the generated stacks, about. */
const linesOfResource = 13;

class Server {
  static async start(folder) {
    const server = new Server();
    server.startedAt = performance.now();
    server.process = spawn(process.execPath, [flags.server, "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { stdout, stdin } = server.process;
    server.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    server.waiting = new Map();
    server.connection.onNotification("textDocument/publishDiagnostics", ({ uri, version }) => {
      const key = `${uri} ${version}`;
      server.waiting.get(key)?.(performance.now());
      server.waiting.delete(key);
    });
    server.connection.listen();
    await server.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "stack" }],
    });
    await server.connection.sendNotification("initialized", {});
    return server;
  }

  diagnostics(uri, version) {
    return new Promise((resolve) => this.waiting.set(`${uri} ${version}`, resolve));
  }

  stop() {
    this.connection.dispose();
    this.process.kill("SIGKILL");
  }
}

class OpenFile {
  version = 1;

  constructor(server, uri, text) {
    this.server = server;
    this.uri = uri;
    this.text = text;
  }

  /** Answers the milliseconds from the start of the server to the first diagnostics. */
  async open() {
    const { server, uri, version, text } = this;
    const done = server.diagnostics(uri, version);
    await server.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "clockwork", version, text },
    });
    return (await done) - server.startedAt;
  }

  /** Replaces a range; answers the milliseconds until the diagnostics of the new text were here. */
  async edit(start, end, text) {
    const range = { start: this.#position(start), end: this.#position(end) };
    this.version++;
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    const done = this.server.diagnostics(this.uri, this.version);
    const from = performance.now();
    await this.server.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: [{ range, text }],
    });
    return (await done) - from;
  }

  #position(offset) {
    const before = this.text.slice(0, offset);
    const line = before.split("\n").length - 1;
    return { line, character: offset - (before.lastIndexOf("\n") + 1) };
  }
}

/** Types the block at an offset and takes it away again. */
async function typeBlock(file, at) {
  const times = [];
  for (let i = 0; i < typed.length; i++) times.push(await file.edit(at + i, at + i, typed[i]));
  await file.edit(at, at + typed.length, "");
  return times;
}

/** Types one sign in the middle of what is well again and again. */
async function stray(file, at, sign) {
  const times = [];
  for (let i = 0; i < (flags.smoke ? 5 : 30); i++) {
    times.push(await file.edit(at, at, sign));
    await file.edit(at, at + 1, "");
  }
  return times;
}

function blockStart(text, part) {
  const from = Math.floor(text.length * part);
  const next = text.indexOf('\nresource "', from);
  return next < 0 ? text.length : next + 1;
}

/** A stack in one file, which is the hardest case. */
async function writeFileOf(lines) {
  const folder = join(work, String(lines));
  await mkdir(folder, { recursive: true });
  const resources = Math.max(10, Math.round(lines / linesOfResource / 10) * 10);
  const text = Object.values(stack("clockwork", resources)).join("\n");
  await writeFile(join(folder, "main.cw"), text);
  return { folder, text, lines: text.split("\n").length };
}

async function measureStack(size) {
  const { folder, text, lines } = await writeFileOf(size);
  const server = await Server.start(folder);
  try {
    const file = new OpenFile(server, pathToFileURL(join(folder, "main.cw")).href, text);
    const opened = await file.open();
    const first = await idleMemory(server);
    // A warm server is what somebody who types has.
    await typeBlock(file, file.text.length);
    const rows = [];
    for (const [place, part] of [
      ["start", 0],
      ["middle", 0.5],
      ["end", 1],
    ])
      rows.push([`typing at the ${place}`, await typeBlock(file, blockStart(file.text, part))]);
    const middle = file.text.indexOf("command", file.text.length / 2);
    rows.push(["a stray quote", await stray(file, middle, '"')]);
    rows.push(["a stray brace", await stray(file, middle, "{")]);
    return { lines, opened, rows, first, memory: await idleMemory(server) };
  } finally {
    server.stop();
  }
}

async function measureOpened(folder) {
  const server = await Server.start(folder);
  try {
    const text = await readFile(join(folder, "main.cw"), "utf8");
    const opened = await new OpenFile(server, pathToFileURL(join(folder, "main.cw")).href, text).open();
    return { opened, memory: await idleMemory(server) };
  } finally {
    server.stop();
  }
}

/** Memory at rest after a tenth of the edits and after all of them: what V8 compiles takes some at first. */
async function measureGrowth(size) {
  const { folder, text, lines } = await writeFileOf(size);
  const server = await Server.start(folder);
  try {
    const file = new OpenFile(server, pathToFileURL(join(folder, "main.cw")).href, text);
    await file.open();
    const memory = [];
    for (const until of [manyEdits / 10, manyEdits]) {
      for (let place = 0; file.version < until; place++)
        await typeBlock(file, blockStart(file.text, (place % 10) / 10));
      memory.push(await idleMemory(server));
    }
    return { lines, memory };
  } finally {
    server.stop();
  }
}

/** Resident memory in bytes after a quiet moment; undefined where there is no /proc. */
async function idleMemory({ process: { pid } }) {
  if (process.platform !== "linux") return undefined;
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

const percentile = (times, p) => [...times].sort((a, b) => a - b)[Math.ceil(times.length * p) - 1];
const ms = (time) => `${time.toFixed(1)} ms`;

try {
  const measured = [];
  for (const size of sizes) measured.push(await measureStack(size));
  const [smallest] = measured;
  const rows = [["keystroke to diagnostics", "p50", "p95", "slowest", `p95 to ${smallest.lines} lines`]];
  for (const { lines, rows: found } of measured) {
    found.forEach(([what, times], i) => {
      const p95 = percentile(times, 0.95);
      const [p50, most] = [percentile(times, 0.5), percentile(times, 1)];
      const base = percentile(smallest.rows[i][1], 0.95);
      rows.push([`${lines} lines, ${what}`, ms(p50), ms(p95), ms(most), ratio(p95, base)]);
    });
  }
  const memory = [["server", "start to first diagnostics", "idle memory", "after typing"]];
  for (const { lines, opened, first, memory: bytes } of measured)
    memory.push([`${lines} lines`, ms(opened), megabytes(first), megabytes(bytes)]);
  const hello = join(work, "hello");
  await cp(fileURLToPath(new URL("../../examples/hello", import.meta.url)), hello, { recursive: true });
  const small = await measureOpened(hello);
  memory.push(["examples/hello", ms(small.opened), megabytes(small.memory), ""]);
  const { lines, memory: grown } = await measureGrowth(sizes[1] ?? sizes[0]);
  const growth = [
    [`${lines} lines, at rest`, `${manyEdits / 10} edits`, `${manyEdits} edits`, "growth"],
    ["memory", ...grown.map(megabytes), ratio(...grown.toReversed())],
  ];
  process.stdout.write(
    `Node ${process.versions.node}\n\n${table(rows)}\n\n${table(memory)}\n\n${table(growth)}\n`,
  );
} finally {
  await rm(work, { recursive: true, force: true });
}
