import { describe, expect, it } from "vitest";
import { type Planned, World } from "./world.ts";

const moved = (from: string, to: string): string => `moved {\n  from = ${from}\n  to   = ${to}\n}\n`;
const service = (further = ""): string =>
  `resource "service" "web" {\n  command = ["x"]\n${further}  health_check { url = "http://localhost" }\n}\n`;
const actions = (planned: Planned) =>
  Object.fromEntries(
    planned.plan.changes.flatMap((c) =>
      c.action === "none" ? [] : [[c.address, `${c.action}: ${c.reason}`]],
    ),
  );

async function turned(before: string, now: string): Promise<Planned> {
  const world = new World();
  await world.apply(before);
  const planned = await world.apply(now);
  expect(actions(await world.plan(now))).toEqual({});
  await world.checkTruth(now);
  return planned;
}

describe("instances", () => {
  it("the first one of a count is what was there without it, and the other way round", async () => {
    const two = service("  count = 2\n");
    expect(actions(await turned(service(), two))).toEqual({
      "service.web[0]": "move: from service.web",
      "service.web[1]": "create: not in the state",
      "verify.http.web[1].health": "create: not run yet",
    });
    expect(actions(await turned(two, service()))).toEqual({
      "service.web": "move: from service.web[0]",
      "service.web[1]": "delete: no longer in the files",
    });
  });

  it("move between keys, and with all of a block", async () => {
    const each = (keys: string): string => service(`  for_each = toset([${keys}])\n`);
    expect(
      actions(await turned(service(), `${each('"eu"')}${moved("service.web", 'service.web["eu"]')}`)),
    ).toEqual({ 'service.web["eu"]': "move: from service.web" });
    const renamed = each('"a.b", "c"').replace('"web"', '"front"');
    expect(
      actions(await turned(each('"a.b", "c"'), `${renamed}${moved("service.web", "service.front")}`)),
    ).toEqual({
      'service.front["a.b"]': 'move: from service.web["a.b"]',
      'service.front["c"]': 'move: from service.web["c"]',
    });
  });

  it("of a block are protected, also those that a smaller count leaves out, and when there are none", async () => {
    const kept = (count: number): string =>
      service(`  count = ${count}\n  lifecycle {\n    prevent_destroy = true\n  }\n`);
    const world = new World();
    await world.apply(kept(2));
    await expect(world.plan(kept(1))).rejects.toThrow("prevent-destroy: service.web[1] would be removed");
    await expect(world.plan(kept(0))).rejects.toThrow("prevent-destroy: service.web[0] would be removed");
  });

  it("are replaced with the one of their own key", async () => {
    const stack = (b: string): string =>
      `locals {\n  texts = { a = "1", b = "${b}" }\n}\nresource "file" "x" {\n  for_each = local.texts\n  path     = each.key\n  content  = each.value\n}\nresource "task" "y" {\n  for_each = local.texts\n  command  = ["x"]\n  lifecycle {\n    replace_triggered_by = [file.x[each.key].content]\n  }\n}\nresource "task" "z" {\n  command = ["x"]\n  lifecycle {\n    replace_triggered_by = [file.x, file.x["a"]]\n  }\n}\n`;
    expect(actions(await turned(stack("1"), stack("2")))).toEqual({
      'file.x["b"]': "update: content changed",
      'task.y["b"]': 'replace: file.x["b"].content changes, which replaces it',
      "task.z": 'replace: file.x["b"] changes, which replaces it',
    });
  });
});

describe("modules", () => {
  const inner = (name = "web"): string =>
    `${service().replace('"web"', `"${name}"`)}resource "repository" "app" { url = "u" }\nverify "http" "up" { url = "http://\${service.${name}.name}" }\n`;
  const call = (name: string, further = ""): string => `module "${name}" {\n  source = "./m"\n${further}}\n`;

  async function turnedFiles(
    before: Readonly<Record<string, string>>,
    now: Readonly<Record<string, string>>,
  ): Promise<Planned> {
    const world = new World();
    await world.apply(before);
    const planned = await world.apply(now);
    expect(actions(await world.plan(now))).toEqual({});
    return planned;
  }

  it("move whole, with all instances, what is in them and its checks", async () => {
    const files = (main: string) => ({ "main.cw": main, "m/main.cw": inner() });
    expect(
      actions(await turnedFiles(files(call("a")), files(`${call("b")}${moved("module.a", "module.b")}`))),
    ).toEqual({
      "module.b.repository.app": "move: from module.a.repository.app",
      "module.b.service.web": "move: from module.a.service.web",
    });
    const counted = call("b", "  count = 2\n");
    expect(
      actions(
        await turnedFiles(
          files(call("a", "  count = 2\n")),
          files(`${counted}${moved("module.a", "module.b")}`),
        ),
      ),
    ).toEqual({
      "module.b[0].repository.app": "move: from module.a[0].repository.app",
      "module.b[0].service.web": "move: from module.a[0].service.web",
      "module.b[1].repository.app": "move: from module.a[1].repository.app",
      "module.b[1].service.web": "move: from module.a[1].service.web",
    });
  });

  it("take things in, and give them away", async () => {
    const main = { "main.cw": inner() };
    const taken = {
      "main.cw": `${call("m")}${moved("service.web", "module.m.service.web")}${moved("repository.app", "module.m.repository.app")}`,
      "m/main.cw": inner(),
    };
    const planned = await turnedFiles(main, taken);
    expect(actions(planned)).toMatchObject({
      "module.m.repository.app": "move: from repository.app",
      "module.m.service.web": "move: from service.web",
    });
    expect(planned.plan.actions.steps.map((s) => s.name)).toEqual(["verify_http"]);
  });

  it("say themselves what has moved inside them", async () => {
    const files = (body: string) => ({
      "main.cw": call("m", '  for_each = toset(["x", "y"])\n'),
      "m/main.cw": body,
    });
    const now = files(`${inner("front")}${moved("service.web", "service.front")}`);
    const planned = await turnedFiles(files(inner()), now);
    expect(actions(planned)).toEqual({
      'module.m["x"].service.front': 'move: from module.m["x"].service.web',
      'module.m["y"].service.front': 'move: from module.m["y"].service.web',
    });
    expect(planned.desired.get('module.m["x"].service.front')?.inputs()["name"]).toBe("m-x-web");
  });
});
