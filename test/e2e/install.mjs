// Puts a real VS Code into a cache folder outside the repository: the server inside npm's code-server package, trimmed to
// what a test of an extension reaches, and the Node that it runs on. Nothing but the npm registry is asked, and Debian
// for a missing Chromium. Run it as often as you like; prints one line of JSON: {"node", "vscode", "chromium"}.
//
//   CLOCKWORK_E2E_CACHE     where to (default: ~/.cache/clockwork-e2e)
//   CLOCKWORK_E2E_CHROMIUM  the browser (default: /usr/bin/chromium)
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const codeServer = {
  name: "code-server",
  version: "4.139.1", // VS Code 1.139.1
  integrity:
    "sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==",
};
const node = {
  name: `node-${process.platform}-${process.arch}`,
  version: "24.21.0", // the major that this VS Code runs on
  integrity:
    process.arch === "x64" && process.platform === "linux"
      ? "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q=="
      : undefined,
};
// Agents, dev containers, SSH, Windows: 240 MB, and most of what would have to be compiled.
const droppedDependencies = [
  "@devcontainers/cli",
  "@github/copilot-sdk",
  "@microsoft/mxc-sdk",
  "@vscode/copilot-api",
  "@vscode/sandbox-runtime",
  "@vscode/sqlite3",
  "@vscode/windows-process-tree",
  "@vscode/windows-registry",
  "detect-libc",
  "kerberos",
  "node-addon-api",
  "ssh2",
  "tar",
  "zod",
];
// Every other native module brings its binary along. Without spdlog there are no logs and no output channels; without the
// watchdog an extension host outlives a killed server.
const compiled = ["@vscode/native-watchdog", "@vscode/spdlog"];
// Slow, noisy or in need of the network. Only such as have no browser part: those are named in the workbench itself, and
// each one missing from the disk makes its start seconds slower.
const droppedExtensions = [
  "copilot",
  "debug-auto-launch",
  "debug-server-ready",
  "github",
  "grunt",
  "gulp",
  "jake",
  "microsoft-authentication",
  "ms-vscode.js-debug",
  "ms-vscode.js-debug-companion",
  "php-language-features",
  "terminal-suggest",
  "tunnel-forwarding",
];

const recipe = JSON.stringify({ codeServer, node, droppedDependencies, compiled, droppedExtensions });
const key = createHash("sha256").update(recipe).digest("hex").slice(0, 8);
const cache = process.env.CLOCKWORK_E2E_CACHE ?? join(homedir(), ".cache", "clockwork-e2e");
const target = join(cache, `vscode-${key}`);
const chromium = process.env.CLOCKWORK_E2E_CHROMIUM ?? "/usr/bin/chromium";

installChromium();
if (!existsSync(join(target, ".complete"))) install();
console.log(
  JSON.stringify({ node: join(target, "node/bin/node"), vscode: join(target, "vscode"), chromium }),
);

function installChromium() {
  if (existsSync(chromium)) return;
  say("Chromium, from Debian");
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
  const packages = ["chromium", "fonts-dejavu-core"];
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

// The folder is made under a name of this process's own and moved into place at the end: a killed installer leaves
// nothing that looks finished, and two at once do not disturb each other.
function install() {
  const folder = join(cache, `.installing-${process.pid}`);
  mkdirSync(join(folder, "node"), { recursive: true });
  mkdirSync(join(folder, "vscode"));
  try {
    say(`Node ${node.version}`);
    unpack(node, folder, ["-C", "node", "--strip-components=1", "package/bin/node", "package/include"]);
    say(`VS Code out of code-server ${codeServer.version}`);
    const excluded = droppedExtensions.map((name) => `--exclude=package/lib/vscode/extensions/${name}`);
    unpack(codeServer, folder, ["-C", "vscode", "--strip-components=3", ...excluded, "package/lib/vscode"]);
    dropDependencies(join(folder, "vscode"));
    say("its dependencies, two of which are compiled");
    npm(folder, "install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund");
    npm(folder, "rebuild", ...compiled, "--dangerously-allow-all-scripts");
    trim(folder);
    const loads = `for (const m of ${JSON.stringify(["node-pty", "@parcel/watcher", ...compiled])}) require(m)`;
    execFileSync(join(folder, "node/bin/node"), ["-e", loads], { cwd: join(folder, "vscode") });
    writeFileSync(join(folder, ".complete"), recipe);
    if (!existsSync(target)) renameSync(folder, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unpack({ name, version, integrity }, folder, tarArguments) {
  const printed = execFileSync("npm", ["pack", `${name}@${version}`, "--json", "--silent"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  // npm can print warnings around its JSON.
  const [packed] = JSON.parse(printed.slice(printed.indexOf("["), printed.lastIndexOf("]") + 1));
  if (integrity !== undefined && packed.integrity !== integrity) {
    throw new Error(`${name}@${version} is not what it was: ${packed.integrity}`);
  }
  execFileSync("tar", ["xzf", packed.filename, ...tarArguments], { cwd: folder });
  rmSync(join(folder, packed.filename));
}

function dropDependencies(vscode) {
  const read = (name) => JSON.parse(readFileSync(join(vscode, name), "utf8"));
  const manifest = read("package.json");
  const lock = read("npm-shrinkwrap.json");
  for (const { dependencies } of [manifest, lock.packages[""]]) {
    for (const name of droppedDependencies) delete dependencies[name];
  }
  // As published they differ, which npm takes for a damaged lock.
  manifest.name = lock.name;
  writeFileSync(join(vscode, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(vscode, "npm-shrinkwrap.json"), JSON.stringify(lock));
}

// npm runs on the new Node, and what it compiles gets the headers that came with it.
function npm(folder, ...args) {
  const cli = realpathSync(execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim());
  execFileSync(join(folder, "node/bin/node"), [cli, ...args], {
    cwd: join(folder, "vscode"),
    env: {
      ...process.env,
      PATH: `${join(folder, "node/bin")}${delimiter}${process.env.PATH}`,
      npm_config_nodedir: join(folder, "node"),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function trim(folder) {
  const modules = join(folder, "vscode/node_modules");
  const unneeded = [
    join(folder, "node/include"),
    join(modules, "node-pty/third_party"),
    ...compiled.map((name) => join(modules, name, "build/Release/obj.target")),
  ];
  for (const path of unneeded) rmSync(path, { recursive: true, force: true });
}

function say(what) {
  process.stderr.write(`e2e: installing ${what}\n`);
}
