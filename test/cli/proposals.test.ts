import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ArtifactRecord, ProposalRecord } from "../../server/src/protocol.ts";
import { type CliResult, cli, stackFolder } from "../support/cli.ts";

const script = "scripts/ensure_directory.z.mjs";
const step = "ensure_directory.z";
const stackWith = (path: string, mode: string): string =>
  `resource "directory" "z" {\n  path = "${path}"\n  mode = "${mode}"\n}\n`;

/** A stack whose artifact a person edited: PATH, which the next compiler's text changes too, and a comment at the end. */
async function edited() {
  const cwd = await stackFolder({ "main.cw": stackWith("z", "0755") });
  const run = (...args: string[]): Promise<CliResult> => cli(args, { cwd });
  const file = join(cwd, ".clockwork/build", script);
  expect((await run("build")).code).toBe(0);
  const generated = await readFile(file, "utf8");
  const mine = `${generated.replace('const PATH = "z"', 'const PATH = "mine"')}// mine\n`;
  await writeFile(file, mine);
  return {
    cwd,
    run,
    generated,
    mine,
    text: () => readFile(file, "utf8"),
    write: (text: string) => writeFile(file, text),
    remove: () => rm(file),
    change: (path: string) => writeFile(join(cwd, "main.cw"), stackWith(path, "0755")),
  };
}
type Stack = Awaited<ReturnType<typeof edited>>;

async function proposals({ run }: Stack): Promise<readonly ProposalRecord[]> {
  const { stdout } = await run("proposals", "list", "--json");
  return JSON.parse(stdout) as readonly ProposalRecord[];
}

async function conflict(): Promise<Stack & { readonly proposal: ProposalRecord }> {
  const stack = await edited();
  await stack.change("new");
  const { code, stdout, stderr } = await stack.run("build");
  expect(code).toBe(1);
  expect(stdout).toContain(`! .clockwork/build/${script}  (yours kept, the new version is a proposal)`);
  expect(stderr).toContain("error[build-conflict]");
  expect(await stack.text()).toBe(stack.mine);
  const [proposal] = await proposals(stack);
  if (!proposal) throw new Error("no proposal");
  return { ...stack, proposal };
}

describe("a build over an edited artifact", () => {
  it("keeps the edit when nothing else changes, and merges what does not touch it", async () => {
    const stack = await edited();
    expect(await stack.run("build", "--force")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("yours, kept"),
    });
    await writeFile(join(stack.cwd, "main.cw"), stackWith("z", "0700"));
    const text = (await stack.text()).replace('const PATH = "mine"', 'const PATH = "z"');
    await stack.write(text);
    expect(await stack.run("build")).toMatchObject({ code: 0, stdout: expect.stringContaining("merged") });
    expect(await stack.text()).toBe(text.replace("0o755", "0o700"));
  });

  it("exits 1 over a conflict, also the second time, and apply goes no further", async () => {
    const stack = await conflict();
    expect((await stack.run("build")).code).toBe(1);
    expect(await proposals(stack)).toEqual([stack.proposal]);
    expect(await stack.run("apply", "--yes")).toMatchObject({ code: 1 });
    expect(await stack.text()).toBe(stack.mine);
  });

  it("--keep-mine decides for the person's lines", async () => {
    const stack = await edited();
    await stack.change("new");
    expect(await stack.run("build", "--keep-mine")).toMatchObject({ code: 0, stderr: "" });
    expect(await stack.text()).toBe(stack.mine);
    expect(await proposals(stack)).toEqual([]);
    expect(await stack.run("build")).toMatchObject({
      code: 0,
      stdout: "Nothing to build: every step has its artifact.\n",
    });
  });

  it("--take-theirs decides for the compiler's, and the person's version can be had back", async () => {
    const stack = await edited();
    await stack.change("new");
    const built = await stack.run("build", "--take-theirs");
    expect(built).toMatchObject({
      code: 0,
      stdout: `* .clockwork/build/${script}  (the compiler's; yours is a proposal now)\n`,
    });
    expect(await stack.text()).toBe(`${stack.generated.replace('"z";', '"new";')}// mine\n`);
    const [kept] = await proposals(stack);
    expect(kept).toMatchObject({ reason: "replaced", path: script, proposed: stack.mine });
    expect(
      (await stack.run("proposals", "approve", kept?.id ?? "", "--seen", kept?.version ?? "")).code,
    ).toBe(0);
    expect(await stack.text()).toBe(stack.mine);
  });

  it("takes one of --keep-mine and --take-theirs", async () => {
    const stack = await edited();
    const { code, stderr } = await stack.run("build", "--keep-mine", "--take-theirs");
    expect([code, stderr]).toEqual([1, expect.stringContaining("--take-theirs")]);
  });

  it("--regenerate writes one step anew, and keeps the person's version as a proposal", async () => {
    const stack = await edited();
    expect(await stack.run("build", "--regenerate", "ensure_directory.y")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Did you mean "${step}"?`),
    });
    expect(await stack.run("build", "--regenerate", step)).toMatchObject({ code: 0 });
    expect(await stack.text()).toBe(stack.generated);
    expect(await proposals(stack)).toMatchObject([{ reason: "replaced", proposed: stack.mine }]);
  });
});

describe("proposals", () => {
  it("list and show say what there is, to people and programs", async () => {
    const { run, proposal, mine } = await conflict();
    expect(proposal).toMatchObject({ path: script, step, lang: "node", reason: "conflict", yours: mine });
    expect((await run("proposals", "list")).stdout).toBe(
      `${proposal.id}  ${script}  new from builtin, for ${step}\n`,
    );
    const shown = (await run("proposals", "show", proposal.id)).stdout;
    expect(shown).toContain('\n-const PATH = "mine";');
    expect(shown).toContain('\n+const PATH = "new";');
    expect(shown).not.toContain("+// mine");
    expect(JSON.parse((await run("proposals", "show", proposal.id, "--json")).stdout)).toEqual(proposal);
    expect(await run("proposals", "show", `${proposal.id.slice(0, 15)}x`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(proposal.id),
    });
  });

  it("approve takes what is proposed, once", async () => {
    const stack = await conflict();
    const { id } = stack.proposal;
    expect(await stack.run("proposals", "approve", id)).toEqual({
      code: 0,
      stdout: `.clockwork/build/${script}: written\n`,
      stderr: "",
    });
    expect(await stack.text()).toBe(stack.proposal.proposed);
    expect(await stack.run("proposals", "list")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "There are no proposals.\n",
    });
    expect((await stack.run("proposals", "approve", id)).code).toBe(1);
    expect((await stack.run("build")).code).toBe(0);
  });

  it("approve --text - writes what a person made of it, if it passes the check", async () => {
    const stack = await conflict();
    const { id, version } = stack.proposal;
    const args = ["proposals", "approve", id, "--text", "-", "--seen", version];
    const refused = await cli([...args, "--json"], {
      cwd: stack.cwd,
      stdin: '// x\nimport "npm:left-pad";\n',
    });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      diagnostics: [{ code: "C-REMOTE", file: script, range: { start: { line: 2, column: 8 } } }],
    });
    expect(await stack.text()).toBe(stack.mine);
    const both = `${stack.proposal.proposed}// both\n`;
    expect((await cli(args, { cwd: stack.cwd, stdin: both })).code).toBe(0);
    expect(await stack.text()).toBe(both);
  });

  it("approve refuses a file that was changed since", async () => {
    const stack = await conflict();
    await stack.write(`${stack.mine}// later\n`);
    const { id } = stack.proposal;
    const { code, stderr } = await stack.run("proposals", "approve", id);
    expect([code, stderr]).toEqual([1, expect.stringContaining("error[proposal-outdated]")]);
    expect(await stack.text()).toBe(`${stack.mine}// later\n`);
  });

  it("reject keeps the person's version for good", async () => {
    const stack = await conflict();
    expect((await stack.run("proposals", "reject", stack.proposal.id)).code).toBe(0);
    expect(await stack.text()).toBe(stack.mine);
    expect((await stack.run("build")).code).toBe(0);
    expect(await proposals(stack)).toEqual([]);
  });
});

describe("show build", () => {
  it("says of each artifact where it comes from", async () => {
    const stack = await conflict();
    const { stdout } = await stack.run("show", "build");
    expect(stdout).toMatch(new RegExp(`^${script}\n {2}step +${step} \\(fingerprint [0-9a-f]{12}\\)\n`));
    expect(stdout).toContain("edited by you, and the compiler has a version that changes the same lines");
    expect(stdout).toContain(`proposal     ${stack.proposal.id}`);
    const records = JSON.parse((await stack.run("show", "build", "--json")).stdout) as ArtifactRecord[];
    expect(records).toMatchObject([
      { path: script, step, state: "conflicted", writer: "person", proposals: [stack.proposal.id] },
    ]);
    await stack.remove();
    expect((await stack.run("show", "build")).stdout).toContain("not there; a proposal waits");
  });

  it("says so when there is nothing", async () => {
    const cwd = await stackFolder({ "main.cw": stackWith("z", "0755") });
    expect(await cli(["show", "build"], { cwd })).toMatchObject({
      code: 0,
      stdout: "There are no artifacts yet: nothing has been built.\n",
    });
  });
});
