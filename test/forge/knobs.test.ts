import { expect, test } from "vitest";
import { artifactVersion, callsOf } from "../../server/src/forge/artifacts.ts";
import { declaredKnobs, knobDeclaration, knobEnvironment } from "../../server/src/forge/knobs.ts";

test("a script declares its knobs in its head", () => {
  const script = `#!/usr/bin/env node\n// What it does.\n${knobDeclaration("//", { retries: 10, timeout_s: 2.5 })}\n`;
  expect(declaredKnobs(script)).toEqual({ retries: 10, timeout_s: 2.5 });
  expect(declaredKnobs("#!/bin/bash\n# clockwork:knobs log_max_mb=10 healthcheck_path=/up\n")).toEqual({
    log_max_mb: 10,
    healthcheck_path: "/up",
  });
});

test("what is no knob, out of range, or further down, is none", () => {
  expect(declaredKnobs("# clockwork:knobs privileged=1 retries=99 timeout_s=soon constructor=1")).toEqual({});
  expect(declaredKnobs(`${"\n".repeat(20)}# clockwork:knobs retries=1`)).toEqual({});
  expect(declaredKnobs('echo "# clockwork:knobs retries=1"')).toEqual({});
  expect(declaredKnobs("")).toEqual({});
});

test("a script gets what was turned, and nothing else", () => {
  expect(knobEnvironment({ timeout_s: 30, retries: 0 })).toEqual({
    CLOCKWORK_KNOB_RETRIES: "0",
    CLOCKWORK_KNOB_TIMEOUT_S: "30",
  });
});

test("a turned knob is another version of the artifact, whatever order it was written in", () => {
  const turned = artifactVersion("a", { retries: 3, timeout_s: 30 });
  expect(turned).not.toBe("a");
  expect(turned).toBe(artifactVersion("a", { timeout_s: 30, retries: 3 }));
  expect(turned).not.toBe(artifactVersion("a", { timeout_s: 31, retries: 3 }));
  expect(artifactVersion("a", {})).toBe("a");
  expect(artifactVersion("a", undefined)).toBe("a");
});

test("a script that is called otherwise is another version; called alone it is just itself", () => {
  const call = (cmd: string[], vars: Record<string, string> = {}) =>
    callsOf({ steps: [{ purpose: "a", run: { cmd } }], vars }).get("a");
  expect(call(["bash", "scripts/a.sh"])).toBeUndefined();
  expect(call(["deno", "run", "scripts/a.ts"])).toBeUndefined();
  const versions = [
    call(["bash", "scripts/a.sh", "--delete"]),
    call(["bash", "-e", "scripts/a.sh"]),
    call(["bash", "scripts/a.sh"], { NAME: "x" }),
    call(["bash", "scripts/a.sh"], { NAME: "y" }),
  ].map((one) => artifactVersion("a", undefined, one));
  expect(new Set([...versions, "a"]).size).toBe(5);
  expect(call(["bash", "scripts/a.sh"], { B: "1", A: "2" })).toBe(
    call(["bash", "scripts/a.sh"], { A: "2", B: "1" }),
  );
});
