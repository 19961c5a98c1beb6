import { expect, test } from "vitest";
import { type SupervisorSpec, specHash } from "../../../server/src/forge/supervisor/spec.ts";

const spec: Omit<SupervisorSpec, "specHash"> = {
  ...{ name: "web", folder: "/s/.clockwork/services/web", command: ["node"], cwd: "/s", env: {}, salt: "x" },
  ...{ stopSignal: "SIGTERM", stopTimeoutMs: 1, logMaxBytes: 1, logFiles: 1, restart: "no", secrets: [] },
};
const sandbox: SupervisorSpec["sandbox"] = {
  ...{ driver: "bwrap", network: true, home: true, rights: false, serves: true },
  ...{ readable: [], writable: [], protected: [], hidden: [] },
};
const hash = (its: typeof spec, asked: readonly string[] = ["."]): string =>
  specHash(its, asked, (text) => text);

test("a service runs otherwise in a sandbox, and with what it asks for, but not for how the sandbox is described", () => {
  const held = hash({ ...spec, sandbox });
  expect(hash(spec)).not.toBe(held);
  expect(
    hash({ ...spec, sandbox: { ...sandbox, hidden: ["/home/me/.pgpass"], protected: ["/s/.envrc"] } }),
  ).toBe(held);
  expect(hash({ ...spec, sandbox }, [".", "/srv"])).not.toBe(held);
});

test("one that is held by nothing runs as it did before there were sandboxes", () => {
  expect(hash(spec)).toBe('["x",["node"],"/s",[],"SIGTERM",1,"no",[1,1]]');
});
