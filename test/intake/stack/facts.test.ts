import { expect, it } from "vitest";
import { analyse } from "../../../server/src/analyse.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { Need } from "../../../server/src/intake/discover.ts";
import type { EnvFacts } from "../../../server/src/intake/facts.ts";
import { noInputs } from "../../../server/src/intake/load.ts";
import { valueToJson } from "../../../server/src/intake/to-json.ts";
import { problems, testGrammar } from "../../support/stack.ts";

const machine: EnvFacts = {
  os: "linux",
  arch: "arm64",
  runtimes: { node: { path: "/usr/bin/node", version: "20.19.0" } },
  engine: { name: "podman", path: "/usr/bin/podman", version: "5.0.0" },
};

async function look(files: Readonly<Record<string, string>>, given = true) {
  const asked: Need[][] = [];
  const paths = Object.entries(files).map(([name, text]) => [`/stack/${name}`, text]);
  const { files: host } = memoryHost(Object.fromEntries(paths));
  const find = async (need: ReadonlySet<Need>) => {
    asked.push([...need].sort());
    return machine;
  };
  const analysis = await analyse(
    host,
    await testGrammar(),
    "/stack",
    noInputs,
    given ? { findFacts: find } : {},
  );
  return { analysis, asked };
}

const output = (value: string) => `output "o" {\n  value = ${value}\n}\n`;

it("facts are what the machine offers, without its paths", async () => {
  const { analysis } = await look({ "main.cw": output("facts") });
  expect(problems(analysis)).toEqual([]);
  expect(valueToJson(analysis.ir.outputs[0]?.value as never)).toEqual({
    os: "linux",
    arch: "arm64",
    engine: { name: "podman", version: "5.0.0" },
    git: null,
    runtimes: { bash: null, deno: null, go: null, node: { version: "20.19.0" }, python3: null },
  });
});

it("nothing is looked for that the stack does not ask for", async () => {
  const asks = async (files: Readonly<Record<string, string>>) => (await look(files)).asked;
  expect(await asks({ "main.cw": output("1") })).toEqual([[]]);
  expect(await asks({ "main.cw": output('"${facts.os}-${facts.arch}"') })).toEqual([[]]);
  expect(
    await asks({
      "main.cw": 'module "m" {\n  source = "./m"\n}\n',
      "m/main.cw": output("facts.engine.name"),
    }),
  ).toEqual([["engine"]]);
  expect(await asks({ "main.cw": output('facts.runtimes["go"]') })).toEqual([
    ["bash", "deno", "go", "node", "python3"],
  ]);
});

it("where nobody looks they are not known, and count what exists all the same", async () => {
  const text =
    output("facts.engine.name") +
    'resource "directory" "d" {\n  count = facts.os == "linux" ? 1 : 0\n  path  = facts.arch\n}\nlocals {\n  mistake = facts.ach\n}\noutput "mistake" {\n  value = local.mistake\n}\n';
  const told = ['invalid-expression: This object has no attribute "ach"'];
  const unknown = await look({ "main.cw": text }, false);
  expect(problems(unknown.analysis)).toEqual(told);
  expect(unknown.analysis.ir.resources).toEqual([]);
  const known = await look({ "main.cw": text });
  expect(problems(known.analysis)).toEqual(told);
  expect(known.analysis.ir.resources.map((r) => r.address)).toEqual(["directory.d[0]"]);
});
