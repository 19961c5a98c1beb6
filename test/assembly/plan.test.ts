import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Assembled } from "../../server/src/assembly/assemble.ts";
import { printActionList } from "../../server/src/cli/views/json.ts";
import { appliedState, planText } from "../support/stack.ts";

const ids = (planned: Assembled) => planned.plan.actions.steps.map((s) => s.id);
const actions = (planned: Assembled) =>
  Object.fromEntries(
    planned.plan.changes
      .filter((c) => c.action !== "none")
      .map((c) => [c.address, `${c.action}: ${c.reason}`]),
  );

const web = `
resource "directory" "site" { path = "site" }
resource "file" "page" {
  path    = "site/index.html"
  content = "hello"
  depends_on = [directory.site]
}
resource "service" "web" {
  command = ["node", "server.mjs"]
  port    = 8080
  env     = { PAGE = file.page.path }
}
verify "http" "up" { url = service.web.url }
`;

describe("the ActionList", () => {
  it("of myapp is the seed's sample A", async () => {
    const sample = JSON.parse(await readFile("test/cases/seed/action-list.json", "utf8"));
    const { plan } = await planText(await readFile("examples/myapp/main.cw", "utf8"));
    const bare = plan.actions.steps.map(({ name, args }) => ({ name, args }));
    expect({ version: plan.actions.version, steps: bare }).toEqual(sample);
    expect(bare.map(({ args }) => Object.keys(args))).toEqual(
      sample.steps.map((s: { args: object }) => Object.keys(s.args)),
    );
  });

  it("has dependencies first, then phases, then addresses, whatever the files and their order", async () => {
    const blocks = web.split(/\n(?=resource|verify)/).filter((b) => b.trim() !== "");
    const one = await planText(web);
    const many = await planText(Object.fromEntries(blocks.reverse().map((b, i) => [`z${i}.cw`, b])));
    expect(ids(one)).toEqual([
      "ensure_directory.site",
      "ensure_file.page",
      "ensure_service.web",
      "verify_http.up",
    ]);
    expect(printActionList(many.plan.actions)).toBe(printActionList(one.plan.actions));
    expect(many.plan.planId).toBe(one.plan.planId);
  });

  it("carries run-time values by name", async () => {
    const { plan } = await planText(
      `
      resource "repository" "app" { url = "https://example.com/app.git" }
      resource "task" "t" {
        command = ["make", "-C", "\${repository.app.workdir}/src", "$\${HOME}"]
        env     = { DIR = repository.app.workdir, N = length(repository.app.commit) }
        script_is_unset = null
      }`.replace("        script_is_unset = null\n", ""),
    );
    const task = plan.actions.steps[1];
    expect(task?.args).toEqual({
      command: ["make", "-C", "${APP_WORKDIR}/src", "$${HOME}"],
      envVar: "RUN_TASK_T_ENV",
    });
    expect(task?.uses).toEqual(["APP_WORKDIR", "RUN_TASK_T_ENV"]);
    expect(plan.actions.steps[0]?.provides).toEqual({ workdir: "APP_WORKDIR", commit: "APP_COMMIT" });
  });

  it("lets the core put together what the notation cannot say", async () => {
    const { plan } = await planText(`
      resource "task" "t" { command = ["price"] }
      resource "file" "f" {
        path    = "f"
        content = "\${"$"}\${task.t.stdout}"
      }`);
    expect(plan.actions.steps[1]?.args).toEqual({ path: "f", contentVar: "ENSURE_FILE_F_CONTENT" });
  });

  it("gives a service's health check a step that dependants wait for", async () => {
    const { plan } = await planText(`
      resource "service" "db" {
        command = ["db"]
        port    = 5432
        health_check { path = "/ready" }
      }
      resource "service" "app" {
        command    = ["app"]
        depends_on = [service.db]
      }`);
    expect(plan.actions.steps.map((s) => [s.id, s.needs])).toEqual([
      ["ensure_service.db", undefined],
      ["verify_http.db.health", ["ensure_service.db"]],
      ["ensure_service.app", ["ensure_service.db", "verify_http.db.health"]],
    ]);
    expect(plan.actions.steps[1]?.args).toEqual({ url: "http://localhost:5432/ready", expect_status: 200 });
  });
});

describe("the diff", () => {
  it("has nothing to do after an apply", async () => {
    const first = await planText(web);
    const again = await planText(web, { state: appliedState(first) });
    expect(ids(again)).toEqual([]);
    expect(actions(again)).toEqual({});
  });

  it("touches only what an edited attribute belongs to, and what waits for it", async () => {
    const state = appliedState(await planText(web));
    const edited = await planText(web.replace('"hello"', '"bye"'), { state });
    expect(actions(edited)).toEqual({ "file.page": "update: content changed" });
    expect(ids(edited)).toEqual(["ensure_file.page"]);
    const served = await planText(web.replace("8080", "9090"), { state });
    expect(ids(served)).toEqual(["ensure_service.web", "verify_http.up"]);
    expect(served.plan.changes.find((c) => c.address === "service.web")?.fields).toEqual([
      { path: "ports[0].external", before: 8080, after: 9090, sensitive: false },
      { path: "ports[0].internal", before: 8080, after: 9090, sensitive: false },
    ]);
  });

  it("removes what is no longer there, last, dependants first", async () => {
    const state = appliedState(await planText(web));
    const emptied = await planText('resource "directory" "other" { path = "other" }', { state });
    expect(ids(emptied)).toEqual([
      "ensure_directory.other",
      "remove_service.web",
      "remove_file.page",
      "remove_directory.site",
    ]);
    expect(emptied.plan.actions.steps[1]?.args).toEqual({ name: "web", command: ["node", "server.mjs"] });
    expect(emptied.plan.actions.steps[2]?.needs).toEqual(["remove_service.web"]);
  });

  it("frees what another step claims before that step, and only that early", async () => {
    const service = (name: string, port: number) => `resource "service" "${name}" {
      command = ["x"]
      port = ${port}
    }\n`;
    const state = appliedState(await planText(service("old", 80) + service("gone", 81)));
    const planned = await planText(service("new", 80), { state });
    expect(ids(planned)).toEqual(["remove_service.old", "ensure_service.new", "remove_service.gone"]);
  });

  it("replaces by removing first", async () => {
    const state = appliedState(await planText(web));
    const planned = await planText(web.replace('path    = "site/index.html"', 'path = "site/other.html"'), {
      state,
    });
    expect(actions(planned)["file.page"]).toBe("replace: path changed, which cannot be done in place");
    // The service is told the path, so it has to hear of the new one.
    expect(ids(planned)).toEqual([
      "remove_file.page",
      "ensure_file.page",
      "ensure_service.web",
      "verify_http.up",
    ]);
  });

  it("plans again what failed, was edited, is gone, or forced", async () => {
    const first = await planText(web);
    const state = appliedState(first);
    const page = state.resources["file.page"];
    if (!page) throw new Error("no page");
    const tainted = {
      ...state,
      resources: { ...state.resources, "file.page": { ...page, status: "tainted" as const } },
    };
    expect(actions(await planText(web, { state: tainted }))).toEqual({
      "file.page": "update: its last run did not succeed",
    });
    const artifacts = new Map([["scripts/ensure_file.page", "b".repeat(64)]]);
    expect(actions(await planText(web, { state, artifacts }))).toEqual({
      "file.page": "update: artifact edited",
    });
    const observations = new Map([["file.page", { status: "gone" as const, detail: "the file is gone" }]]);
    expect(actions(await planText(web, { state, observations }))).toEqual({
      "file.page": "create: the file is gone",
    });
    expect(ids(await planText(web, { state, force: true }))).toHaveLength(4);
    const failed = {
      ...state,
      verifies: { "verify.http.up": { ...state.verifies["verify.http.up"], status: "failed" } },
    };
    expect(ids(await planText(web, { state: failed as typeof state }))).toEqual(["verify_http.up"]);
  });

  it("follows what an image is built from and a service runs", async () => {
    const text = await readFile("examples/myapp/main.cw", "utf8");
    const state = appliedState(await planText(text));
    const planned = await planText(text.replace('"main"', '"v2"'), { state });
    expect(ids(planned)).toEqual([
      "fetch_repo.app",
      "build_image.image",
      "ensure_service.myapp",
      "verify_http.myapp",
    ]);
    expect(actions(planned)["image.image"]).toBe("update: repository.app changes");
  });

  it("compares what the core computes by its value", async () => {
    const text = (n: number) => `
      resource "repository" "app" { url = "https://example.com/app.git" }
      resource "file" "f" {
        path    = "f"
        content = "\${upper(repository.app.commit)}-${n}"
      }`;
    const first = await planText(text(1));
    const before = appliedState(first);
    const file = before.resources["file.f"];
    if (!file) throw new Error("no file");
    const recorded = {
      ...file,
      inputs: { ...file.inputs, content: { $computed: "REPOSITORY.APP.COMMIT-1" } },
    };
    const state = { ...before, resources: { ...before.resources, "file.f": recorded } };
    expect(actions(await planText(text(1), { state }))).toEqual({});
    expect(actions(await planText(text(2), { state }))).toEqual({ "file.f": "update: content changed" });
  });

  it("destroys in reverse order", async () => {
    const state = appliedState(await planText(web));
    const planned = await planText(web, { state, destroy: true });
    expect(ids(planned)).toEqual(["remove_service.web", "remove_file.page", "remove_directory.site"]);
  });

  it("restricts itself to targets and what they need", async () => {
    const planned = await planText(web, { targets: ["file.page"] });
    expect(ids(planned)).toEqual(["ensure_directory.site", "ensure_file.page"]);
    await expect(planText(web, { targets: ["file.pag"] })).rejects.toThrow('"file.pag"');
  });
});
