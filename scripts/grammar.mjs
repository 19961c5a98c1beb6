// Works on the grammar: node scripts/grammar.mjs generate | check [--build] | test [--update] | native
//   generate  writes grammar/src/parser.c and its companions with tree-sitter's CLI, the wasm with clang and lld
//   check     says whether what is committed is what generating gives; without the tools, whether the inputs are the ones
//             it was generated from; --build builds tree-sitter's CLI where a recent cargo is found
//   test      runs the corpus and the syntax tests; --update writes the corpus' trees as they are now
//   native    runs the corpus with the native tree-sitter of npm, built in a cache folder
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const cliVersion = "0.27.1";
const nativeVersion = "0.25.1";
const root = resolve(import.meta.dirname, "..");
const grammar = join(root, "grammar");
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "clockwork-grammar");
const inputs = ["grammar.js", "tree-sitter.json", "src/scanner.c", "src/flatten.c"];
const generated = ["src/parser.c", "src/grammar.json", "src/node-types.json"];
const wasm = "tree-sitter-clockwork.wasm";
const exported = ["tree_sitter_clockwork", "clockwork_flatten", "clockwork_exchange"];

/** The type tag is the one that tree-sitter's own binding asks of a language. */
const binding = `#include <node_api.h>
typedef struct TSLanguage TSLanguage;
const TSLanguage *tree_sitter_clockwork(void);
static const napi_type_tag tag = {0x8AF2E5212AD58ABF, 0xD5006CAD83ABBA16};
NAPI_MODULE_INIT() {
  napi_value language, name;
  napi_create_external(env, (void *)tree_sitter_clockwork(), NULL, NULL, &language);
  napi_type_tag_object(env, language, &tag);
  napi_create_string_utf8(env, "clockwork", NAPI_AUTO_LENGTH, &name);
  napi_set_named_property(env, exports, "language", language);
  napi_set_named_property(env, exports, "name", name);
  return exports;
}
`;

const [command, ...flags] = process.argv.slice(2);
const commands = { generate, check, test, native };
if (!(command in commands)) fail(`Use one of: ${Object.keys(commands).join(", ")}`);
commands[command]();

function generate() {
  const cli =
    findCli() ?? fail(`tree-sitter ${cliVersion} is needed: set TREE_SITTER, or install cargo 1.85 or later`);
  const clang = findClang() ?? fail("clang and lld are needed (Debian: apt-get install clang lld wasi-libc)");
  makeParser(cli, grammar);
  makeWasm(grammar, join(grammar, wasm));
  writeFileSync(join(grammar, "src/inputs.sha256"), record(clang));
  console.log(`Generated grammar/src and grammar/${wasm}`);
}

/** The hashes of everything that is generated from, and the compiler the wasm was made by. */
function record(clang) {
  const lines = inputs.map((file) => `${sha256(readFileSync(join(grammar, file)))}  ${file}`);
  return `${[...lines, `compiler  ${clang}`].join("\n")}\n`;
}

function check() {
  const recorded = readFileSync(join(grammar, "src/inputs.sha256"), "utf8");
  const compiler = /^compiler {2}(.*)$/m.exec(recorded)?.[1];
  if (recorded !== record(compiler))
    fail("The grammar's inputs changed: run node scripts/grammar.mjs generate");
  const cli = findCli(flags.includes("--build"));
  if (!cli)
    return console.log(
      `SKIPPED regenerating: no tree-sitter ${cliVersion} here; the inputs' hashes are as recorded`,
    );
  const folder = mkdtempSync(join(tmpdir(), "clockwork-grammar-"));
  try {
    cpSync(grammar, folder, { recursive: true });
    makeParser(cli, folder);
    const compared = [...generated];
    const clang = findClang();
    if (clang === compiler) {
      makeWasm(folder, join(folder, wasm));
      compared.push(wasm);
    } else {
      console.log(`SKIPPED rebuilding the wasm: it was built by ${compiler}, here is ${clang ?? "no clang"}`);
    }
    const stale = compared.filter(
      (file) => !readFileSync(join(folder, file)).equals(readFileSync(join(grammar, file))),
    );
    if (stale.length > 0) fail(`Not what generating gives: ${stale.join(", ")}`);
    console.log(`Equal to the byte: ${compared.join(", ")}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function test() {
  vitest(flags.includes("--update") ? ["test/syntax/corpus.test.ts"] : ["test/syntax"], {
    CLOCKWORK_UPDATE_CORPUS: flags.includes("--update") ? "1" : "",
  });
}

/**
 * Builds npm's tree-sitter from source, because its prebuilt binary needs a newer C++ library than Debian 12 has, and
 * our parser as a Node-API addon beside it.
 */
function native() {
  const compiler = ["cc", "gcc", "clang"].find((name) => found(name));
  if (!compiler || !found("c++")) return console.log("SKIPPED native corpus: no C compiler here");
  const folder = join(cache, `native-${nativeVersion}-node-${process.versions.modules}`);
  if (!existsSync(join(folder, "node_modules/tree-sitter/build/Release"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "package.json"),
      '{ "private": true, "allowScripts": { "tree-sitter": true } }\n',
    );
    const from = ["install", "--no-audit", "--no-fund"];
    const env = { CXXFLAGS: "-std=c++20", npm_config_build_from_source: "true" };
    run("npm", [...from, `tree-sitter@${nativeVersion}`, "node-api-headers"], { cwd: folder, env });
  }
  writeFileSync(join(folder, "binding.c"), binding);
  run(compiler, [
    ...["-shared", "-fPIC", "-O2", "-o", join(folder, "clockwork.node")],
    ...["-I", join(folder, "node_modules/node-api-headers/include"), "-I", join(grammar, "src")],
    ...[join(folder, "binding.c"), join(grammar, "src/parser.c"), join(grammar, "src/scanner.c")],
    ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
  ]);
  vitest(["test/syntax/corpus.test.ts"], { CLOCKWORK_NATIVE_PARSER: folder });
}

function makeParser(cli, folder) {
  run(cli, ["generate", "--abi", "15"], { cwd: folder });
}

/**
 * A side module as web-tree-sitter loads it. Only the emscripten triple makes position-independent code in LLVM 14; the
 * C library's headers are used, none of its code is linked.
 */
function makeWasm(folder, out) {
  const link = ["-shared", "--experimental-pic", "--no-entry", "--allow-undefined", "--strip-all"];
  run(
    "clang",
    [
      ...["--target=wasm32-unknown-emscripten", "-D__wasi__", "-isystem", "/usr/include/wasm32-wasi"],
      ...["-Os", "-DNDEBUG", "-fPIC", "-fvisibility=hidden", "-fno-exceptions", "-nostdlib", "-I", "src"],
      ...[...link, ...exported.map((name) => `--export=${name}`)].map((flag) => `-Wl,${flag}`),
      ...["src/parser.c", "src/scanner.c", "src/flatten.c", "-o", out],
    ],
    { cwd: folder },
  );
}

/** tree-sitter's CLI from $TREE_SITTER, PATH or the cache; where cargo can, it is built there first. */
function findCli(mayBuild = true) {
  const built = join(cache, "bin", "tree-sitter");
  const known = [process.env.TREE_SITTER, "tree-sitter", built].find(
    (name) => name && versionOf(name).includes(cliVersion),
  );
  if (known || !mayBuild) return known;
  const [, major, minor] = /(\d+)\.(\d+)/.exec(versionOf("cargo")) ?? [];
  if (Number(major) < 1 || !(Number(major) > 1 || Number(minor) >= 85)) return undefined;
  run("cargo", ["install", "--locked", `tree-sitter-cli@${cliVersion}`, "--root", cache]);
  return built;
}

function findClang() {
  return found("wasm-ld") ? /clang version [\d.]+/.exec(versionOf("clang"))?.[0] : undefined;
}

function found(name) {
  return versionOf(name) !== "";
}

function versionOf(name) {
  const { status, stdout } = spawnSync(name, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout : "";
}

function vitest(args, env) {
  run(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...args], { cwd: root, env });
}

function run(name, args, { cwd = dirname(grammar), env = {} } = {}) {
  const { status } = spawnSync(name, args, { cwd, stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) fail(`${name} ${args[0]} ended with ${status}`);
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
