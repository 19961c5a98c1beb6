import { expect, test } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import {
  capabilities,
  factsNeeded,
  factsUsed,
  grants,
  usesEngine,
} from "../../../server/src/forge/capabilities.ts";
import { engineVariables } from "../../../server/src/intake/discover.ts";
import { builtinKinds } from "../../../server/src/intake/schema/known-kinds.ts";
import { facts } from "./run.ts";

const step = (name: string, args: Action["args"] = {}): Action => ({ name, args });
const container = { name: "x", imageVar: "IMAGE_REF" };
const process = { name: "x", command: ["node"] };

test("the engine is for those steps alone that work on it", () => {
  const steps = [...builtinKinds.steps.keys()].filter((name) => usesEngine(step(name)));
  expect(steps.sort()).toEqual([
    "build_image",
    "ensure_network",
    "ensure_volume",
    "remove_image",
    "remove_network",
    "remove_volume",
    "verify_service",
  ]);
  for (const name of ["ensure_service", "remove_service"]) {
    expect(usesEngine(step(name, container))).toBe(true);
    expect(usesEngine(step(name, process))).toBe(false);
  }
});

test("a step of an unknown kind may do nothing", () => {
  expect(capabilities(step("ensure_cdn_rule", { image: "x" }))).toEqual({
    network: "none",
    engine: false,
    git: false,
    home: false,
    writes: "nothing",
    secrets: "file",
    service: false,
  });
});

test("variables of the user's pass only where a capability needs them", () => {
  const variables = {
    HOME: "/home/me",
    PATH: "/evil",
    SSH_AUTH_SOCK: "/run/ssh",
    DOCKER_HOST: "unix:///x",
    CONTAINERS_CONF: "",
    ANTHROPIC_API_KEY: "key",
    NODE_OPTIONS: "--require evil",
    LD_PRELOAD: "evil",
  };
  const environment = { variables, platform: "linux", arch: "x64", nodePath: "/n", nodeVersion: "20" };
  expect(grants(step("fetch_repo"), environment)).toEqual({ HOME: "/home/me", SSH_AUTH_SOCK: "/run/ssh" });
  expect(grants(step("build_image"), environment)).toEqual({ HOME: "/home/me", DOCKER_HOST: "unix:///x" });
  expect(grants(step("ensure_service", process), environment)).toEqual({});
  for (const name of builtinKinds.steps.keys()) {
    const granted = Object.keys(grants(step(name), environment));
    expect(granted.filter((n) => /PATH|KEY|NODE|LD_/.test(n))).toEqual([]);
  }
  expect(new Set(engineVariables).size).toBe(engineVariables.length);
});

test("facts are looked for and used only where a template reads them", () => {
  expect([
    ...factsNeeded([step("ensure_file"), step("verify_service"), step("ensure_service", process)]),
  ]).toEqual(["node"]);
  expect([...factsNeeded([step("fetch_repo"), step("run_task")])].sort()).toEqual(["bash", "git", "node"]);
  expect([...factsNeeded([step("ensure_service", container)])].sort()).toEqual(["engine", "node"]);
  expect(factsUsed(step("build_image"), facts)).toEqual({ engine: "podman" });
  expect(factsUsed(step("run_task"), facts)).toEqual({});
});
