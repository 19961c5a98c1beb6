import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import { actionList } from "../server/src/assembly/actions.ts";
import { savedPlan } from "../server/src/assembly/saved-plan.ts";
import { artifactBundle } from "../server/src/forge/bundle.ts";
import { manifest } from "../server/src/forge/manifest.ts";
import { proposal } from "../server/src/forge/proposals/format.ts";
import { envFacts } from "../server/src/intake/facts.ts";
import { jsonSchemas, schemaText } from "../server/src/schemas.ts";
import { state } from "../server/src/state/state.ts";
import { runs } from "./support/runs.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const seed = (name: string): unknown => JSON.parse(read(`test/cases/seed/${name}.json`));

/** A sample of each contract that has something in every corner. */
const samples: Readonly<Record<string, { readonly type: z.ZodMiniType; readonly sample: unknown }>> = {
  "action-list": { type: actionList, sample: seed("action-list") },
  "artifact-bundle": { type: artifactBundle, sample: seed("artifact-bundle") },
  facts: {
    type: envFacts,
    sample: {
      os: "linux",
      arch: "x64",
      runtimes: { bash: { path: "/usr/bin/bash", version: "5.2.15" } },
      engine: { name: "podman", path: "/usr/bin/podman", version: "4.3.1" },
      git: { path: "/usr/bin/git", version: "2.39.2" },
    },
  },
  manifest: {
    type: manifest,
    sample: {
      version: "1",
      steps: [{ purpose: "run_task.a", run: { cmd: ["bash", "scripts/a.sh"] }, vars: { A: "1" } }],
      vars: {},
      artifacts: {
        "scripts/a.sh": {
          mode: "0755",
          purpose: "run_task.a",
          lang: "bash",
          base: "echo\n",
          origin: { compiler: "builtin", version: "0.1.0" },
          fingerprint: "a".repeat(64),
          conflict: "0123456789abcdef",
        },
      },
      knobs: { "run_task.a": { retries: 3, healthcheck_path: "/ready" } },
    },
  },
  plan: {
    type: savedPlan,
    sample: {
      version: "1",
      stack: ".",
      planId: "0".repeat(64),
      options: { destroy: false, refresh: true, targets: [], force: false },
      variables: { flags: [{ name: "a", text: "1" }], files: [], environment: {} },
      changes: [
        {
          address: "file.a",
          action: "update",
          reason: "content changed",
          fields: [{ path: "content", before: "a", after: { $ref: "x" }, sensitive: false }],
        },
      ],
      actions: seed("action-list"),
    },
  },
  proposal: {
    type: proposal,
    sample: {
      version: "1",
      id: "0123456789abcdef",
      kind: "artifact",
      reason: "conflict",
      step: "run_task.a",
      path: "scripts/a.sh",
      mode: "0755",
      lang: "bash",
      theirs: { file: "theirs-a.sh" },
      base: { file: "base-a.sh", sha256: "b".repeat(64) },
      yours: { sha256: "c".repeat(64) },
      compiler: { compiler: "builtin", version: "0.1.0" },
      fingerprint: "a".repeat(64),
      planId: "0".repeat(64),
    },
  },
  state: {
    type: state,
    sample: {
      version: "1",
      lineage: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
      serial: 4,
      resources: {
        "file.a": {
          kind: "file",
          name: "a",
          inputs: { path: "a", list: [1, null, { b: true }] },
          outputs: { path: "/a" },
          dependsOn: [],
          steps: {
            "ensure_file.a": { fingerprint: "b".repeat(64), artifacts: { "scripts/a.sh": "c".repeat(64) } },
          },
          status: "ok",
        },
      },
      verifies: {},
      outputs: { x: 1.5 },
    },
  },
};

// Formats are annotations in draft 2020-12; zod writes the pattern beside each.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
const schemas = jsonSchemas();
const validators = new Map([...schemas].map(([name, schema]) => [name, ajv.compile(schema)]));
const accepts = (name: string, value: unknown): boolean => validators.get(name)?.(value) === true;

test("every contract has its file, and no file is left over", () => {
  expect(readdirSync(new URL("../schemas", import.meta.url)).sort()).toEqual(
    [...schemas.keys()].map((n) => `${n}.json`).sort(),
  );
  expect(Object.keys(samples).sort()).toEqual([...schemas.keys()].sort());
});

describe.each([...schemas.keys()])("%s", (name) => {
  const { type, sample } = samples[name] ?? { type: undefined, sample: undefined };

  test("is what the zod type says (node scripts/schemas.mjs writes it)", () => {
    expect(read(`schemas/${name}.json`)).toBe(schemaText(schemas.get(name) ?? {}));
  });

  test("names and explains itself", () => {
    expect(schemas.get(name)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: `urn:clockwork:schema:${name}`,
      title: expect.any(String),
      description: expect.any(String),
    });
  });

  test("accepts the sample, as zod does", () => {
    expect(type?.safeParse(sample).success).toBe(true);
    expect(accepts(name, sample)).toBe(true);
  });

  test("agrees with zod about spoiled samples", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), value, fc.boolean(), (choices, replacement, add) => {
        const spoiled = spoil(structuredClone(sample), choices, replacement, add);
        const zod = type?.safeParse(spoiled).success === true;
        if (!zod) refused++;
        expect(accepts(name, spoiled)).toBe(zod);
      }),
      { numRuns: runs(1500) },
    );
    expect(refused).toBeGreaterThan(200);
  });
});

const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1,
    1.5,
    1e6,
    "",
    "1",
    "2",
    "0644",
    "ok",
    "x".repeat(64),
    "a".repeat(64),
    [],
    {},
  ),
  fc.constantFrom<unknown>("ensure_service", "A_B", "linux", ["bash"], { a: 1 }),
);

/** Walks down at random, then replaces, removes or adds something. */
function spoil(root: unknown, choices: Iterable<number>, replacement: unknown, add: boolean): unknown {
  const iterator = choices[Symbol.iterator]();
  const choose = (n: number): number => (iterator.next().value ?? 0) % n;
  let at = root;
  for (;;) {
    if (typeof at !== "object" || at === null) return replacement;
    const keys = Object.keys(at);
    const key = keys[choose(Math.max(keys.length, 1))];
    if (key === undefined || (add && choose(3) === 0)) {
      if (Array.isArray(at)) at.push(replacement);
      else Object.assign(at, { [`extra${choose(3)}`]: replacement });
      return root;
    }
    const child: unknown = Reflect.get(at, key);
    const isLeaf = typeof child !== "object" || child === null;
    if (isLeaf || choose(4) === 0) {
      if (choose(3) === 0 && !Array.isArray(at)) Reflect.deleteProperty(at, key);
      else Reflect.set(at, key, replacement);
      return root;
    }
    at = child;
  }
}
