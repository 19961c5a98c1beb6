import { expect, test } from "vitest";
import { type MemoryScript, memoryHost } from "../../server/src/host/memory.ts";
import { HostError } from "../../server/src/host/ports.ts";
import { discoverFacts, type Need, readFacts } from "../../server/src/intake/discover.ts";

const answers: Record<string, string> = {
  "/usr/bin/bash --version": "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright",
  "/usr/bin/python3 --version": "Python 3.11.2",
  "/usr/local/go/bin/go version": "go version go1.22.1 linux/amd64",
  "/usr/bin/deno --version": "deno 2.9.6 (stable)\nv8 14",
  "/usr/bin/git --version": "git version 2.39.5 (Apple Git-154)",
  "/usr/bin/docker version --format {{.Server.Version}}": "27.1.0",
  "/usr/bin/podman info --format {{.Version.Version}}": "4.3.1",
};

function machine(
  installed: readonly string[],
  run?: MemoryScript["run"],
  path = "/usr/bin:/usr/local/go/bin",
) {
  const asked: string[] = [];
  const host = memoryHost(
    {},
    {
      environment: { variables: { PATH: path }, platform: "linux", arch: "arm64", nodeVersion: "v20.20.2" },
      run: (argv, options) => {
        asked.push(argv.join(" "));
        expect(options.timeoutMs).toBeLessThanOrEqual(3000);
        const stdout = answers[argv.join(" ")];
        return run?.(argv, options) ?? (stdout === undefined ? { code: 1 } : { stdout });
      },
    },
  );
  for (const program of installed) host.files.set(program, "", 0o755);
  return { host, asked };
}
const all = ["/usr/bin/bash", "/usr/bin/python3", "/usr/local/go/bin/go", "/usr/bin/deno", "/usr/bin/git"];

test("everything that is there is found, with its version", async () => {
  const { host } = machine([...all, "/usr/bin/docker", "/usr/bin/podman"]);
  expect(await discoverFacts(host, "/stack")).toEqual({
    os: "linux",
    arch: "arm64",
    runtimes: {
      bash: { path: "/usr/bin/bash", version: "5.2.15" },
      python3: { path: "/usr/bin/python3", version: "3.11.2" },
      node: { path: "/usr/bin/node", version: "20.20.2" },
      deno: { path: "/usr/bin/deno", version: "2.9.6" },
      go: { path: "/usr/local/go/bin/go", version: "1.22.1" },
    },
    engine: { name: "docker", path: "/usr/bin/docker", version: "27.1.0" },
    git: { path: "/usr/bin/git", version: "2.39.5" },
  });
});

test("only what was asked for is looked for", async () => {
  const { host, asked } = machine([...all, "/usr/bin/docker", "/usr/bin/podman"]);
  const need = new Set<Need>(["bash", "node"]);
  const facts = await discoverFacts(host, "/stack", { need });
  expect(Object.keys(facts.runtimes)).toEqual(["bash", "node"]);
  expect(asked).toEqual(["/usr/bin/bash --version"]);
});

test("a docker client without a daemon is no engine, a podman that fails is none either", async () => {
  const engines = ["/usr/bin/docker", "/usr/bin/podman"];
  const need = new Set<Need>(["engine"]);
  const broken = (name: string) =>
    machine(engines, (argv) => (argv[0] === name ? { code: 1, stdout: "\n" } : undefined)).host;
  expect((await discoverFacts(broken("/usr/bin/docker"), "/stack", { need })).engine?.name).toBe("podman");
  expect((await discoverFacts(broken("/usr/bin/podman"), "/stack", { need })).engine?.name).toBe("docker");
  const hanging = machine(engines, () => Promise.reject(new HostError("ETIMEDOUT", "ETIMEDOUT")));
  expect((await discoverFacts(hanging.host, "/stack", { need })).engine).toBeUndefined();
  expect((await discoverFacts(machine([]).host, "/stack", { need })).engine).toBeUndefined();
});

test("no program comes from the stack, from a relative folder, or without the right to run", async () => {
  const need = new Set<Need>(["bash"]);
  const path = ".:bin::/stack/bin:/stack:/x/../stack/bin:/usr/bin";
  const { host } = machine(["/stack/bin/bash", "/stack/bash", "/usr/bin/bash"], undefined, path);
  expect((await discoverFacts(host, "/stack", { need })).runtimes.bash?.path).toBe("/usr/bin/bash");
  const plain = machine([], undefined, path);
  plain.host.files.set("/usr/bin/bash", "", 0o644);
  expect((await discoverFacts(plain.host, "/stack", { need })).runtimes).toEqual({});
});

test("facts from a file are checked", async () => {
  const { host } = machine(all);
  const facts = await discoverFacts(host, "/stack");
  expect(readFacts(JSON.stringify(facts))).toEqual({ value: facts, diagnostics: [] });
  for (const bad of [
    "",
    "{",
    "[]",
    "{}",
    JSON.stringify({ ...facts, shell: "bash" }),
    JSON.stringify({ ...facts, os: "plan9" }),
  ]) {
    const { value, diagnostics } = readFacts(bad);
    expect(value).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toEqual(["facts-unreadable"]);
    expect(diagnostics[0]?.message).not.toContain("\n");
  }
});
