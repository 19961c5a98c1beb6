import { expect, test } from "vitest";
import { withKnobs } from "../../server/src/forge/artifacts.ts";
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
  const turned = withKnobs("a", { retries: 3, timeout_s: 30 });
  expect(turned).not.toBe("a");
  expect(turned).toBe(withKnobs("a", { timeout_s: 30, retries: 3 }));
  expect(turned).not.toBe(withKnobs("a", { timeout_s: 31, retries: 3 }));
  expect(withKnobs("a", {})).toBe("a");
  expect(withKnobs("a", undefined)).toBe("a");
});
