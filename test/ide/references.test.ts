import { describe, expect, test } from "vitest";
import { declarationAt, incoming, outgoing } from "../../server/src/ide/calls.ts";
import { referenceTo } from "../../server/src/ide/names.ts";
import { highlights, references } from "../../server/src/ide/references.ts";
import { indexOf, marked, show } from "./stack.ts";

async function referencesTo(at: string, withDefinition = true): Promise<readonly string[]> {
  const { index, place } = await indexOf(marked(at));
  return references(index, place, { withDefinition }).map((r) => `${r.role} ${show(index, r.at)}`);
}

describe("references", () => {
  test("to a variable are in all files, values of it too", async () => {
    expect(await referencesTo("var.im@age}")).toEqual([
      'definition main.cw:1 variable "<image>" {',
      'read main.cw:6 tag  = "${var.<image>}:1"',
      "read main.cw:45 name   = var.<image>",
      'write clockwork.cwvars:1 <image> = "caddy"',
    ]);
  });

  test("to a module's variable are what module blocks give it", async () => {
    expect(await referencesTo('variable "na@me"')).toEqual([
      "write main.cw:45 <name>   = var.image",
      'definition net/main.cw:1 variable "<name>" {}',
      "read net/main.cw:4 name = var.<name>",
    ]);
  });

  test("to a resource are moves and quoted addresses too", async () => {
    expect(await referencesTo('"service" "we@b"', false)).toEqual([
      "read main.cw:37 url        = service.<web>.url",
      'read main.cw:49 value = [module.net.id, app.one.address, volume.data["a"].name, service.<web>.image, file("a.txt")]',
      "read main.cw:53 to   = service.<web>",
    ]);
    expect(await referencesTo('"volume" "da@ta"', false)).toEqual([
      'read main.cw:11 depends_on = [app.one, "volume.<data>"]',
      'read main.cw:49 value = [module.net.id, app.one.address, volume.<data>["a"].name, service.web.image, file("a.txt")]',
    ]);
  });

  test("to an attribute of a kind of the stack's own are those of every resource", async () => {
    expect(await referencesTo("app.one.si@ze")).toEqual([
      "definition main.cw:28 <size> = 1",
      'definition main.cw:31 attribute "<size>" {',
      "read main.cw:46 size   = app.one.<size>",
    ]);
  });

  test("to nothing are none", async () => {
    expect(await referencesTo("defa@ult")).toEqual([]);
  });
});

test("highlights tell reading from writing, in one file", async () => {
  const { index, place } = await indexOf(marked('variable "im@age"'));
  expect(highlights(index, place).map((r) => `${r.role} ${show(index, r.at)}`)).toEqual([
    'definition main.cw:1 variable "<image>" {',
    'read main.cw:6 tag  = "${var.<image>}:1"',
    "read main.cw:45 name   = var.<image>",
  ]);
});

describe("the hierarchy of calls", () => {
  const around = async (at: string) => {
    const { index, place } = await indexOf(marked(at));
    const declaration = declarationAt(index, place);
    if (!declaration) throw new Error(`no declaration at ${at}`);
    const names = (found: ReturnType<typeof incoming>) =>
      found.map((call) => `${referenceTo(call.declaration.name)} ${call.at.length}`);
    return { incoming: names(incoming(index, declaration)), outgoing: names(outgoing(index, declaration)) };
  };

  test("is who depends on one, and on whom it depends", async () => {
    expect(await around('resource "service" "w@eb"')).toEqual({
      incoming: ["verify.http.up 1", "output.all 1"],
      outgoing: ["local.tag 1", "app 1", "app.one 1", "volume.data 1"],
    });
    expect(await around('variable "na@me"')).toEqual({
      incoming: ["module.net 1", "network.lan 1"],
      outgoing: [],
    });
    expect(await around('output "i@d"')).toEqual({ incoming: ["output.all 1"], outgoing: ["network.lan 1"] });
  });

  test("begins in the block that a place is in", async () => {
    expect((await around("internal@ = port")).incoming).toEqual(["verify.http.up 1", "output.all 1"]);
  });
});
