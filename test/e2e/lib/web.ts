import { execFileSync } from "node:child_process";
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, relative } from "node:path";
import type { Installation } from "./server.ts";
import { quietSettings } from "./settings.ts";

export interface WebOptions {
  /** The packaged extension that is served. */
  readonly vsix: string;
  /** A folder whose texts are the workspace, in memory. */
  readonly stack: string;
}

/** VS Code for the Web, as on vscode.dev: there is no machine behind it, extensions run in a worker, the folder is a virtual one. */
export interface WebServer {
  /** Address of the workbench, open on the folder. */
  readonly page: string;
  stop(): Promise<void>;
}

export async function startWeb({ vscode }: Installation, options: WebOptions): Promise<WebServer> {
  const home = mkdtempSync(join(tmpdir(), "clockwork-web-"));
  execFileSync("python3", ["-m", "zipfile", "-e", options.vsix, home]);
  const site: Site = {
    vscode,
    extension: join(home, "extension"),
    workbench: withoutRemote(readFileSync(join(vscode, workbenchScript), "utf8")),
    fixture: JSON.stringify(texts(options.stack)),
  };
  const server = createServer((request, response) => answer(site, server, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    page: `http://${authority(server)}/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

interface Site {
  readonly vscode: string;
  readonly extension: string;
  readonly workbench: string;
  readonly fixture: string;
}

const workbenchScript = "out/vs/code/browser/workbench/workbench.js";

/**
 * The workbench of code-server insists on a remote: its entry point adds one, and the user's data live there. This puts
 * back the two expressions of the original.
 */
function withoutRemote(source: string): string {
  const changes: readonly (readonly [RegExp, string])[] = [
    [/\{\.\.\.JSON\.parse\((\w+)\),remoteAuthority:location\.host\}/, "JSON.parse($1)"],
    [
      /get userRoamingDataHome\(\)\{return \w+\((\w+)\.file\(this\.userDataPath\)\.with\(\{scheme:(\w+)\.vscodeRemote\}\),"User"\)\}/,
      'get userRoamingDataHome(){return $1.file("/User").with({scheme:$2.vscodeUserData})}',
    ],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`this workbench.js has no ${from}`);
    return text.replace(from, to);
  }, source);
}

/** By path in memory. */
function texts(folder: string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = found.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    paths.map((path) => [`/stack/${relative(folder, path)}`, readFileSync(path, "utf8")]),
  );
}

function authority(server: HttpServer): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server does not listen");
  return `localhost:${address.port}`;
}

function answer(site: Site, server: HttpServer, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  // The extensions' worker lives on another origin, as on vscode.dev.
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
  const send = (type: string, body: string) => response.setHeader("Content-Type", type).end(body);
  if (pathname === "/") return void send("text/html", page(authority(server)));
  if (pathname === "/fixture.json") return void send("application/json", site.fixture);
  if (pathname === `/static/${workbenchScript}`) return void send("text/javascript", site.workbench);
  const file = fileOf(site, decodeURIComponent(pathname));
  if (file !== undefined) {
    response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
    return;
  }
  // The built-in extensions of a server have no scripts for browsers, and most have no texts in other languages.
  if (/^\/static\/extensions\/.*\.js$/.test(pathname)) {
    return void send("text/javascript", "exports.activate = () => {};");
  }
  if (pathname.endsWith("/package.nls.json")) return void send("application/json", "{}");
  response.writeHead(404).end();
}

function fileOf(site: Site, pathname: string): string | undefined {
  const roots = { "/static/": site.vscode, "/ext/": site.extension, "/memfs/": "test/e2e/web/memfs" };
  for (const [prefix, root] of Object.entries(roots)) {
    if (!pathname.startsWith(prefix)) continue;
    const path = join(root, normalize(`/${pathname.slice(prefix.length)}`));
    return existsSync(path) && statSync(path).isFile() ? path : undefined;
  }
  return undefined;
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
};

function page(host: string): string {
  const at = (path: string) => ({ scheme: "http", authority: host, path });
  const origin = `http://${host}`;
  const webviews = "out/vs/workbench/contrib/webview/browser/pre";
  const configuration = {
    folderUri: { scheme: "memfs", authority: "", path: "/stack" },
    additionalBuiltinExtensions: [at("/memfs")],
    developmentOptions: { enableSmokeTestDriver: true, extensions: [at("/ext")] },
    enableWorkspaceTrust: false,
    configurationDefaults: quietSettings,
    webviewEndpoint: `${origin}/static/${webviews}`,
    userDataPath: "/User",
    // What code-server's workbench asks for beside the original's options.
    isEnabledFileDownloads: false,
    isEnabledFileUploads: false,
    isEnabledCoderGettingStarted: false,
    productConfiguration: {
      enableTelemetry: false,
      extensionsGallery: { serviceUrl: "" },
      webEndpointUrlTemplate: `http://{{uuid}}.${host}/static`,
      webviewContentExternalBaseUrlTemplate: `http://{{uuid}}.${host}/static/${webviews}/`,
      extensionEnabledApiProposals: { "clockwork-test.memfs": ["fileSearchProvider"] },
    },
  };
  const settings = JSON.stringify(configuration).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html><html><head><meta charset="utf-8">
<meta id="vscode-workbench-web-configuration" data-settings="${settings}">
<meta id="vscode-workbench-web-base-url" data-settings="${origin}/static">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/out/vs/code/browser/workbench/workbench.css">
</head><body aria-label=""></body>
<script>globalThis._VSCODE_FILE_ROOT = "${origin}/static/out/";</script>
<script type="module" src="/static/out/nls.messages.js"></script>
<script type="module" src="/static/out/vs/code/browser/workbench/workbench.js"></script></html>`;
}
