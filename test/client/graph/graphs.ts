import type { GraphRecord } from "../../../server/src/protocol.ts";

const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 9 } };
const place = { uri: "file:///stack/main.cw", range, whole: range };

/** `web -> page: path`, or `check ->` for one that waits for everything; groups are told by `in`. */
export function graphOf(
  nodes: Readonly<Record<string, string | undefined>>,
  edges: readonly (readonly [from: string, to: string, reason?: string])[] = [],
  groups: GraphRecord["groups"] = [],
): GraphRecord {
  return {
    nodes: Object.entries(nodes).map(([address, group]) => ({
      address,
      kind: address.replace(/^(?:module\.[^.]+\.)?(?:verify\.)?/, "").split(".")[0] ?? "",
      isCheck: address.includes("verify."),
      place,
      ...(group !== undefined && { group }),
    })),
    groups,
    edges: edges.map(([from, to, reason]) => ({ from, to, ...(reason !== undefined && { reason }) })),
  };
}

/** The stack of examples/hello. */
export const hello = graphOf(
  { "file.page": undefined, "service.hello": undefined, "verify.http.page": undefined },
  [
    ["service.hello", "file.page", "env"],
    ["verify.http.page", "service.hello", "url"],
  ],
);

/** Two instances of a module, one of which has instances of a block. */
export const sites = graphOf(
  {
    "file.index": undefined,
    'module.site["a"].service.web[0]': 'module.site["a"].service.web',
    'module.site["a"].service.web[1]': 'module.site["a"].service.web',
    'module.site["a"].volume.data': 'module.site["a"]',
    'module.site["b"].volume.data': 'module.site["b"]',
  },
  [
    ["file.index", 'module.site["a"].service.web[0]', "content"],
    ["file.index", 'module.site["a"].service.web[1]', "content"],
    ['module.site["a"].service.web[0]', 'module.site["a"].volume.data', "mount"],
    ['module.site["a"].service.web[1]', 'module.site["a"].volume.data', "mount"],
  ],
  [
    { id: "module.site", kind: "module" },
    { id: 'module.site["a"]', kind: "module", parent: "module.site" },
    { id: 'module.site["a"].service.web', kind: "instances", parent: 'module.site["a"]' },
    { id: 'module.site["b"]', kind: "module", parent: "module.site" },
  ],
);
