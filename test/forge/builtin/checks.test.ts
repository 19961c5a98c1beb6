import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { serviceRequest } from "../../../server/src/forge/service-request.ts";
import { makeStack, type Ran, run } from "./run.ts";

const quick = { interval: "50ms" };
const http = (args: Action["args"], retries = 3): Action => ({
  name: "verify_http",
  id: "verify_http.up",
  args: { ...quick, expect_status: 200, ...args },
  retries,
});

async function served<T>(
  host: string,
  handler: RequestListener,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  try {
    return await use(`http://localhost:${address.port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.each(["127.0.0.1", "::1"])("a server on %s is found as localhost", async (host) => {
  const ran = await served(
    host,
    (_, answer) => answer.end("hello"),
    (url) => run(makeStack(), http({ url })),
  );
  expect(ran).toMatchObject({ code: 0, stderr: "" });
});

test("it tries until the answer is right", async () => {
  let asked = 0;
  const ran = await served(
    "127.0.0.1",
    (_, answer) => {
      asked++;
      answer.statusCode = asked < 3 ? 503 : 200;
      answer.end();
    },
    (url) => run(makeStack(), http({ url }, 5)),
  );
  expect(ran.code).toBe(0);
  expect(asked).toBe(3);
  expect(ran.stdout).toContain("try 2 of 5: expected status 200");
});

test("redirects are answers, proxies are not asked", async () => {
  const paths: (string | undefined)[] = [];
  const ran = await served(
    "127.0.0.1",
    (request, answer) => {
      paths.push(request.url);
      answer.writeHead(302, { location: "/elsewhere" }).end();
    },
    (url) =>
      run(makeStack(), http({ url, expect_status: 302 }), {
        http_proxy: "http://127.0.0.1:9",
        HTTP_PROXY: "http://127.0.0.1:9",
        NODE_USE_ENV_PROXY: "1",
      }),
  );
  expect(ran.code).toBe(0);
  expect(paths).toEqual(["/"]);
});

test("method, headers and body are as asked for", async () => {
  const ran = await served(
    "127.0.0.1",
    (request, answer) => answer.end(`${request.method} ${request.headers["x-a"]} \u00fc`),
    (url) =>
      run(makeStack(), http({ url, method: "POST", headers: { "x-a": "1" }, body_contains: "POST 1 ü" })),
  );
  expect(ran).toMatchObject({ code: 0, stderr: "" });
});

test("failures say what was expected and what came", async () => {
  const refused = await run(makeStack(), http({ url: "http://localhost:9/" }, 2));
  expect(refused).toMatchObject({
    code: 1,
    stderr:
      "verify_http.up: expected status 200 from http://localhost:9/, but nothing listens there (ECONNREFUSED)\n",
  });
  const said = await served(
    "127.0.0.1",
    (_, a) => a.end("no"),
    async (url): Promise<[Ran, Ran]> => [
      await run(makeStack(), http({ url, expect_status: 204 }, 1)),
      await run(makeStack(), http({ url, body_contains: "yes" }, 0)),
    ],
  );
  expect(said[0].stderr).toMatch(/expected status 204 from \S+, got 200\n$/);
  expect(said[1].stderr).toMatch(/to contain "yes", got "no"\n$/);
});

test("a server that does not answer, or answers without end, holds nobody up", async () => {
  const silent = await served(
    "127.0.0.1",
    () => {},
    (url) => run(makeStack(), http({ url, timeout: "200ms" }, 1)),
  );
  expect(silent.stderr).toContain("there was no answer within 200 ms");
  const endless: RequestListener = (_, answer) => {
    const more = (): void => {
      while (answer.write("x".repeat(65536)));
    };
    answer.on("drain", more);
    more();
  };
  const ran = await served("127.0.0.1", endless, (url) =>
    run(makeStack(), http({ url, body_contains: "xxx" }, 1)),
  );
  expect(ran).toMatchObject({ code: 0 });
});

test("a port that browsers avoid can be asked", async () => {
  const server = createServer((_, answer) => answer.end());
  await new Promise<void>((resolve) => server.listen(10080, "127.0.0.1", resolve));
  const ran = await run(makeStack(), http({ url: "http://127.0.0.1:10080" }, 1));
  server.close();
  expect(ran.code).toBe(0);
});

test("a port accepts connections or not", async () => {
  const server = createTcpServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address !== "string" ? address.port : 0;
  const tcp = (host: string): Action => ({
    name: "verify_tcp",
    id: "verify_tcp.db",
    args: { host, portVar: "DB_PORT", ...quick },
    retries: 2,
  });
  expect(await run(makeStack(), tcp("localhost"), { DB_PORT: String(port) })).toMatchObject({ code: 0 });
  server.close();
  const closed = await run(makeStack(), tcp("127.0.0.1"), { DB_PORT: String(port) });
  expect(closed.code).toBe(1);
  expect(closed.stderr).toContain(
    `expected 127.0.0.1:${port} to accept connections, but connect ECONNREFUSED`,
  );
});

test("a command ends with a code", async () => {
  const command = (words: string[], more: Action["args"] = {}): Action => ({
    name: "verify_command",
    id: "verify_command.c",
    args: { command: words, ...quick, ...more },
    retries: 2,
  });
  expect(await run(makeStack(), command(["sh", "-c", "exit 3"], { expect_exit: 3 }))).toMatchObject({
    code: 0,
  });
  const wrong = await run(makeStack(), command(["sh", "-c", "echo shown; exit 3"]));
  expect(wrong.stdout).toContain("shown");
  expect(wrong.stderr).toBe('verify_command.c: expected exit code 0 of "sh -c echo shown; exit 3", got 3\n');
  expect((await run(makeStack(), command(["nope"]))).stderr).toContain('cannot run "nope"');
  expect((await run(makeStack(), command(["sleep", "9"], { timeout: "100ms" }))).stderr).toContain(
    "longer than 100 ms",
  );
});

test("a file is there, contains a text and has a hash", async () => {
  const stack = makeStack();
  const check = (args: Action["args"]): Action => ({
    name: "verify_file",
    id: "verify_file.f",
    args: { path: "f", ...quick, ...args },
    retries: 1,
  });
  expect((await run(stack, check({}))).stderr).toBe(
    `verify_file.f: expected a file at ${stack}/f, but there is nothing\n`,
  );
  writeFileSync(join(stack, "f"), "content");
  const sha256 = createHash("sha256").update("content").digest("hex").toUpperCase();
  expect(await run(stack, check({ contains: "tent", sha256 }))).toMatchObject({ code: 0 });
  expect((await run(stack, check({ contains: "x" }))).stderr).toContain('to contain "x"');
  expect((await run(stack, check({ sha256: "0".repeat(64) }))).stderr).toContain(
    `got ${sha256.toLowerCase()}`,
  );
  expect((await run(stack, check({ path: "." }))).stderr).toContain("but it is something else");
});

test("a process service runs while its very process does", async () => {
  const stack = makeStack();
  const check = (state: string): Action => ({
    name: "verify_service",
    id: "verify_service.web",
    args: { service: ".web", state, ...quick },
    retries: 1,
  });
  expect(await run(stack, check("stopped"))).toMatchObject({ code: 0 });
  const stat = readFileSync(`/proc/${process.pid}/stat`, "utf8");
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const folder = join(stack, ".clockwork/services/%2Eweb");
  mkdirSync(folder, { recursive: true });
  const write = (status: object): void => writeFileSync(join(folder, "status.json"), JSON.stringify(status));
  write({ state: "running", pid: process.pid, startTime });
  expect(await run(stack, check("running"))).toMatchObject({ code: 0 });
  expect((await run(stack, check("stopped"))).stderr).toContain("to be stopped, but it is running");
  write({ state: "running", pid: process.pid, startTime: "1" });
  expect((await run(stack, check("running"))).stderr).toContain("to be running, but it is stopped");
  write({ state: "exited", pid: process.pid, startTime });
  expect((await run(stack, check("running"))).stderr).toContain("but it is stopped (exited)");
});

test("a process service is described as the core reads it", async () => {
  const stack = makeStack();
  const ran = await run(
    stack,
    {
      name: "ensure_service",
      id: "ensure_service.web",
      args: {
        name: "web",
        command: ["node", "server.js", "${PORT_LATER}"],
        env: { A: "$${b}" },
        workdir: "app",
        ports: [{ external: 8080, internal: 8080, host_ip: "::" }],
      },
      provides: { id: "SERVICE_WEB_ID", host: "WEB_HOST", port: "WEB_PORT", url: "WEB_URL" },
    },
    { PORT_LATER: "1" },
  );
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(serviceRequest.parse(JSON.parse(ran.service))).toEqual({
    command: ["node", "server.js", "1"],
    cwd: join(stack, "app"),
    env: { A: "${b}" },
    stop_signal: "SIGTERM",
    stop_timeout: 10,
    log_max_mb: 10,
    log_files: 1,
  });
  expect(ran.outputs).toEqual({
    SERVICE_WEB_ID: "web",
    WEB_HOST: "localhost",
    WEB_PORT: "8080",
    WEB_URL: "http://localhost:8080",
  });
  const removed = await run(stack, { name: "remove_service", args: { name: "web", command: ["node"] } });
  expect(removed).toMatchObject({ code: 0 });
});
