import fc from "fast-check";
import { expect, test } from "vitest";
import { artifactPath } from "../../server/src/assembly/step-files.ts";
import { pathFaults } from "../../server/src/forge/check/path.ts";
import { runs } from "../support/runs.ts";

test.each([
  ["ensure_service.web", "scripts/ensure_service.web.mjs"],
  ['ensure_service.web["eu"]', "scripts/ensure_service.web.eu.mjs"],
  ["ensure_service.web[0]", "scripts/ensure_service.web.0.mjs"],
  ['module.m["k"].ensure_file.a-b', "scripts/module.m.k.ensure_file.a-b.mjs"],
  ["verify_http.web.health", "scripts/verify_http.web.health.mjs"],
  ['verify_http.web["eu"].health', "scripts/verify_http.web.eu.health.mjs"],
  ["fetch_repo", "scripts/fetch_repo.mjs"],
])("%s is %s", (id, path) => {
  expect(artifactPath(id, "mjs")).toBe(path);
});

test("ids that some file system or reader could confuse have names of their own", () => {
  const ids = [
    "ensure_service.web",
    "ensure_service.Web",
    "ensure_service.wEB",
    'ensure_service.web["eu"]',
    'ensure_service.web["EU"]',
    'ensure_service.x["a.b"]',
    'ensure_service.x["a"].b',
    'ensure_service.x["a/b"]',
    'ensure_service.x["a b"]',
    'ensure_service.x["a\\"b"]',
    'ensure_service.x["é"]',
    'ensure_service.x["e\u0301"]',
    'ensure_service.x[""]',
    'ensure_service.x["."]',
    'ensure_service.x["../../etc/passwd"]',
    'verify_http.web["health"]',
    "verify_http.web.health",
    `ensure_file.${"a".repeat(200)}`,
    `ensure_file.${"a".repeat(201)}`,
  ];
  const paths = ids.map((id) => artifactPath(id, "sh"));
  expect(new Set(paths.map((p) => p.toLowerCase())).size).toBe(ids.length);
  for (const path of paths) expect(pathFaults(path), path).toEqual([]);
});

test("every id has a path that the check allows, and different ids different ones", () => {
  const key = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a", "A", ".", "..", "con", "health"));
  const id = fc
    .tuple(
      fc.constantFrom("ensure_file", "verify_http", "module.m.run_task"),
      fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]*$/),
      key,
    )
    .map(([step, name, k]) => `${step}.${name}[${JSON.stringify(k)}]`);
  fc.assert(
    fc.property(id, id, (a, b) => {
      expect(pathFaults(artifactPath(a, "mjs")), a).toEqual([]);
      if (a !== b) expect(artifactPath(a, "sh").toLowerCase()).not.toBe(artifactPath(b, "sh").toLowerCase());
    }),
    { numRuns: runs(500) },
  );
});
