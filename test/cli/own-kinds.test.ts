import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CliResult, cli, stackFolder, startedSteps, stateOf } from "../support/cli.ts";

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The example, and how to run commands in it and change its text. */
async function example() {
  const cwd = await stackFolder({ example: "signing-key" });
  const file = join(cwd, "main.cw");
  const run = (...args: string[]) => cli(args, { cwd });
  const edit = async (change: (text: string) => string) => {
    const before = await readFile(file, "utf8");
    const after = change(before);
    expect(after).not.toBe(before);
    await writeFile(file, after);
  };
  const apply = () => run("apply", "--yes", "--json");
  return { cwd, run, edit, apply };
}

const without = (block: string) => (text: string) => {
  const start = text.indexOf(block);
  return text.slice(0, start) + text.slice(text.indexOf("\n}\n", start) + 3);
};

function succeeded(result: CliResult): string[] {
  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  return startedSteps(result);
}

describe("a kind that the stack defines", () => {
  it("is planned, applied, verified and remembered; the second apply has nothing to do", async () => {
    const { cwd, run, apply } = await example();
    const plan = JSON.parse((await run("plan", "--json")).stdout);
    expect(plan.steps[0]).toEqual({
      name: "ensure_signing_key",
      args: { path: "nightly-keys", owner: "nightly@example.com", bits: 2048 },
      id: "ensure_signing_key.nightly",
      provides: {
        public_key: "SIGNING_KEY_NIGHTLY_PUBLIC_KEY",
        fingerprint: "SIGNING_KEY_NIGHTLY_FINGERPRINT",
      },
      resource: "signing_key.nightly",
    });
    expect(succeeded(await apply())).toEqual([
      "ensure_signing_key.nightly",
      "ensure_signing_key.release",
      "verify_signing_key.nightly",
      "verify_signing_key.release",
    ]);
    expect(await readFile(join(cwd, "release-keys/owner.txt"), "utf8")).toBe("release@example.com\n");
    const { outputs } = (await stateOf(cwd)).resources["signing_key.release"] ?? {};
    expect(outputs?.["public_key"]).toBe("release-keys/public.pem");
    expect(outputs?.["fingerprint"]).toMatch(/^[0-9a-f]{64}$/);
    expect(succeeded(await apply())).toEqual([]);
    expect((await run("apply", "--yes")).stdout).toContain("Nothing to do");
  });

  it("is verified alone, and a failed check is seen", async () => {
    const { cwd, run, apply } = await example();
    succeeded(await apply());
    expect((await run("verify")).code).toBe(0);
    await writeFile(join(cwd, "release-keys/public.pem"), "another");
    const failed = await run("verify", "--json");
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain("release-keys/public.pem is another key");
  });

  it("runs the steps of what was edited alone, and replaces what cannot be changed in place", async () => {
    const { cwd, edit, apply } = await example();
    succeeded(await apply());
    const key = await readFile(join(cwd, "release-keys/public.pem"), "utf8");
    await edit((text) => text.replace('"release@example.com"', '"me@example.com"'));
    const steps = ["ensure_signing_key.release", "verify_signing_key.release"];
    expect(succeeded(await apply())).toEqual(steps);
    expect(await readFile(join(cwd, "release-keys/owner.txt"), "utf8")).toBe("me@example.com\n");
    expect(await readFile(join(cwd, "release-keys/public.pem"), "utf8")).toBe(key);
    await edit((text) => text.replace('"me@example.com"\n', '"me@example.com"\n  bits  = 1024\n'));
    expect(succeeded(await apply())).toEqual(["remove_signing_key.release", ...steps]);
    expect(await readFile(join(cwd, "release-keys/public.pem"), "utf8")).not.toBe(key);
  });

  it("runs again when its script changes, but not when only the way to remove it does", async () => {
    const { cwd, edit, apply, run } = await example();
    succeeded(await apply());
    await edit((text) => text.replace("rmdir", "echo gone > last.txt\n      rmdir"));
    expect(succeeded(await apply())).toEqual([]);
    await edit((text) => text.replace('"made a key', '"there is a key'));
    expect((await run("plan")).stdout).toContain("the kind signing_key changed");
    expect(succeeded(await apply())).toHaveLength(4);
    await edit((text) => text.replace("is another key", "is not the key"));
    expect(succeeded(await apply())).toEqual(["verify_signing_key.nightly", "verify_signing_key.release"]);
    await rm(join(cwd, "main.cw"));
    await writeFile(join(cwd, "empty.cw"), "");
    expect(succeeded(await apply())).toHaveLength(2);
    expect(await exists(join(cwd, "last.txt"))).toBe(true);
  });

  it("is looked at by its own script", async () => {
    const { cwd, run, apply } = await example();
    succeeded(await apply());
    expect((await run("refresh")).stdout).toContain("No drift");
    await writeFile(join(cwd, "release-keys/owner.txt"), "somebody");
    await rm(join(cwd, "nightly-keys"), { recursive: true });
    expect(JSON.parse((await run("refresh", "--json")).stdout)).toEqual([
      { address: "signing_key.nightly", status: "gone", detail: "the key is gone" },
      { address: "signing_key.release", status: "changed", detail: "it has another owner" },
    ]);
    const mended = await run("apply", "--yes", "--json", "--refresh");
    expect(succeeded(mended)).toContain("ensure_signing_key.nightly");
    expect(await readFile(join(cwd, "release-keys/owner.txt"), "utf8")).toBe("release@example.com\n");
    expect(await readdir(join(cwd, ".clockwork/work"))).toEqual(["home"]);
  });

  it("is removed when its block goes, with or without the kind's", async () => {
    const { cwd, edit, apply } = await example();
    succeeded(await apply());
    await edit(without('resource "signing_key" "nightly"'));
    expect(succeeded(await apply())).toEqual(["remove_signing_key.nightly"]);
    expect(await exists(join(cwd, "nightly-keys"))).toBe(false);
    await writeFile(join(cwd, "main.cw"), "");
    expect(succeeded(await apply())).toEqual(["remove_signing_key.release"]);
    expect(await exists(join(cwd, "release-keys"))).toBe(false);
    expect((await stateOf(cwd)).resources).toEqual({});
  });

  it("is destroyed, also when its files have mistakes", async () => {
    const { cwd, edit, apply, run } = await example();
    succeeded(await apply());
    await edit((text) => text.replace('lang    = "bash"', 'lang    = "fish"'));
    const destroyed = await run("destroy", "--yes");
    expect(destroyed.code).toBe(0);
    expect(await exists(join(cwd, "release-keys"))).toBe(false);
    expect(await exists(join(cwd, "nightly-keys"))).toBe(false);
  });
});

describe("a kind without a script to remove its resources", () => {
  const kind = `kind "note" {
  attribute "text" {
    type = list(string)
  }
  script "ensure" {
    lang    = "bash"
    content = "printf '%s\\n' \\"$CW_TEXT\\" >note.txt"
  }
  capabilities {
    writes = ["note.txt"]
  }
}
`;
  const note = 'resource "note" "a" {\n  text = ["one", "two"]\n}\n';

  it("has them forgotten, and the plan says so", async () => {
    const cwd = await stackFolder({ "main.cw": kind + note });
    expect(succeeded(await cli(["apply", "--yes", "--json"], { cwd }))).toEqual(["ensure_note.a"]);
    expect(await readFile(join(cwd, "note.txt"), "utf8")).toBe('["one","two"]\n');
    for (const left of [kind, ""]) {
      await writeFile(join(cwd, "main.cw"), left);
      expect((await cli(["plan"], { cwd })).stdout).toContain("no script to remove it");
    }
    expect((await cli(["apply", "--yes"], { cwd })).code).toBe(0);
    expect((await stateOf(cwd)).resources).toEqual({});
    expect(await exists(join(cwd, "note.txt"))).toBe(true);
  });
});

it("a kind without scripts is planned, and refused at its block by the built-in compiler", async () => {
  const cwd = await stackFolder({
    "main.cw": 'kind "note" {\n  guide = "Write a note."\n}\nresource "note" "a" {}\n',
  });
  expect((await cli(["plan"], { cwd })).stdout).toContain("ensure_note.a");
  const built = await cli(["build"], { cwd });
  expect(built.code).toBe(1);
  expect(built.stderr).toContain("error[no-template]: ensure_note.a has no script");
  expect(built.stderr).toContain("main.cw:1:1");
});
