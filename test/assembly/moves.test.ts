import { describe, expect, it } from "vitest";
import { absolute } from "../../server/src/diagnostics/span.ts";
import type { Planned } from "./world.ts";
import { World } from "./world.ts";

const moved = (from: string, to: string): string => `moved {\n  from = ${from}\n  to   = ${to}\n}\n`;
const removed = (from: string, destroy: boolean): string =>
  `removed {\n  from = ${from}\n  lifecycle {\n    destroy = ${destroy}\n  }\n}\n`;
const file = (name: string, path = name, further = ""): string =>
  `resource "file" "${name}" {\n  path    = "${path}"\n  content = "x"\n${further}}\n`;

const actions = (planned: Planned) =>
  Object.fromEntries(
    planned.plan.changes.flatMap((c) =>
      c.action === "none" ? [] : [[c.address, `${c.action}: ${c.reason}`]],
    ),
  );
const steps = (planned: Planned) => planned.plan.actions.steps.map((s) => s.id);

/** Applies one stack after the other and gives the last plan; afterwards nothing is left to do. */
async function turned(before: string, now: string): Promise<{ planned: Planned; world: World }> {
  const world = new World();
  await world.apply(before);
  const planned = await world.apply(now);
  expect(actions(await world.plan(now))).toEqual({});
  await world.checkTruth(now);
  return { planned, world };
}

describe("what has moved", () => {
  it("is the same thing: no step, no destroy", async () => {
    const { planned } = await turned(file("a"), `${file("b", "a")}${moved("file.a", "file.b")}`);
    expect(actions(planned)).toEqual({ "file.b": "move: from file.a" });
    expect(steps(planned)).toEqual([]);
  });

  it("goes along a chain, and from anywhere on it", async () => {
    const now = `${file("c", "a")}${moved("file.a", "file.b")}${moved("file.b", "file.c")}`;
    expect(actions((await turned(file("a"), now)).planned)).toEqual({ "file.c": "move: from file.a" });
    expect(actions((await turned(file("b", "a"), now)).planned)).toEqual({ "file.c": "move: from file.b" });
    expect(actions((await turned("", now)).planned)).toEqual({ "file.c": "create: not in the state" });
  });

  it("is updated under its new address when it changes too", async () => {
    const now = `${file("b", "a").replace('"x"', '"y"')}${moved("file.a", "file.b")}`;
    const { planned } = await turned(file("a"), now);
    expect(planned.plan.changes).toMatchObject([
      { address: "file.b", action: "update", reason: "content changed", movedFrom: "file.a" },
    ]);
    expect(steps(planned)).toEqual(["ensure_file.b"]);
  });

  it("goes when the files do not have its new address", async () => {
    const { planned } = await turned(file("a"), moved("file.a", "file.b"));
    expect(actions(planned)).toEqual({
      "file.b": "delete: file.a has moved here, and the files do not have this",
    });
  });

  it("takes references, run-time names, computed values and checks along", async () => {
    const stack = (repository: string, service: string): string => `
resource "repository" "${repository}" { url = "u" }
resource "image" "i" {
  context = repository.${repository}.workdir
  tags    = ["t"]
}
resource "service" "${service}" {
  image = image.i.ref
  port  = 80
  env   = { COMMIT = "at \${repository.${repository}.commit}", UP = upper(repository.${repository}.commit) }
  health_check {}
}
resource "file" "f" {
  path    = "f"
  content = service.${service}.url
}
verify "http" "up" { url = "\${service.${service}.url}/x" }
verify "http" "odd" { url = replace(service.${service}.url, "a", "a") }
`;
    const now = `${stack("code", "front")}${moved("repository.app", "repository.code")}${moved("service.web", "service.front")}`;
    const { planned } = await turned(stack("app", "web"), now);
    expect(actions(planned)).toEqual({
      "repository.code": "move: from repository.app",
      "service.front": "move: from service.web",
    });
    expect(steps(planned)).toEqual([]);
  });

  it("keeps the name and folder that its old address gave it, also once the block is gone, until it goes", async () => {
    const stack = (name: string, further = ""): string =>
      `resource "service" "${name}" {\n  command = ["x"]\n${further}}\nresource "repository" "${name}" { url = "u" }\nresource "file" "n" {\n  path    = "n"\n  content = "\${service.${name}.name} \${repository.${name}.path}"\n}\n`;
    const world = new World();
    await world.apply(
      stack("web")
        .replace("repository.web.path", '".clockwork/repos/web"'.replaceAll('"', ""))
        .replace("${.clockwork/repos/web}", ".clockwork/repos/web"),
    );
    const renamed = `${stack("front")}${moved("service.web", "service.front")}${moved("repository.web", "repository.front")}`;
    expect(actions(await world.apply(renamed))).toEqual({
      "service.front": "move: from service.web",
      "repository.front": "move: from repository.web",
    });
    expect(actions(await world.apply(stack("front")))).toEqual({});
    const changed = stack("front", "  port = 80\n");
    expect((await world.apply(changed)).plan.actions.steps).toMatchObject([
      { id: "ensure_service.front", args: { name: "web" } },
    ]);
    expect(actions(await world.apply(stack("front")))).toMatchObject({
      "service.front": "update: ports changed",
    });
    const named = stack("front", '  name = "other"\n');
    expect(actions(await world.apply(named))).toMatchObject({
      "service.front": "replace: name changed, which cannot be done in place",
    });
    const back = await world.apply(stack("front"));
    expect(back.desired.get("service.front")?.inputs()["name"]).toBe("front");
  });

  it("is not confused with a new thing of the old name", async () => {
    const service = (name: string): string => `resource "service" "${name}" { command = ["x"] }\n`;
    const world = new World();
    await world.apply(service("web"));
    const both = `${service("front")}${service("other")}${moved("service.web", "service.front")}`;
    await world.apply(both);
    await expect(world.apply(`${service("front")}${service("web")}`)).rejects.toThrow(
      "service.web and service.front both want the service name web",
    );
  });

  it("leaves what is in its way, and says so", async () => {
    const world = new World();
    await world.apply(`${file("a")}${file("b")}`);
    const planned = await world.apply(`${file("b")}${moved("file.a", "file.b")}`);
    expect(actions(planned)).toEqual({ "file.a": "delete: no longer in the files" });
    expect(planned.told.map((d) => [d.code, d.message])).toEqual([
      ["move-blocked", "file.a cannot move to file.b: the state has something there already"],
    ]);
  });

  it("cannot be left out of a plan for some targets", async () => {
    const world = new World();
    await world.apply(`${file("a")}${file("c")}`);
    const now = `${file("b", "a")}${file("c")}${moved("file.a", "file.b")}`;
    await expect(world.plan(now, { targets: ["file.c"] })).rejects.toThrow(
      "excluded-move: file.a has moved to file.b, which --target leaves out",
    );
    expect(actions(await world.plan(now, { targets: ["file.b"] }))).toEqual({
      "file.b": "move: from file.a",
    });
  });

  it("is destroyed under its new address", async () => {
    const world = new World();
    await world.apply(file("a"));
    const planned = await world.apply(`${file("b", "a")}${moved("file.a", "file.b")}`, { destroy: true });
    expect(steps(planned)).toEqual(["remove_file.b"]);
    expect(world.state?.resources).toEqual({});
  });

  it("stays tainted when it was", async () => {
    const world = new World();
    await world.apply(file("a"), {}, () => true);
    const planned = await world.apply(`${file("b", "a")}${moved("file.a", "file.b")}`);
    expect(actions(planned)).toEqual({ "file.b": "update: its last run did not succeed" });
    await world.checkTruth(file("b", "a"));
  });
});

describe("a removed block", () => {
  it("forgets without removing", async () => {
    const world = new World();
    await world.apply(`${file("a")}${file("b")}`);
    const planned = await world.apply(`${file("b")}${removed("file.a", false)}`);
    expect(actions(planned)).toEqual({ "file.a": "forget: a removed block leaves it as it is" });
    expect(steps(planned)).toEqual([]);
    expect(Object.keys(world.state?.resources ?? {})).toEqual(["file.b"]);
  });

  it("removes, as Terraform's default is", async () => {
    const world = new World();
    await world.apply(file("a"));
    const planned = await world.apply("removed {\n  from = file.a\n}\n");
    expect(actions(planned)).toEqual({ "file.a": "delete: a removed block names it" });
    expect(steps(planned)).toEqual(["remove_file.a"]);
  });

  it("finds what has moved, and holds for destroy too", async () => {
    const world = new World();
    await world.apply(file("a"));
    const now = `${moved("file.a", "file.b")}${removed("file.b", false)}`;
    expect(actions(await world.plan(now))).toEqual({
      "file.b": "forget: a removed block leaves it as it is",
    });
    expect(actions(await world.plan(now, { destroy: true }))).toMatchObject({
      "file.b": /^forget/ as unknown,
    });
  });
});

describe("prevent_destroy", () => {
  const kept = file("a", "a", "  lifecycle {\n    prevent_destroy = true\n  }\n");

  it("refuses a plan that replaces or destroys, at its place", async () => {
    const world = new World();
    await world.apply(kept);
    await expect(world.plan(kept.replace('"a"\n  content', '"b"\n  content'))).rejects.toThrow(
      "prevent-destroy: file.a would be replaced, which removes it first (path changed, which cannot be done in place), and prevent_destroy forbids that",
    );
    await expect(world.plan(kept, { destroy: true })).rejects.toThrow(
      "file.a would be removed (the stack is destroyed), and prevent_destroy forbids that",
    );
    expect(actions(await world.plan(kept.replace('"x"', '"y"')))).toEqual({
      "file.a": "update: content changed",
    });
  });

  it("protects no longer than its block stands, as in Terraform", async () => {
    const world = new World();
    await world.apply(kept);
    expect(actions(await world.plan(file("b")))).toMatchObject({
      "file.a": "delete: no longer in the files",
    });
  });

  it("marks the attribute", async () => {
    const world = new World();
    await world.apply(kept);
    const { ir } = await world.plan(kept);
    const span = ir.protections.get("file.a");
    const { start, end } = absolute(span as NonNullable<typeof span>);
    expect(kept.slice(start, end)).toBe("prevent_destroy = true");
  });
});

describe("ignore_changes", () => {
  const service = (body: string, ignored?: string): string =>
    `resource "service" "s" {\n  command = ["x"]\n${body}${ignored === undefined ? "" : `  lifecycle {\n    ignore_changes = ${ignored}\n  }\n`}}\n`;
  const env = (...pairs: readonly string[]): string => `  env = { ${pairs.join(", ")} }\n`;

  it("keeps what is recorded, also when something else changes", async () => {
    const world = new World();
    await world.apply(service(env('A = "1"')));
    const now = service(env('A = "2"', 'B = "3"'), "[env]");
    expect(actions(await world.apply(now))).toEqual({});
    const other = service(`${env('A = "2"')}  port = 80\n`, "[env]");
    const planned = await world.apply(other);
    expect(planned.plan.actions.steps[0]?.args).toMatchObject({ env: { A: "1" } });
    expect(planned.plan.changes[0]?.fields.map((f) => f.path)).toEqual(["ports"]);
    expect(actions(await world.plan(other))).toEqual({});
    await world.checkTruth(other);
    expect(actions(await world.plan(service(`${env('A = "2"')}  port = 80\n`)))).toEqual({
      "service.s": "update: env changed",
    });
  });

  it("keeps parts", async () => {
    const world = new World();
    const before = service(`${env('A = "1"', 'C = "c"')}  port = 80\n`);
    await world.apply(before);
    const now = service(`${env('A = "2"', 'B = "b"')}  port = 81\n`, '[env["A"], env.C, ports[0].external]');
    const planned = await world.apply(now);
    expect(planned.plan.actions.steps[0]?.args).toMatchObject({
      env: { A: "1", B: "b", C: "c" },
      ports: [{ external: 80, internal: 81 }],
    });
    expect(actions(await world.plan(now))).toEqual({});
  });

  it("of everything leaves the thing alone, but not what was never made", async () => {
    const world = new World();
    await world.apply(service(env('A = "1"'), "all"));
    expect(actions(await world.apply(service('  name = "other"\n  port = 1\n', "all")))).toEqual({});
    const all = file("f", "f", "  lifecycle {\n    ignore_changes = all\n  }\n");
    await world.apply(all);
    expect(actions(await world.plan(all.replace('"x"', '"y"')))).toEqual({});
  });

  it("of a reference hears nothing of what changes there", async () => {
    const world = new World();
    const stack = (ref: string): string =>
      `resource "repository" "r" {\n  url = "u"\n  ref = "${ref}"\n}\nresource "file" "f" {\n  path    = "f"\n  content = repository.r.commit\n  lifecycle {\n    ignore_changes = [content]\n  }\n}\nresource "image" "i" {\n  context = repository.r.workdir\n  tags    = ["t"]\n  lifecycle {\n    ignore_changes = [context]\n  }\n}\n`;
    await world.apply(stack("a"));
    const planned = await world.apply(stack("b"));
    expect(actions(planned)).toEqual({ "repository.r": "update: ref changed" });
    expect(actions(await world.plan(stack("b")))).toEqual({});
  });

  it("of a computed value keeps the value", async () => {
    const world = new World();
    const stack = (text: string, ignored: string): string =>
      `resource "task" "t" { command = ["x"] }\nresource "file" "f" {\n  path    = "f"\n  content = ${text}\n  mode    = "0600"\n  lifecycle {\n    ignore_changes = ${ignored}\n  }\n}\n`;
    await world.apply(stack("upper(task.t.stdout)", "[mode]"));
    expect(actions(await world.apply(stack("lower(task.t.stdout)", "[content]")))).toEqual({});
    expect(actions(await world.apply(stack('"plain"', "[content]")))).toEqual({});
  });
});

describe("replace_triggered_by", () => {
  const stack = (content: string, trigger: string): string =>
    `${file("a").replace('"x"', `"${content}"`)}${file("b", "b", `  lifecycle {\n    replace_triggered_by = [${trigger}]\n  }\n`)}`;

  it("replaces when what it names changes", async () => {
    for (const trigger of ["file.a", "file.a.content", "file.a.sha256"]) {
      const world = new World();
      await world.apply(stack("1", trigger));
      const planned = await world.apply(stack("2", trigger));
      expect(actions(planned)).toEqual({
        "file.a": "update: content changed",
        "file.b": `replace: ${trigger} changes, which replaces it`,
      });
      expect(steps(planned)).toEqual(["remove_file.b", "ensure_file.a", "ensure_file.b"]);
      expect(actions(await world.plan(stack("2", trigger)))).toEqual({});
    }
  });

  it("does nothing when another attribute changes, or when it is new", async () => {
    const world = new World();
    await world.apply(stack("1", "file.a.mode"));
    expect(actions(await world.apply(stack("2", "file.a.mode")))).toEqual({
      "file.a": "update: content changed",
    });
    await world.apply(file("b"));
    expect(actions(await world.plan(stack("2", "file.a")))).toEqual({ "file.a": "create: not in the state" });
  });
});
