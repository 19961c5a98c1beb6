import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { EnvFacts } from "../../../server/src/intake/facts.ts";
import type { Json } from "../../../server/src/intake/value.ts";
import { ownership } from "../../../server/src/state/observe.ts";
import type { ResourceRecord } from "../../../server/src/state/state.ts";

const lineage = "6a5b7c1e-0000-4000-8000-000000000001";
const facts: EnvFacts = {
  os: "linux",
  arch: "x64",
  runtimes: {},
  engine: { name: "podman", path: "/usr/bin/podman", version: "5" },
};
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const recorded = (outputs: Record<string, string>, inputs: Record<string, Json> = {}): ResourceRecord => ({
  kind: "file",
  name: "x",
  inputs,
  outputs,
  dependsOn: [],
  steps: {},
  status: "ok",
});

interface Question {
  readonly name: string;
  readonly args: Record<string, Json>;
  readonly files?: Record<string, string>;
  /** Labels by kind and name. */
  readonly engine?: Record<string, Record<string, string> | null>;
  /** `clockwork.stack` in the clone's settings. */
  readonly clone?: string;
  readonly record?: ResourceRecord;
  readonly values?: Record<string, string>;
}

/** The diagnostic's message; undefined where the step may go on. */
async function ask(q: Question): Promise<string | undefined> {
  const host = memoryHost(q.files ?? {}, {
    run: (argv) => {
      if (argv[0] === "git") return q.clone === undefined ? { code: 1 } : { stdout: `${q.clone}\n` };
      const labels = q.engine?.[`${argv[1]} ${argv[3]}`];
      if (labels === undefined) return { code: 125, stderr: `Error: no such ${argv[1]}` };
      const thing =
        argv[1] === "container" || argv[1] === "image" ? { Config: { Labels: labels } } : { Labels: labels };
      return { stdout: JSON.stringify([{ Id: "1", ...thing }]) };
    },
  });
  const step = { name: q.name, args: q.args, id: `${q.name}.x`, resource: "thing.x" };
  const values = new Map(Object.entries(q.values ?? {}));
  const found = await ownership(host, facts, "/stack", lineage, step, q.record, values);
  if (found) {
    expect(found.code).toBe("not-ours");
    expect(found.hint).toBe(
      q.name.startsWith("remove_")
        ? "Use --adopt thing.x to remove it all the same."
        : "Apply with --adopt thing.x to take it over.",
    );
  }
  return found?.message.replace(/^thing\.x: /, "");
}

const ours = { "clockwork.stack": lineage };
const theirs = { "clockwork.stack": "else" };

describe.each(["ensure", "remove"])("%s", (verb) => {
  test.each(["network", "volume"])("%s: by its label", async (kind) => {
    const q = { name: `${verb}_${kind}`, args: { name: "n-${X}" }, values: { X: "1" } };
    const message = `the ${kind} n-1 exists and was not made by this stack`;
    expect(await ask(q)).toBeUndefined();
    expect(await ask({ ...q, engine: { [`${kind} n-1`]: ours } })).toBeUndefined();
    expect(await ask({ ...q, engine: { [`${kind} n-1`]: theirs } })).toBe(message);
    expect(await ask({ ...q, engine: { [`${kind} n-1`]: null } })).toBe(message);
  });

  test("service: a container by both its labels, a process never", async () => {
    const q = {
      name: `${verb}_service`,
      args: { nameVar: "N", imageVar: "I" },
      values: { N: "web", I: "a" },
    };
    const config = { "clockwork.config": "h" };
    expect(await ask(q)).toBeUndefined();
    expect(await ask({ ...q, engine: { "container web": { ...ours, ...config } } })).toBeUndefined();
    const message = "the container web exists and was not made by this stack";
    expect(await ask({ ...q, engine: { "container web": ours } })).toBe(message);
    expect(await ask({ ...q, engine: { "container web": { ...theirs, ...config } } })).toBe(message);
    const command = { name: "web", command: ["node"] };
    expect(await ask({ ...q, args: command, engine: { "container web": theirs } })).toBeUndefined();
  });

  test("image: by the label of each of its names", async () => {
    const name = verb === "ensure" ? "build_image" : "remove_image";
    const engine = { "image a:1": ours, "image a:2": theirs };
    const message = "the image a:2 exists and was not made by this stack";
    expect(await ask({ name, args: { tags: ["a:1"] }, engine })).toBeUndefined();
    expect(await ask({ name, args: { tags: ["a:1", "a:${V}"] }, values: { V: "2" }, engine })).toBe(message);
    expect(await ask({ name, args: { tagsVar: "T" }, values: { T: '["a:2"]' }, engine })).toBe(message);
  });

  test("repository: by the mark in its settings, or recorded without another's mark", async () => {
    const name = verb === "ensure" ? "fetch_repo" : "remove_repo";
    const files = { "/stack/.clockwork/repos/x/a": "" };
    const q = { name, args: { url: "u" }, files };
    const record = recorded({ workdir: "/stack/.clockwork/repos/x" });
    const message = "the folder .clockwork/repos/x exists and was not made by this stack";
    expect(await ask({ ...q, files: {} })).toBeUndefined();
    expect(await ask({ ...q, clone: lineage })).toBeUndefined();
    expect(await ask(q)).toBe(message);
    expect(await ask({ ...q, record })).toBeUndefined();
    expect(await ask({ ...q, record, clone: "else" })).toBe(message);
    expect(await ask({ ...q, record: recorded({ workdir: "/elsewhere" }) })).toBe(message);
    const atPath = { ...q, args: { url: "u", path: "lib" }, files: { "/stack/lib": "a file" } };
    expect(await ask(atPath)).toBe("lib exists and is not a clone of ours");
  });
});

describe("file", () => {
  const ensure = (more: Partial<Question>): Promise<string | undefined> =>
    ask({ name: "ensure_file", args: { path: "a", content: "new $${x} ${V}" }, values: { V: "1" }, ...more });

  test("nothing there, or what was recorded, or what is wanted", async () => {
    expect(await ensure({})).toBeUndefined();
    expect(await ensure({ files: { "/stack/a": "new ${x} 1" } })).toBeUndefined();
    const record = recorded({ path: "/stack/a", sha256: sha256("old") });
    expect(await ensure({ files: { "/stack/a": "old" }, record })).toBeUndefined();
  });

  test("somebody's, or changed by somebody, or another's recorded path", async () => {
    const files = { "/stack/a": "theirs" };
    expect(await ensure({ files })).toBe("the file a exists and was not made by this stack");
    const record = recorded({ path: "/stack/a", sha256: sha256("old") });
    expect(await ensure({ files, record })).toBe("the file a was changed since it was made");
    const moved = recorded({ path: "/stack/b", sha256: sha256("theirs") });
    expect(await ensure({ files, record: moved })).toBe("the file a exists and was not made by this stack");
    expect(await ensure({ files: { "/stack/a/b": "" } })).toBe("a exists and is not the file that was made");
  });

  test("a source and content that come from elsewhere", async () => {
    const files = { "/stack/a": "same", "/stack/src": "same" };
    expect(await ensure({ files, args: { path: "a", source: "src" } })).toBeUndefined();
    expect(
      await ensure({ files, args: { pathVar: "P", contentVar: "C" }, values: { P: "a", C: "same" } }),
    ).toBeUndefined();
    expect(
      await ensure({ files, args: { pathVar: "P", contentVar: "C" }, values: { P: "a", C: "x" } }),
    ).toContain("exists");
  });

  test("removed only with the recorded content", async () => {
    const files = { "/stack/a": "old" };
    const q = { name: "remove_file", args: { path: "a" }, files };
    expect(
      await ask({ ...q, record: recorded({ path: "/stack/a", sha256: sha256("old") }) }),
    ).toBeUndefined();
    expect(await ask({ ...q, record: recorded({}, { path: "a", content: "old" }) })).toBeUndefined();
    expect(await ask({ ...q, record: recorded({ path: "/stack/a", sha256: sha256("x") }) })).toBe(
      "the file a was changed since it was made",
    );
    expect(await ask(q)).toBe("the file a exists and was not made by this stack");
    expect(await ask({ ...q, files: {} })).toBeUndefined();
  });
});

test("a folder is ours when recorded, and anybody's when empty", async () => {
  const ensure = { name: "ensure_directory", args: { path: "d" } };
  const full = { "/stack/d/x": "" };
  const record = recorded({ path: "/stack/d" });
  expect(await ask(ensure)).toBeUndefined();
  expect(await ask({ ...ensure, files: full, record })).toBeUndefined();
  expect(await ask({ ...ensure, files: full })).toBe(
    "the folder d exists, is not empty and was not made by this stack",
  );
  expect(await ask({ ...ensure, files: { "/stack/d": "" } })).toBe("d exists and is not a folder");
  const remove = { name: "remove_directory", args: { path: "d" }, files: full };
  expect(await ask({ ...remove, record })).toBeUndefined();
  expect(await ask(remove)).toBe("the folder d was not made by this stack");
});

test("steps that make and remove nothing are never asked about", async () => {
  for (const name of ["run_task", "run_task_destroy", "verify_http", "ensure_cdn_rule"]) {
    expect(await ask({ name, args: { path: "a" }, files: { "/stack/a": "" } })).toBeUndefined();
  }
});
