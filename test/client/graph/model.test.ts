import { expect, test } from "vitest";
import { matches } from "../../../client/src/graph/filter.ts";
import {
  collapsedAtFirst,
  type Drawing,
  drawing,
  groupsAround,
  type NodePlan,
} from "../../../client/src/graph/model.ts";
import { graphOf, hello, sites } from "./graphs.ts";

const noPlans: ReadonlyMap<string, NodePlan> = new Map();
const create = { action: "create", reason: "not in the state" } as const;

const show = ({ nodes, groups, edges }: Drawing) => [
  ...groups.map(({ id, label, parent }) => `[${label}] ${id}${parent ? ` in ${parent}` : ""}`),
  ...nodes.map(
    (n) => `${n.kind} ${n.label}${n.count ? ` ×${n.count}` : ""}${n.group ? ` in ${n.group}` : ""}`,
  ),
  ...edges.map(({ from, to, reasons }) => `${from} -> ${to}: ${reasons.join(", ")}`),
];

test("a stack without groups is drawn as it is", () => {
  expect(show(drawing(hello, noPlans, () => false))).toEqual([
    "file page",
    "service hello",
    "http page",
    "service.hello -> file.page: env",
    "verify.http.page -> service.hello: url",
  ]);
});

test("names are short inside of what is drawn around them", () => {
  expect(show(drawing(sites, noPlans, () => false))).toEqual([
    "[module.site] module.site",
    '[["a"]] module.site["a"] in module.site',
    '[service.web] module.site["a"].service.web in module.site["a"]',
    '[["b"]] module.site["b"] in module.site',
    "file index",
    'service [0] in module.site["a"].service.web',
    'service [1] in module.site["a"].service.web',
    'volume data in module.site["a"]',
    'volume data in module.site["b"]',
    'file.index -> module.site["a"].service.web[0]: content',
    'file.index -> module.site["a"].service.web[1]: content',
    'module.site["a"].service.web[0] -> module.site["a"].volume.data: mount',
    'module.site["a"].service.web[1] -> module.site["a"].volume.data: mount',
  ]);
});

test("a collapsed group is one node with the edges of all that is in it", () => {
  const web = 'module.site["a"].service.web';
  expect(show(drawing(sites, noPlans, (id) => id === web)).slice(3)).toEqual([
    "file index",
    'service web ×2 in module.site["a"]',
    'volume data in module.site["a"]',
    'volume data in module.site["b"]',
    `file.index -> ${web}: content`,
    `${web} -> module.site["a"].volume.data: mount`,
  ]);
  expect(show(drawing(sites, noPlans, (id) => id === "module.site"))).toEqual([
    "file index",
    "module site ×4",
    "file.index -> module.site: content",
  ]);
});

test("a single instance needs no frame", () => {
  const one = graphOf({ "volume.data[0]": "volume.data" }, [], [{ id: "volume.data", kind: "instances" }]);
  expect(show(drawing(one, noPlans, () => true))).toEqual(["volume data[0]"]);
});

test("a check that waits for everything says so, and has no edges", () => {
  const graph = graphOf({ "file.page": undefined, "verify.http.up": undefined }, [
    ["verify.http.up", "file.page"],
  ]);
  const { nodes, edges } = drawing(graph, noPlans, () => false);
  expect(nodes.map(({ id, isLast }) => [id, isLast])).toEqual([
    ["file.page", false],
    ["verify.http.up", true],
  ]);
  expect(edges).toEqual([]);
});

test("plans are shown on their nodes, on what they are folded into, and for what has no block any more", () => {
  const plans = new Map<string, NodePlan>([
    ['module.site["a"].volume.data', create],
    ['module.site["b"].volume.data', create],
    ["service.old", { action: "delete", reason: "no longer declared" }],
    ["verify.http.old", { action: "none", reason: "" }],
  ]);
  const { nodes } = drawing(sites, plans, (id) => id === "module.site");
  expect(nodes.map(({ id, type, plan }) => [id, type, plan?.action, plan?.reason])).toEqual([
    ["file.index", "resource", undefined, undefined],
    ["module.site", "module", "create", "2 create"],
    ["service.old", "gone", "delete", "no longer declared"],
  ]);
});

test("large graphs begin with their outermost groups collapsed", () => {
  expect(collapsedAtFirst(sites)).toEqual(new Set());
  const nodes = Object.fromEntries(Array.from({ length: 81 }, (_, i) => [`volume.a[${i}]`, "volume.a"]));
  expect(collapsedAtFirst(graphOf(nodes, [], [{ id: "volume.a", kind: "instances" }]))).toEqual(
    new Set(["volume.a"]),
  );
});

test("the groups around a node or a group, from the inside out", () => {
  expect(groupsAround(sites, 'module.site["a"].service.web[0]')).toEqual([
    'module.site["a"].service.web',
    'module.site["a"]',
    "module.site",
  ]);
  expect(groupsAround(sites, 'module.site["a"]')).toEqual(["module.site"]);
  expect(groupsAround(sites, "file.index")).toEqual([]);
});

test("the filter finds every word, wherever it stands", () => {
  const plans = new Map([["service.hello", create]]);
  const [page, service] = drawing(hello, plans, () => false).nodes;
  if (!page || !service) throw new Error("two nodes");
  expect(["", "HELLO", "create serv", "serv create"].map((q) => matches(service, q))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["hello", "create"].map((q) => matches(page, q))).toEqual([false, false]);
});
