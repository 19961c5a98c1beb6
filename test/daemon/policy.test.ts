import { describe, expect, test } from "vitest";
import { type Effect, judge, type PatchKind, patchKinds } from "../../server/src/daemon/policy.ts";
import { knobNames } from "../../server/src/forge/knobs.ts";
import { metaAttributes } from "../../server/src/intake/schema/kinds.ts";
import { builtinKinds, withKinds } from "../../server/src/intake/schema/known-kinds.ts";
import type { AttributeSchema, KindSchema, Risk } from "../../server/src/intake/schema/schema.ts";
import { stringType } from "../../server/src/intake/type.ts";
import type { Fault } from "../../server/src/state/observation.ts";

const own: KindSchema = {
  name: "certificate",
  description: "",
  attributes: [{ name: "domain", type: stringType, description: "", risk: "approve" }],
  outputs: [],
  phase: "ensure",
  ensure: "ensure_certificate",
  claims: [],
};
const kinds = withKinds(builtinKinds, [own]);
const all = [...kinds.resources.values(), ...kinds.verifies.values()];

/** Every path of an attribute, nested ones included. */
function paths(attributes: readonly AttributeSchema[]): string[] {
  return attributes.flatMap(({ name, block }) => [
    name,
    ...(block?.attributes ?? []).map((inner) =>
      block?.cardinality === "many" ? `${name}[0].${inner.name}` : `${name}.${inner.name}`,
    ),
  ]);
}

const attribute = (kind: string, path: string, secret = false, address = `${kind}.x`): Effect => ({
  type: "attribute",
  address,
  kind,
  path,
  secret,
});
const step = (kind: string, fault: Fault | undefined, more: Partial<Effect> = {}): Effect =>
  ({
    type: "step",
    address: `${kind}.x`,
    kind,
    action: "create",
    carries: false,
    ...(fault && { fault }),
    ...more,
  }) as Effect;
const knob = (name: string, value: unknown): Effect => ({ type: "knob", step: "s", knob: name, value });
const classOf = (patch: PatchKind, ...effects: Effect[]): Risk => judge(patch, effects, kinds).class;

/** What a change of it would remove or replace, or run when something is removed. Everything else in the files is approved. */
const never: Readonly<Record<string, readonly string[]>> = {
  repository: ["url", "path"],
  image: ["tags"],
  network: ["name", "driver", "labels"],
  volume: ["name", "driver", "labels"],
  service: ["name"],
  file: ["path"],
  directory: ["path"],
  task: ["on_destroy"],
};

describe("every kind, every attribute, every kind of patch", () => {
  for (const kind of all) {
    for (const path of paths([...kind.attributes, ...metaAttributes])) {
      const isResource = kinds.resources.get(kind.name) === kind;
      const address = isResource ? `${kind.name}.x` : `verify.${kind.name}.x`;
      const expected = isResource && (never[kind.name] ?? []).includes(path) ? "never" : "approve";
      test(`${address} ${path}: ${expected}`, () => {
        for (const patch of patchKinds) {
          expect(classOf(patch, attribute(kind.name, path, false, address)), patch).toBe(expected);
          expect(classOf(patch, attribute(kind.name, path, true, address)), `${patch}, secret`).toBe("never");
        }
      });
    }
  }

  test("an attribute or a kind that no table has is approved by a person", () => {
    expect(classOf("cw", attribute("service", "hologram"))).toBe("approve");
    expect(classOf("cw", attribute("hologram", "name"))).toBe("approve");
  });
});

describe("running a step again", () => {
  const faults: readonly Fault[] = ["gone", "stopped", "restarting", "changed", "foreign"];
  const safe: Readonly<Record<string, readonly Fault[]>> = {
    repository: ["gone"],
    network: ["gone"],
    service: ["gone", "stopped"],
    file: ["gone"],
    directory: ["gone"],
  };
  const lost: Readonly<Record<string, readonly Fault[]>> = { volume: ["gone", "changed"] };
  for (const { name } of kinds.resources.values()) {
    for (const fault of faults) {
      const expected =
        fault === "foreign" || lost[name]?.includes(fault)
          ? "never"
          : safe[name]?.includes(fault)
            ? "safe"
            : "approve";
      test(`${name} ${fault}: ${expected}`, () => {
        for (const action of ["create", "update"] as const) {
          expect(classOf("rerun", step(name, fault, { action, carries: true }))).toBe(expected);
          // Of another resource, or of one for which something else waits.
          const other = expected === "safe" ? "approve" : expected;
          expect(classOf("rerun", step(name, fault, { action }))).toBe(other);
          expect(classOf("knob", knob("retries", 3), step(name, fault, { action }))).toBe(other);
        }
        for (const action of ["delete", "replace", "forget"] as const)
          expect(classOf("rerun", step(name, fault, { action })), action).toBe("never");
      });
    }
    test(`${name} with nothing the matter: approve`, () => {
      expect(classOf("rerun", step(name, undefined))).toBe("approve");
    });
  }
});

describe("knobs", () => {
  const within: Readonly<Record<string, readonly unknown[]>> = {
    retries: [0, 10],
    timeout_s: [1, 600],
    interval_s: [5, 3600],
    log_max_mb: [1, 100],
    log_files: [1, 10],
    healthcheck_path: ["/", "/up?x=1"],
  };
  const outside: Readonly<Record<string, readonly unknown[]>> = {
    retries: [-1, 11, 1.5, "3", Number.NaN, null],
    timeout_s: [0, 601, Number.POSITIVE_INFINITY, "60", {}],
    interval_s: [4, 3601, undefined],
    log_max_mb: [0, 101, -0.1],
    log_files: [0, 11, 2.5],
    healthcheck_path: ["up", "", "/ x", "/\n", `/${"a".repeat(256)}`, "//../\u202e", 7],
  };
  test("are those, and no others", () => {
    expect([...knobNames].sort()).toEqual(Object.keys(within).sort());
  });
  for (const name of knobNames) {
    test(`${name} is safe within its range and never outside`, () => {
      for (const value of within[name] ?? []) expect(classOf("knob", knob(name, value))).toBe("safe");
      for (const value of outside[name] ?? []) expect(classOf("knob", knob(name, value))).toBe("never");
    });
    test(`${name} in a patch that calls itself something else is not safe`, () => {
      for (const patch of patchKinds.filter((p) => p !== "knob"))
        expect(classOf(patch, knob(name, 5)), patch).toBe("approve");
    });
  }
  test("of other names are approved, whatever their name", () => {
    for (const name of ["logging", "privileged", "constructor", "__proto__", "toString"])
      expect(classOf("knob", knob(name, 1))).toBe("approve");
  });
});

describe("a patch of several effects", () => {
  const carrying = step("service", undefined, { action: "update", carries: true });
  test("is in the class of the strictest", () => {
    expect(classOf("knob", knob("retries", 3), carrying)).toBe("safe");
    expect(classOf("knob", knob("retries", 3), { type: "script", path: "scripts/x.sh" })).toBe("approve");
    expect(classOf("knob", knob("retries", 3), attribute("service", "ports"))).toBe("approve");
    expect(classOf("knob", knob("retries", 3), attribute("service", "name"), carrying)).toBe("never");
    expect(classOf("cw", attribute("service", "env"), { type: "other", what: "a variable" })).toBe("approve");
  });
  test("takes no waiting change of the files along", () => {
    const { class: risk, rule } = judge(
      "knob",
      [knob("retries", 3), step("service", undefined, { action: "update" })],
      kinds,
    );
    expect([risk, rule]).toEqual(["approve", "more-than-the-patch"]);
    expect(classOf("rerun", step("service", "gone"), step("image", undefined, { action: "update" }))).toBe(
      "approve",
    );
  });
  test("that changes nothing is none", () => {
    for (const patch of patchKinds) expect(judge(patch, [], kinds).rule).toBe("nothing-changes");
    for (const patch of ["knob", "artifact", "cw"] as const)
      expect(judge(patch, [carrying], kinds).rule).toBe("nothing-changes");
  });
});

describe("the default policy, as it was promised", () => {
  test("Auto-apply: artifact patches to retries/healthchecks/logging", () => {
    for (const [name, value] of [
      ["retries", 5],
      ["timeout_s", 60],
      ["interval_s", 30],
      ["healthcheck_path", "/up"],
      ["log_max_mb", 20],
      ["log_files", 3],
    ] as const)
      expect(classOf("knob", knob(name, value))).toBe("safe");
  });
  test("Require approval: .cw changes to ports, mounts, privileges", () => {
    for (const path of ["ports", "ports[0].external", "mounts", "mounts[2].source", "privileged", "user"])
      expect(classOf("cw", attribute("service", path))).toBe("approve");
  });
  test("Never auto: destructive ops or secrets rotation → runbook", () => {
    for (const { name } of kinds.resources.values()) {
      for (const patch of patchKinds)
        expect(classOf(patch, attribute(name, "x"), step(name, "gone", { action: "delete" }))).toBe("never");
    }
    expect(classOf("cw", attribute("service", "env.PASSWORD", true))).toBe("never");
  });
});
