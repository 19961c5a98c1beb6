import { describe, expect, test } from "vitest";
import { descriptions } from "../../../client/src/graph/describe.ts";
import { fitted, type Layout, layout } from "../../../client/src/graph/layout.ts";
import { drawing, type NodePlan } from "../../../client/src/graph/model.ts";
import { type Direction, nextNode } from "../../../client/src/graph/moves.ts";
import { drawingStyle } from "../../../client/src/graph/style.ts";
import { svgDocument } from "../../../client/src/graph/svg.ts";
import type { GraphTexts } from "../../../client/src/graph/texts.ts";
import { graphOf, hello, sites } from "./graphs.ts";

const texts: GraphTexts = {
  ...{ help: "Graph", empty: "Empty", filter: "Filter", filterShort: "Filter", found: "{0} of {1}" },
  ...{
    zoomIn: "In",
    zoomOut: "Out",
    fit: "Show All",
    fitShort: "Fit",
    exportSvg: "SVG",
    exportShort: "Export",
  },
  ...{ collapse: "Collapse {0}", needs: "needs {0}", neededBy: "needed by {0}", edge: "{0} needs {1}" },
  ...{ waitsForAll: "waits for everything", inside: "{0} inside" },
  actions: {
    ...{ create: "create", update: "update", replace: "replace", delete: "delete", move: "move" },
    ...{ forget: "forget", check: "run", none: "no change" },
  },
};

const placed = (graph: typeof hello, plans: ReadonlyMap<string, NodePlan> = new Map()) =>
  layout(drawing(graph, plans, () => false));

const edgesBetween = (
  all: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[],
) =>
  all.flatMap((a, i) =>
    all
      .slice(i + 1)
      .filter(
        (b) =>
          Math.abs(a.x - b.x) < (a.width + b.width) / 2 - 0.1 &&
          Math.abs(a.y - b.y) < (a.height + b.height) / 2 - 0.1,
      ),
  );

function checkInside({ nodes, groups, width, height }: Layout): void {
  for (const { x, y, width: w, height: h } of [...nodes, ...groups]) {
    expect(Math.min(x - w / 2, y - h / 2, width - x - w / 2, height - y - h / 2)).toBeGreaterThanOrEqual(0);
  }
  for (const node of [...nodes.map((n) => ({ ...n, parent: n.group })), ...groups]) {
    const around = groups.find(({ id }) => id === node.parent);
    if (!around) continue;
    expect(Math.abs(node.x - around.x)).toBeLessThanOrEqual((around.width - node.width) / 2);
    expect(Math.abs(node.y - around.y)).toBeLessThanOrEqual((around.height - node.height) / 2);
  }
}

describe("a layout", () => {
  test("has what is needed left of what needs it", () => {
    const [page, service, check] = placed(hello).nodes;
    expect(page?.x).toBeLessThan(service?.x ?? 0);
    expect(service?.x).toBeLessThan(check?.x ?? 0);
  });

  test("keeps groups around what is in them, and nothing over anything else", () => {
    const found = placed(sites);
    checkInside(found);
    expect(edgesBetween(found.nodes)).toEqual([]);
    for (const { id } of found.groups) {
      expect(edgesBetween(found.groups.filter(({ parent }) => parent === id))).toEqual([]);
    }
  });

  test("has no endless column of what nothing connects", () => {
    const nodes = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`volume.v${i}`, undefined]));
    const found = placed(graphOf(nodes));
    checkInside(found);
    expect(edgesBetween(found.nodes)).toEqual([]);
    expect(found.width / found.height).toBeGreaterThan(0.8);
    expect(found.width / found.height).toBeLessThan(4);
  });

  test("lives with circles, between nodes and between groups", () => {
    const found = placed(
      graphOf(
        { "a.x": "module.a", "a.y": "module.a", "b.x": "module.b" },
        [
          ["a.x", "b.x", "p"],
          ["b.x", "a.y", "p"],
          ["a.x", "a.y", "p"],
          ["a.y", "a.x", "p"],
        ],
        [
          { id: "module.a", kind: "module" },
          { id: "module.b", kind: "module" },
        ],
      ),
    );
    checkInside(found);
    expect(found.edges.every(({ points }) => points.length >= 2)).toBe(true);
  });

  test("of 300 nodes in layers lies within its bounds", () => {
    const addresses = Array.from({ length: 300 }, (_, i) => `service.s${i}`);
    const edges = addresses.slice(3).map((to, i) => [to, addresses[Math.floor(i / 3)] ?? "", "env"] as const);
    const found = placed(graphOf(Object.fromEntries(addresses.map((a) => [a, undefined])), edges));
    checkInside(found);
    expect(edgesBetween(found.nodes)).toEqual([]);
  });
});

test("a file of it is the same text each time, and says everything by itself", () => {
  const plans = new Map<string, NodePlan>([
    ["file.page", { action: "update", reason: "content changed" }],
    ["service.hello", { action: "none", reason: "" }],
    ["volume.old", { action: "delete", reason: "no longer declared" }],
  ]);
  const drawn = drawing(hello, plans, () => false);
  const svg = () =>
    svgDocument(
      layout(drawn),
      descriptions(drawn, texts),
      drawingStyle((v) => `<${v}>`),
    );
  expect(svg()).toBe(svg());
  expect(svg()).not.toContain("var(");
  expect(svg().replace(/<style>[\s\S]*<\/style>/, "<style/>")).toMatchInlineSnapshot(`
    "<svg xmlns="http://www.w3.org/2000/svg" width="508" height="168" viewBox="0 0 508 168">
    <style/>
    <rect class="page" width="508" height="168"/>
    <g class="edge" data-from="service.hello" data-to="file.page"><title>service.hello needs file.page (env)</title><path d="M196 47C168 47 168 47 140 47"/><polygon points="140,47 147,43.5 147,50.5"/></g>
    <g class="edge" data-from="verify.http.page" data-to="service.hello"><title>verify.http.page needs service.hello (url)</title><path d="M368 47C340 47 340 47 312 47"/><polygon points="312,47 319,43.5 319,50.5"/></g>
    <g class="node resource plan-update" data-id="file.page" role="button" tabindex="-1" aria-label="file.page, update: content changed, needed by service.hello" transform="translate(24 24)"><title>file.page
    update: content changed
    needed by service.hello</title>
    <rect class="box" width="116" height="46" rx="6"/><path class="stripe" d="M6 0A6 6 0 0 0 0 6V40A6 6 0 0 0 6 46Z"/>
    <text class="kind" x="15" y="18">file</text><text class="name" x="15" y="35">page</text><text class="sigil" x="98" y="30">~</text>
    </g>
    <g class="node resource plan-none" data-id="service.hello" role="button" tabindex="-1" aria-label="service.hello, no change, needs file.page (env), needed by verify.http.page" transform="translate(196 24)"><title>service.hello
    no change
    needs file.page (env)
    needed by verify.http.page</title>
    <rect class="box" width="116" height="46" rx="6"/><path class="stripe" d="M6 0A6 6 0 0 0 0 6V40A6 6 0 0 0 6 46Z"/>
    <text class="kind" x="15" y="18">service</text><text class="name" x="15" y="35">hello</text>
    </g>
    <g class="node check" data-id="verify.http.page" role="button" tabindex="-1" aria-label="verify.http.page, needs service.hello (url)" transform="translate(368 24)"><title>verify.http.page
    needs service.hello (url)</title>
    <rect class="box" width="116" height="46" rx="6"/><path class="stripe" d="M6 0A6 6 0 0 0 0 6V40A6 6 0 0 0 6 46Z"/>
    <text class="kind" x="15" y="18">✓ http</text><text class="name" x="15" y="35">page</text>
    </g>
    <g class="node gone plan-delete" data-id="volume.old" role="button" tabindex="-1" aria-label="volume.old, delete: no longer declared" transform="translate(24 98)"><title>volume.old
    delete: no longer declared</title>
    <rect class="box" width="116" height="46" rx="6"/><path class="stripe" d="M6 0A6 6 0 0 0 0 6V40A6 6 0 0 0 6 46Z"/>
    <text class="kind" x="15" y="18">volume</text><text class="name" x="15" y="35">old</text><text class="sigil" x="98" y="30">−</text>
    </g>
    </svg>
    "
  `);
});

test("what files say is no markup", () => {
  const drawn = drawing(graphOf({ 'service.web["<b>&\\u0001\\""]': undefined }), new Map(), () => false);
  const svg = svgDocument(layout(drawn), descriptions(drawn, texts), "");
  expect(svg).not.toContain("<b>");
  expect(svg).toContain("&lt;b&gt;&amp;");
});

test("a long name is cut in its middle, where the difference seldom is", () => {
  expect(fitted("short")).toBe("short");
  expect(fitted("a-very-long-name-of-a-service-that-goes-on-and-on")).toBe("a-very-long-na…goes-on-and-on");
});

test("arrow keys follow the edges, and lead to the neighbour where there is none", () => {
  const found = placed(
    graphOf({ "a.one": undefined, "b.two": undefined, "c.three": undefined, "d.alone": undefined }, [
      ["b.two", "a.one", "x"],
      ["c.three", "a.one", "x"],
    ]),
  );
  const walk = (from: string, ...steps: readonly Direction[]) =>
    steps.reduce((at, step) => nextNode(found, at, step) ?? at, from);
  expect(walk("b.two", "left")).toBe("a.one");
  expect(["b.two", "c.three"]).toContain(walk("a.one", "right"));
  const [upper, lower] = ["b.two", "c.three"].sort(
    (a, b) => (found.nodes.find((n) => n.id === a)?.y ?? 0) - (found.nodes.find((n) => n.id === b)?.y ?? 0),
  );
  expect(walk(upper ?? "", "down")).toBe(lower);
  expect(walk(lower ?? "", "up")).toBe(upper);
  // Every node can be reached.
  const reached = new Set(["a.one"]);
  for (const id of reached) {
    for (const step of ["left", "right", "up", "down"] as const) {
      const next = nextNode(found, id, step);
      if (next !== undefined) reached.add(next);
    }
  }
  expect([...reached].sort()).toEqual(["a.one", "b.two", "c.three", "d.alone"]);
});
