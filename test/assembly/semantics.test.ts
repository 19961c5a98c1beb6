import { describe, expect, it } from "vitest";
import { assemble } from "../../server/src/assembly/assemble.ts";
import type { State } from "../../server/src/state/state.ts";
import { lineage, planText } from "../support/stack.ts";
import { World } from "./world.ts";

type Planned = Awaited<ReturnType<typeof planText>>;

const ids = (planned: Planned) => planned.plan.actions.steps.map((s) => s.id);
const changed = (planned: Planned) =>
  Object.fromEntries(
    planned.plan.changes
      .filter((c) => c.action !== "none")
      .map((c) => [c.address, `${c.action}: ${c.reason}`]),
  );

const service = (name: string, body: string) => `resource "service" "${name}" {\n${body}\n}\n`;
const run = 'command = ["run"]';

async function applied(text: string): Promise<World> {
  const world = new World();
  await world.apply(text);
  return world;
}

describe("a health check", () => {
  const web = (check: string) => service("web", `${run}\nport = 80\n${check}`);
  const app = service("app", `${run}\ndepends_on = [service.web]`);

  it("that is edited runs alone", async () => {
    const world = await applied(web('health_check { path = "/a" }') + app);
    const planned = await world.apply(web('health_check { path = "/b" }') + app);
    expect(ids(planned)).toEqual(["verify_http.web.health"]);
    expect(changed(planned)).toEqual({ "verify.http.web.health": "update: the check changed" });
    const patient = await world.apply(web('health_check {\n  path = "/b"\n  timeout = "9s"\n}') + app);
    expect(ids(patient)).toEqual(["verify_http.web.health"]);
  });

  it("that is removed leaves nothing behind, and nothing runs", async () => {
    const world = await applied(web("health_check {}") + app);
    expect(Object.keys(world.state?.verifies ?? {})).toEqual(["verify.http.web.health"]);
    expect(ids(await world.apply(web("") + app))).toEqual([]);
    expect(world.state?.verifies).toEqual({});
  });

  it("may refer to its own service, and to what waits for it", async () => {
    const text =
      service(
        "web",
        `${run}\nport = 80\nhealth_check { url = "\${service.proxy.url}/\${service.web.port}" }`,
      ) +
      service("proxy", `${run}\nport = 81\ndepends_on = [service.web]`) +
      service("last", `${run}\ndepends_on = [service.web]`);
    const planned = await planText(text);
    expect(planned.plan.actions.steps.map((s) => [s.id, s.needs])).toEqual([
      ["ensure_service.web", undefined],
      ["ensure_service.proxy", ["ensure_service.web"]],
      ["verify_http.web.health", ["ensure_service.web", "ensure_service.proxy"]],
      ["ensure_service.last", ["ensure_service.web", "verify_http.web.health"]],
    ]);
  });

  it("comes with its service when that is a target", async () => {
    const planned = await planText(web("health_check {}") + app, { targets: ["service.web"] });
    expect(ids(planned)).toEqual(["ensure_service.web", "verify_http.web.health"]);
  });

  it("asks the address that its port is bound to", async () => {
    const bound = `${run}\nport {\n  external = 80\n  internal = 80\n  host_ip = "10.0.0.1"\n}\nhealth_check {}`;
    const planned = await planText(service("web", bound));
    expect(planned.plan.actions.steps[1]?.args["url"]).toBe("http://10.0.0.1:80/");
  });
});

describe("a failure", () => {
  const file = (path: string, content: string) =>
    `resource "file" "f" {\n  path    = "${path}"\n  content = "${content}"\n}\n`;

  it("of a creation is tried again, and removed if it is no longer wanted", async () => {
    const world = new World();
    await world.apply(file("a", "1"), {}, () => true);
    expect(changed(await world.plan(file("a", "1")))).toEqual({
      "file.f": "update: its last run did not succeed",
    });
    expect(ids(await world.plan(file("b", "1")))).toEqual(["remove_file.f", "ensure_file.f"]);
    expect(ids(await world.plan(""))).toEqual(["remove_file.f"]);
  });

  it("of an update keeps showing the difference, also to what was there before", async () => {
    const world = await applied(file("a", "1"));
    await world.apply(file("a", "2"), {}, () => true);
    const again = await world.plan(file("a", "2"));
    expect(again.plan.changes[0]).toMatchObject({ action: "update", fields: [{ before: "1", after: "2" }] });
    expect(changed(await world.plan(file("a", "1")))).toEqual({
      "file.f": "update: its last run did not succeed",
    });
  });

  it("between the two halves of a replacement leaves a creation", async () => {
    const world = await applied(file("a", "1"));
    await world.apply(file("b", "1"), {}, (id) => id === "ensure_file.f");
    expect(world.state?.resources["file.f"]).toMatchObject({ status: "tainted", inputs: { path: "b" } });
    expect(ids(await world.plan(file("b", "1")))).toEqual(["ensure_file.f"]);
    await world.apply(file("b", "1"));
    await world.checkTruth(file("b", "1"));
  });

  it("of the first half leaves the replacement to be done", async () => {
    const world = await applied(file("a", "1"));
    await world.apply(file("b", "1"), {}, (id) => id === "remove_file.f");
    expect(ids(await world.plan(file("b", "1")))).toEqual(["remove_file.f", "ensure_file.f"]);
    expect(ids(await world.plan(file("a", "1")))).toEqual(["ensure_file.f"]);
  });
});

describe("a change of form", () => {
  it("replaces a service, since a container is no process", async () => {
    const world = await applied(service("s", run));
    const planned = await world.plan(service("s", 'image = "i"'));
    expect(changed(planned)).toEqual({
      "service.s": "replace: image changed, which cannot be done in place",
    });
    expect(ids(planned)).toEqual(["remove_service.s", "ensure_service.s"]);
  });

  it("cleans nothing up after a task", async () => {
    const task = (what: string) => `resource "task" "t" {\n  ${what}\n  on_destroy = ["drop"]\n}\n`;
    const world = await applied(task('command = ["x"]'));
    expect(ids(await world.plan(task('script = "x"')))).toEqual(["run_task.t"]);
  });
});

describe("a run-time value", () => {
  it("that may become another one reaches whoever was told of it, checks too", async () => {
    const text = (ref: string, port: number) => `
      resource "repository" "r" {
        url = "u"
        ref = "${ref}"
      }
      resource "file" "plain" {
        path    = "plain"
        content = repository.r.commit
      }
      resource "file" "computed" {
        path    = "computed"
        content = upper(repository.r.commit)
      }
      resource "file" "place" {
        path    = "place"
        content = repository.r.workdir
      }
      ${service("s", `${run}\nport = ${port}`)}
      resource "file" "url" {
        path    = "url"
        content = service.s.url
      }`;
    const world = await applied(text("a", 80));
    expect(ids(await world.plan(text("b", 80)))).toEqual([
      "fetch_repo.r",
      "ensure_file.computed",
      "ensure_file.plain",
    ]);
    expect(ids(await world.plan(text("a", 81)))).toEqual(["ensure_service.s", "ensure_file.url"]);
  });

  it("that changed while somebody was not told reaches them the next time", async () => {
    const task = (n: number) => `resource "task" "t" {\n  command = ["x${n}"]\n}\n`;
    const told = (name: string, how: string) =>
      `resource "file" "${name}" {\n  path    = "${name}"\n  content = ${how}\n}\n`;
    const files = told("plain", '"-${task.t.stdout}-"') + told("computed", "upper(task.t.stdout)");
    const place = 'resource "directory" "d" {\n  path = "${task.t.stdout}/d"\n}\n';
    const text = task(2) + files + place;
    const world = await applied(task(1) + files + place);
    await world.apply(text, { targets: ["task.t"] });
    const planned = await world.apply(text);
    expect(changed(planned)).toEqual({
      "directory.d": "replace: task.t has changed, and path cannot be changed in place",
      "file.computed": "update: content changed",
      "file.plain": "update: task.t has changed",
    });
    await world.checkTruth(text);
    expect(ids(await world.plan(text))).toEqual([]);
  });

  it("is followed by what is built from it, also when a run was cut off in between", async () => {
    const text = (ref: string) => `
      resource "repository" "r" {
        url = "u"
        ref = "${ref}"
      }
      resource "image" "i" {
        context = repository.r.workdir
        tags    = ["i:1"]
      }
      ${service("s", "image = image.i.ref")}`;
    const world = await applied(text("a"));
    await world.apply(text("b"), { targets: ["repository.r"] });
    const planned = await world.apply(text("b"), { targets: ["image.i"] });
    expect(changed(planned)).toEqual({ "image.i": "update: repository.r has changed" });
    expect(changed(await world.plan(text("b")))).toEqual({ "service.s": "update: image.i has changed" });
    await world.apply(text("b"));
    await world.checkTruth(text("b"));
    expect(ids(await world.plan(text("b")))).toEqual([]);
  });

  it("is recorded as what it was, whatever it looks like", async () => {
    // Sixteen digits are a commit as good as any, and no number.
    const text = `resource "task" "t" {\n  command = ["x"]\n}\nresource "file" "f" {\n  path = "f"\n  content = replace(task.t.stdout, "/.*/", "12")\n}\n`;
    const world = await applied(text);
    expect(world.state?.resources["file.f"]?.inputs["content"]).toEqual({ $computed: "12" });
    expect(ids(await world.plan(text))).toEqual([]);
  });

  it("that made a thing removes it, when its producer has changed or is gone", async () => {
    const task = (n: number) => `resource "task" "t" {\n  command = ["x${n}"]\n}\n`;
    const file = `resource "file" "f" {\n  path = "\${task.t.stdout}/f"\n  content = ""\n}\n`;
    const world = await applied(task(1) + file);
    await world.apply(task(2), { targets: ["task.t"] });
    await world.apply(task(2));
    expect(world.things.has("file.f")).toBe(false);
    const other = await applied(task(1) + file);
    const { "task.t": _, ...left } = other.state?.resources ?? {};
    if (other.state) other.state = { ...other.state, resources: left };
    other.things.delete("task.t");
    await other.apply("");
    expect([...other.things]).toEqual([]);
  });

  it("of an edited expression runs a check again", async () => {
    const text = (suffix: string) =>
      `${service("s", `${run}\nport = 80`)}verify "http" "up" {\n  url = "\${lower(service.s.url)}${suffix}"\n}\n`;
    const world = await applied(text("/a"));
    expect(ids(await world.plan(text("/a")))).toEqual([]);
    expect(ids(await world.plan(text("/b")))).toEqual(["verify_http.up"]);
  });
});

describe("targets", () => {
  const chain =
    'resource "directory" "b" {\n  path = "b"\n}\nresource "file" "a" {\n  path = "a"\n  content = directory.b.path\n}\n';

  it("of removals take the removals of their dependants along", async () => {
    const world = await applied(chain);
    expect(ids(await world.plan("", { targets: ["directory.b"] }))).toEqual([
      "remove_file.a",
      "remove_directory.b",
    ]);
    expect(ids(await world.plan("", { targets: ["file.a"] }))).toEqual(["remove_file.a"]);
  });

  it("do not remove what they no longer need", async () => {
    const world = await applied(chain);
    const alone = 'resource "file" "a" {\n  path = "a"\n  content = "alone"\n}\n';
    expect(ids(await world.plan(alone, { targets: ["file.a"] }))).toEqual(["ensure_file.a"]);
  });

  it("of a destroy are what depends on them, as it was recorded", async () => {
    const world = await applied(chain);
    expect(ids(await world.plan(chain, { targets: ["directory.b"], destroy: true }))).toEqual([
      "remove_file.a",
      "remove_directory.b",
    ]);
    expect(ids(await world.plan(chain, { targets: ["file.a"], destroy: true }))).toEqual(["remove_file.a"]);
  });
});

describe("what only one can hold", () => {
  const on = (name: string, port: number, more = "") => service(name, `${run}\nport = ${port}\n${more}`);

  it("goes from one service to the next in an order that works", async () => {
    const world = await applied(on("a", 1) + on("b", 2) + on("c", 3));
    expect(ids(await world.apply(on("a", 2) + on("b", 3) + on("c", 4)))).toEqual([
      "ensure_service.c",
      "ensure_service.b",
      "ensure_service.a",
    ]);
  });

  it("is exchanged by replacing one of the two", async () => {
    const world = await applied(on("a", 1) + on("b", 2));
    const planned = await world.apply(on("a", 2) + on("b", 1));
    expect(changed(planned)).toEqual({
      "service.a": "replace: service.b takes its port 1/tcp",
      "service.b": "update: ports changed",
    });
    expect(ids(planned)).toEqual(["remove_service.a", "ensure_service.b", "ensure_service.a"]);
  });

  it("is handed on against the dependencies by replacing", async () => {
    const world = await applied(on("a", 1) + on("b", 2, "depends_on = [service.a]"));
    const planned = await world.apply(on("a", 2) + on("b", 3, "depends_on = [service.a]"));
    expect(ids(planned)).toEqual(["remove_service.b", "ensure_service.a", "ensure_service.b"]);
  });

  it("is a path however it is written, and what lies beneath it", async () => {
    const file = (name: string, path: string) =>
      `resource "file" "${name}" {\n  path = "${path}"\n  content = ""\n}\n`;
    const world = await applied(file("old", "./x//y/../a"));
    expect(ids(await world.plan(file("new", "x/a")))).toEqual(["remove_file.old", "ensure_file.new"]);
    expect(ids(await world.plan(file("new", "x/a/b")))).toEqual(["remove_file.old", "ensure_file.new"]);
    expect(ids(await world.plan(file("new", "x")))).toEqual(["remove_file.old", "ensure_file.new"]);
    expect(ids(await world.plan(file("new", "x/b")))).toEqual(["ensure_file.new", "remove_file.old"]);
  });

  it("is a folder only when all in it is gone", async () => {
    const world = await applied(
      'resource "directory" "z" {\n  path = "z"\n}\nresource "file" "zz" {\n  path = "z/1/2"\n  content = ""\n}\n',
    );
    expect(ids(await world.plan(""))).toEqual(["remove_file.zz", "remove_directory.z"]);
  });
});

describe("a state", () => {
  const record = (kind: string, dependsOn: string[] = []): State["resources"][string] => ({
    kind,
    name: "x",
    inputs: { path: kind },
    outputs: {},
    dependsOn,
    steps: {},
    status: "ok",
  });
  const state = (resources: State["resources"]): State => ({
    version: "1",
    lineage,
    serial: 1,
    resources,
    verifies: {},
    outputs: {},
  });

  it("whose records name each other in a circle can be destroyed", async () => {
    const given = state({ "file.a": record("file", ["file.b"]), "file.b": record("file", ["file.a"]) });
    expect(ids(await planText("", { state: given, destroy: true }))).toHaveLength(2);
    expect(ids(await planText("", { state: given }))).toHaveLength(2);
  });

  it("hears of dependencies that no step brought", async () => {
    const block = (name: string, on: string) =>
      `resource "directory" "${name}" {\n  path = "${name}"\n  depends_on = [${on}]\n}\n`;
    const world = await applied(block("a", "directory.b") + block("b", ""));
    expect(ids(await world.apply(block("a", "") + block("b", "directory.a")))).toEqual([]);
    expect(world.state?.resources["directory.b"]?.dependsOn).toEqual(["directory.a"]);
    expect(ids(await world.plan("", { destroy: true }))).toEqual([
      "remove_directory.b",
      "remove_directory.a",
    ]);
  });

  it("with things of another version is refused by name", async () => {
    const { ir } = await planText("");
    for (const [address, kind] of [
      ["cluster.x", "cluster"],
      ["file.x", "cluster"],
      ["file..x", "file"],
      ["__proto__", "file"],
    ] as const) {
      const given = state(Object.fromEntries([[address, record(kind)]]));
      const { diagnostics } = assemble({
        ir,
        state: given,
        sources: new Map(),
        observations: new Map(),
        artifacts: new Map(),
        destroy: false,
        targets: [],
        force: false,
        seal: (text) => text,
        decidedBy: null,
      });
      expect(diagnostics.map((d) => [d.code, d.message])).toEqual([
        ["state-unreadable", expect.stringContaining(`"${address}"`)],
      ]);
    }
  });

  it("keeps no check of what was destroyed", async () => {
    const world = await applied(`${service("s", run)}verify "tcp" "t" {\n  host = "h"\n  port = 1\n}\n`);
    await world.apply(service("s", run), { destroy: true });
    expect(world.state).toMatchObject({ resources: {}, verifies: {} });
  });
});
