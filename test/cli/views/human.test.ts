import { expect, test } from "vitest";
import { diffLines } from "../../../server/src/assembly/view/text-diff.ts";
import { graphView } from "../../../server/src/cli/views/graph.ts";
import { driftView, outputsView, stateListView, stateShowView } from "../../../server/src/cli/views/human.ts";
import type { State } from "../../../server/src/state/state.ts";

const color = { color: false };

test("outputs are values as in .cw; sensitive ones are masked", () => {
  expect(
    `\n${outputsView(
      [
        { name: "url", value: "http://localhost:8080", sensitive: false },
        { name: "ports", value: [80, 443], sensitive: false },
        { name: "hosts", value: [{ a: null, "b c": true }, {}], sensitive: false },
        { name: "text", value: "one\n  EOT\n${x}\n", sensitive: false },
        { name: "token", value: "hunter2", sensitive: true },
      ],
      color,
    )}`,
  ).toMatchInlineSnapshot(`
    "
    Outputs:

    url = "http://localhost:8080"
    ports = [80, 443]
    hosts = [{ a = null, "b c" = true }, {}]
    text = <<-EOT_
      one
        EOT
      $\${x}
    EOT_
    token = (sensitive value)
    "
  `);
  expect(outputsView([], color)).toBe("");
});

const state: State = {
  version: "1",
  lineage: "7b3b0a34-4f0e-4f5e-9a60-4f3c0f6a4e11",
  serial: 3,
  resources: {
    "service.web": {
      kind: "service",
      name: "web",
      inputs: {
        image: { $ref: "image.app.ref" },
        ports: [{ external: 80, internal: 80 }],
        env: { A: "b", $$dollar: "c" },
      },
      outputs: { id: "abc", url: "http://localhost:80" },
      dependsOn: ["image.app"],
      steps: {
        "ensure_service.web": {
          fingerprint: "0".repeat(64),
          artifacts: { "scripts/web.mjs": "0".repeat(64) },
        },
      },
      status: "tainted",
    },
  },
  verifies: {},
  outputs: {},
};

test("state list and show", () => {
  expect(stateListView(state, ["service.web"])).toBe("service.web  (tainted)\n");
  const web = state.resources["service.web"];
  if (!web) throw new Error("no service.web");
  expect(`\n${stateShowView("service.web", web, new Set(["env"]), color)}`).toMatchInlineSnapshot(`
    "
    # service.web (tainted: its last run failed)
    resource "service" "web" {
      image = image.app.ref
      ports = [{ external = 80, internal = 80 }]
      env   = (sensitive value)

      # outputs
      id  = "abc"
      url = "http://localhost:80"
    }
    # depends on image.app
    # last run: ensure_service.web
    #   with scripts/web.mjs
    "
  `);
});

test("drift", () => {
  expect(
    `\n${driftView(
      [
        { address: "file.a", observation: { status: "ok" } },
        { address: "file.b", observation: { status: "changed", detail: "its content was edited" } },
        { address: "service.c", observation: { status: "gone", detail: "the container is gone" } },
        { address: "service.d", observation: { status: "foreign", detail: "made by another stack" } },
        { address: "service.e", observation: { status: "unknown", detail: "docker does not answer" } },
      ],
      color,
    )}`,
  ).toMatchInlineSnapshot(`
    "
      ~ file.b  changed (its content was edited)
      - service.c  gone (the container is gone)
      ! service.d  foreign (made by another stack)
      ? service.e  unknown (docker does not answer)

    Drift: 3 of 5 differ, 1 could not be seen.
    "
  `);
  expect(driftView([{ address: "file.a", observation: { status: "ok" } }], color)).toBe(
    "No drift: everything that can be seen is as the state has it.\n",
  );
});

test("the graph in three formats", () => {
  const graph = {
    nodes: [{ address: 'service.web["a\\"b"]' }, { address: "image.app" }],
    edges: [{ from: 'service.web["a\\"b"]', to: "image.app" }],
  };
  expect(`\n${graphView(graph, "dot")}`).toMatchInlineSnapshot(`
    "
    digraph clockwork {
      rankdir = "RL"
      node [shape = "box"]
      "service.web[\\"a\\\\\\"b\\"]"
      "image.app"
      "service.web[\\"a\\\\\\"b\\"]" -> "image.app"
    }
    "
  `);
  expect(`\n${graphView(graph, "mermaid")}`).toMatchInlineSnapshot(`
    "
    flowchart RL
      n0["service.web[#34;a\\#34;b#34;]"]
      n1["image.app"]
      n0 --> n1
    "
  `);
  expect(JSON.parse(graphView(graph, "json"))).toEqual({
    nodes: graph.nodes.map(({ address }) => ({ id: address })),
    edges: graph.edges,
  });
});

test("a text's differences keep what is equal", () => {
  const show = (a: string, b: string) =>
    diffLines(a, b).map((l) => (l.kind === "gap" ? `@${l.count}` : `${l.kind[0]}${l.text}`));
  expect(show("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n")).toEqual([
    "@2",
    "s3",
    "s4",
    "r5",
    "afive",
    "s6",
    "s7",
    "s8",
    "s9",
    "a10",
  ]);
  expect(show("", "a\n")).toEqual(["aa"]);
  expect(show("a\n", "")).toEqual(["ra"]);
  expect(show("a\na\n", "a\n")).toEqual(["sa", "ra"]);
  const long = Array.from({ length: 3000 }, (_, i) => `x${i}`);
  expect(show(long.join("\n"), long.map((l) => `y${l}`).join("\n"))).toHaveLength(6000);
});
