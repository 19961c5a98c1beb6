import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Connection, createConnection, StreamMessageWriter } from "vscode-languageserver/node";
import { version } from "../../../package.json";
import { lazily } from "../forge/check/scripts.ts";
import { nodeFiles } from "../host/node-files.ts";
import { garbageCollector } from "../host/node-memory.ts";
import { useServerFlags } from "../host/node-v8-flags.ts";
import { loadGrammar } from "../syntax/parser.ts";
import { FrameReader, MalformedFrame } from "./frames.ts";
import { serve } from "./server.ts";

/**
 * The language server as a program: `--node-ipc` is what VS Code starts, `--stdio` is for every other editor. It builds
 * the only host it has, a disk to read.
 */

/** A malformed frame ends the process, since after it nothing can be told apart any more; so does the client's end. */
function stdio(): Connection {
  const reader = new FrameReader(process.stdin);
  reader.onError((error) => {
    process.stderr.write(`clockwork: malformed message: ${error.message}\n`);
    if (error instanceof MalformedFrame) process.exit(1);
  });
  const connection = createConnection(reader, new StreamMessageWriter(process.stdout));
  let shutdown = false;
  connection.onShutdown(() => {
    shutdown = true;
  });
  reader.onClose(() => process.exit(shutdown ? 0 : 1));
  return connection;
}

/** Those that say where the user's own files are. */
function userFolders({ HOME, XDG_CONFIG_HOME }: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return { ...(HOME && { HOME }), ...(XDG_CONFIG_HOME && { XDG_CONFIG_HOME }) };
}

useServerFlags();
const { readText, readBytes, readPlain, list, stat, realPath } = nodeFiles();
const beside = (name: string) => readBytes(join(__dirname, name));
serve(process.argv.includes("--stdio") ? stdio() : createConnection(), {
  files: { readText, readBytes, readPlain, list, stat, realPath },
  reads: "disk",
  variables: userFolders(process.env),
  version,
  rest: garbageCollector(),
  pages: pathToFileURL(join(__dirname, "../docs/diagnostics")).href,
  lookAtScript: lazily(() => {
    const { scriptRules }: typeof import("../forge/scripts/rules.ts") =
      createRequire(__filename)("./scripts.js");
    return scriptRules(beside);
  }),
  loadGrammar: async () => {
    const [runtime, grammar] = await Promise.all([
      beside("web-tree-sitter.wasm"),
      beside("tree-sitter-clockwork.wasm"),
    ]);
    return loadGrammar({ runtime, grammar });
  },
});
