import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeJobs } from "../../server/src/host/node-jobs.ts";
import { removeAbandoned } from "../../server/src/host/node-secret-files.ts";
import { processTable } from "../../server/src/host/node-table.ts";
import type { Sandbox } from "../../server/src/host/ports.ts";

const jobs = nodeJobs(process.platform);
const level = await jobs.sandbox();
const secret = "first line\nc4nary-§ 'quoted'\n\n";
const tmpfs = 0x01021994;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-secrets-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Reads its secrets by itself and through a child, and looks for them in what everybody can see of both. */
const reader = `
set -eu
cmp "$TOKEN_FILE" "$EXPECTED"
node -e 'process.exit(require("fs").readFileSync(process.env.TOKEN_FILE).equals(require("fs").readFileSync(process.env.EXPECTED)) ? 0 : 9)'
python3 -I -c 'import os; open(os.environ["TOKEN_FILE"]).read()'
[ "$(cat "$OTHER_FILE")" = "another one" ]
[ -z "\${TOKEN:-}" ]
sleep 30 & child=$!
# Those of every process that is to be seen, ourselves and the child among them.
grep -la c4nary /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null || :
kill "$child"
stat -f -c 'on %T' "$TOKEN_FILE"
stat -c 'mode %a' "$TOKEN_FILE"
echo "at $TOKEN_FILE"
`;

async function run(
  sandbox: Sandbox | undefined,
  usesEngine: boolean,
): Promise<{ code: number; output: string }> {
  writeFileSync(join(folder, "expected"), secret);
  writeFileSync(join(folder, "step.sh"), reader);
  const never = new AbortController().signal;
  let output = "";
  const { code } = await jobs.run({
    argv: ["/bin/bash", join(folder, "step.sh")],
    cwd: folder,
    env: {
      PATH: `/usr/local/bin:/usr/bin:/bin:${join(process.execPath, "..")}`,
      EXPECTED: join(folder, "expected"),
    },
    secrets: { TOKEN: secret, OTHER: "another one" },
    marker: {},
    usesEngine,
    ...(sandbox && { sandbox }),
    timeoutMs: 20_000,
    graceMs: 300,
    signal: never,
    kill: never,
    onStarted: () => {},
    onOutput: (chunk) => {
      output += Buffer.from(chunk).toString();
    },
  });
  return { code, output };
}

const sandbox = (rights: boolean): Sandbox => ({
  network: false,
  home: false,
  readable: [folder, join(process.execPath, "../..")],
  writable: [],
  protected: [],
  hidden: [],
  rights,
  serves: false,
});

describe("secrets of a job are files in memory, and in no environment and no argument", () => {
  it.skipIf(level.driver === "none").each([true, false])(
    "in a sandbox, setuid allowed: %s",
    async (rights) => {
      const { code, output } = await run(sandbox(rights), false);
      expect({ code, output }).toEqual({
        code: 0,
        output: "on tmpfs\nmode 400\nat /run/clockwork/secrets/TOKEN\n",
      });
      expect(existsSync("/run/clockwork/secrets")).toBe(false);
    },
  );

  it.each([true, false])("without one, with the container engine: %s", async (usesEngine) => {
    const { code, output } = await run(undefined, usesEngine);
    const [, path = ""] = /^at (.*)$/m.exec(output) ?? [];
    expect({ code, output }).toEqual({ code: 0, output: `on tmpfs\nmode 400\nat ${path}\n` });
    expect(path).not.toBe("");
    expect(existsSync(join(path, ".."))).toBe(false);
  });

  it("a job that cannot be started leaves none", async () => {
    const before = left();
    const never = new AbortController().signal;
    const spec = { marker: {}, usesEngine: true, timeoutMs: 1, graceMs: 1, signal: never, kill: never };
    const failing = jobs.run({
      ...spec,
      argv: ["/nowhere/program"],
      cwd: "/nowhere",
      env: {},
      secrets: { A: "secret" },
      onStarted: () => {},
      onOutput: () => {},
    });
    await expect(failing).rejects.toThrow("ENOENT");
    expect(left()).toEqual(before);
  });
});

const shared = "/dev/shm";
const left = (): string[] => readdirSync(memory).filter((name) => name.startsWith("clockwork-secrets-"));
const session = process.env["XDG_RUNTIME_DIR"];
const memory = session && existsSync(session) && statfsSync(session).type === tmpfs ? session : shared;

it("what a process left that was killed is removed, what one of us uses is not", async () => {
  const table = processTable(process.platform);
  const [, namespace = ""] = /(\d+)/.exec(String(await jobs.self().then((self) => self.pidNamespace))) ?? [];
  const { startTime } = await jobs.self();
  const made = [
    [`clockwork-secrets-${namespace}.${process.pid}.1-aaaaaa`, false],
    [`clockwork-secrets-${namespace}.999999999.77-aaaaaa`, false],
    [`clockwork-secrets-${namespace}.${process.pid}.${startTime}-aaaaaa`, true],
    // Of another container that shares the folder.
    ["clockwork-secrets-1.999999999.77-aaaaaa", true],
  ] as const;
  try {
    for (const [name] of made) mkdirSync(join(memory, name));
    await removeAbandoned(table);
    expect(made.map(([name]) => existsSync(join(memory, name)))).toEqual(made.map(([, stays]) => stays));
  } finally {
    for (const [name] of made) rmSync(join(memory, name), { recursive: true, force: true });
  }
});
