import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { findPodman, type Podman } from "../../support/podman.ts";
import { lineage, makeStack, type Ran, run } from "./run.ts";

// An engine on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const found = findPodman();
const suffix = `t${process.pid}`;
const name = (what: string): string => `cw-${what}-${suffix}`;

let engine: Podman;
let stack: string;

/** A visible skip, with the reason, where there is no podman. */
beforeEach((ctx) => {
  if ("reason" in found) return ctx.skip(found.reason);
  engine = found;
  stack = makeStack();
});

afterAll(() => {
  if ("reason" in found) return;
  for (const what of ["web", "foreign", "crash"]) found.run("rm", "--force", "--ignore", name(what));
  for (const what of ["net", "net2"]) found.run("network", "rm", "--force", name(what));
  found.run("volume", "rm", "--force", name("vol"));
  found.run("image", "rm", "--force", "--ignore", `${name("app")}:1`, `${name("app")}:latest`);
});

const engineRun = (action: Action, env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  run(stack, action, { ...engine.env, ...env });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  server.close();
  return address !== null && typeof address !== "string" ? address.port : 0;
}

describe("images", () => {
  const build = (args: Action["args"] = {}): Action => ({
    name: "build_image",
    id: "build_image.app",
    args: { context: "app", tags: [`${name("app")}:1`, `${name("app")}:latest`], ...args },
    provides: { ref: "IMAGE_REF", id: "IMAGE_APP_ID" },
  });
  const remove = (): Action => ({
    name: "remove_image",
    id: "remove_image.app",
    args: { tags: [`${name("app")}:1`, `${name("app")}:latest`] },
  });

  test("are built, labelled, built again to the same, and removed", async () => {
    mkdirSync(join(stack, "app"));
    writeFileSync(
      join(stack, "app/Dockerfile.it's"),
      `FROM ${engine.baseImage} AS first\nARG GREETING\nARG TOKEN\nRUN echo "$GREETING" >/greeting; test "$TOKEN" = s3cret\nFROM first AS last\n`,
    );
    const action: Action = {
      ...build({
        dockerfile: "Dockerfile.it's",
        target: "first",
        build_args: { GREETING: "it's ${LATER}", TOKEN: "${SECRET_TOKEN}" },
      }),
      secrets: ["SECRET_TOKEN"],
    };
    const env = { LATER: "a $b", SECRET_TOKEN: "s3cret" };
    const ran = await engineRun(action, env);
    expect(ran).toMatchObject({ code: 0, outputs: { IMAGE_REF: `${name("app")}:1` } });
    const read = (format: string): string =>
      engine.run("image", "inspect", "--format", format, `${name("app")}:latest`).trim();
    expect(read('{{index .Config.Labels "clockwork.stack"}}')).toBe(lineage);
    expect(read("{{.Id}}")).toBe(ran.outputs["IMAGE_APP_ID"]);
    expect(engine.run("run", "--rm", `${name("app")}:1`, "cat", "/greeting")).toBe("it's a $b\n");
    expect((await engineRun(action, env)).outputs).toEqual(ran.outputs);
    expect((await engineRun(build({ context: "nowhere" }))).stderr).toContain(
      "the folder nowhere does not exist",
    );
    expect(await engineRun(remove())).toMatchObject({ code: 0, stderr: "" });
    expect(await engineRun(remove())).toMatchObject({ code: 0, stderr: "" });
  });

  test("tags and arguments that are known only now", async () => {
    writeFileSync(join(stack, "Dockerfile"), `FROM ${engine.baseImage}\nARG A\nENV A=$A\n`);
    const action: Action = {
      name: "build_image",
      id: "build_image.app",
      args: { contextVar: "APP_WORKDIR", tagsVar: "TAGS_JSON", build_argsVar: "ARGS_JSON" },
      secrets: ["ARGS_JSON"],
      provides: { ref: "IMAGE_REF" },
    };
    const env = {
      APP_WORKDIR: stack,
      TAGS_JSON: JSON.stringify([`${name("app")}:1`, `${name("app")}:latest`]),
      ARGS_JSON: JSON.stringify({ A: "x y" }),
    };
    const ran = await engineRun(action, env);
    expect(ran).toMatchObject({ code: 0, outputs: { IMAGE_REF: `${name("app")}:1` } });
    expect(engine.run("run", "--rm", `${name("app")}:latest`, "sh", "-c", "echo $A")).toBe("x y\n");
    expect((await engineRun(remove())).code).toBe(0);
  });

  test("of others are not removed", async () => {
    engine.run("tag", engine.baseImage, `${name("app")}:1`);
    const ran = await engineRun(remove());
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toBe(`remove_image.app: the image ${name("app")}:1 was not built by this stack\n`);
    engine.run("image", "rm", `${name("app")}:1`);
  });
});

describe.each(["network", "volume"] as const)("a %s", (kind) => {
  const thing = name(kind === "network" ? "net" : "vol");
  const ensure: Action = {
    name: `ensure_${kind}`,
    id: `ensure_${kind}.x`,
    args: { name: thing, labels: { team: "it's a" } },
    provides: { id: "X_ID" },
  };
  const remove: Action = { name: `remove_${kind}`, id: `remove_${kind}.x`, args: { name: thing } };

  test("is made once, and removed", async () => {
    expect(await engineRun(ensure)).toMatchObject({
      code: 0,
      stdout: `made ${kind} ${thing}\n`,
      outputs: { X_ID: thing },
    });
    expect(await engineRun(ensure)).toMatchObject({
      code: 0,
      stdout: `${kind} ${thing} is there\n`,
      outputs: { X_ID: thing },
    });
    const label = engine.run(kind, "inspect", "--format", '{{index .Labels "team"}}', thing).trim();
    expect(label).toBe("it's a");
    expect(await engineRun(remove)).toMatchObject({ code: 0, stdout: `removed ${kind} ${thing}\n` });
    expect(await engineRun(remove)).toMatchObject({ code: 0, stdout: `${kind} ${thing} is not there\n` });
  });

  test("of others is left alone, unless it is taken over", async () => {
    engine.run(kind, "create", thing);
    const message = `the ${kind} ${thing} was not made by this stack\n`;
    expect((await engineRun(ensure)).stderr).toBe(`ensure_${kind}.x: ${message}`);
    expect((await engineRun(remove)).stderr).toBe(`remove_${kind}.x: ${message}`);
    expect((await engineRun(ensure, { CLOCKWORK_ADOPT: "1" })).code).toBe(0);
    expect((await engineRun(remove, { CLOCKWORK_ADOPT: "1" })).code).toBe(0);
  });
});

describe("a service", () => {
  const service = (args: Action["args"], secrets: string[] = []): Action => ({
    name: "ensure_service",
    id: "ensure_service.web",
    args: { name: name("web"), imageVar: "IMAGE_REF", ...args },
    secrets,
    provides: { id: "SERVICE_WEB_ID", host: "WEB_HOST" },
  });
  const remove = (what: string): Action => ({
    name: "remove_service",
    id: "remove_service.web",
    args: { name: name(what), image: "x" },
  });

  test("runs with everything it was given, stays while nothing changes, and is replaced when something does", async () => {
    const port = await freePort();
    const env = { IMAGE_REF: "clockwork-test-base", SECRET_PASSWORD: "pass'word $x", WORD: "w" };
    for (const what of ["net", "net2"]) engine.run("network", "create", name(what));
    writeFileSync(join(stack, "conf,1"), "configured");
    const action: Action = {
      ...service(
        {
          ports: [{ external: port, internal: 8080, host_ip: "127.0.0.1" }],
          env: { PLAIN: "it's ${WORD}", PASSWORD: "${SECRET_PASSWORD}" },
          mounts: [
            { source: "./conf,1", target: "/etc/conf", read_only: true },
            { source: name("vol"), target: "/data" },
          ],
          networks: [name("net"), name("net2")],
          labels: { team: "a=b" },
          user: "0:0",
          workdir: "/data",
          restart: "no",
          logging: { driver: "json-file", opts: { "max-size": "10m", "max-file": "3" } },
        },
        ["SECRET_PASSWORD"],
      ),
      provides: { id: "SERVICE_WEB_ID", host: "WEB_HOST", port: "WEB_PORT", url: "WEB_URL" },
    };
    const ran = await engineRun(action, env);
    expect(ran).toMatchObject({ code: 0, stdout: `started container ${name("web")}\n` });
    const url = `http://localhost:${port}`;
    expect(ran.outputs).toMatchObject({ WEB_HOST: "localhost", WEB_PORT: String(port), WEB_URL: url });
    const inside = (...words: string[]): string => engine.run("exec", name("web"), ...words);
    expect(inside("sh", "-c", 'echo "$PLAIN|$PASSWORD"; pwd; cat /etc/conf')).toBe(
      "it's w|pass'word $x\n/data\nconfigured",
    );
    expect(inside("sh", "-c", "touch /etc/conf 2>&1 || true")).toContain("Read-only");
    const described = JSON.parse(engine.run("container", "inspect", name("web")))[0];
    expect(described.Config.Labels).toMatchObject({ "clockwork.stack": lineage, team: "a=b" });
    expect(described.HostConfig.PortBindings).toEqual({
      "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }],
    });
    expect(Object.keys(described.NetworkSettings.Networks).sort()).toEqual([name("net"), name("net2")]);

    const again = await engineRun(action, env);
    expect(again).toMatchObject({ code: 0, stdout: `container ${name("web")} runs as it should\n` });
    expect(again.outputs).toEqual(ran.outputs);
    const changed = await engineRun(action, { ...env, SECRET_PASSWORD: "other" });
    expect(changed).toMatchObject({ code: 0, stdout: `replaced container ${name("web")}\n` });
    expect(changed.outputs["SERVICE_WEB_ID"]).not.toBe(ran.outputs["SERVICE_WEB_ID"]);
    expect(inside("sh", "-c", 'echo "$PASSWORD"')).toBe("other\n");

    engine.run("stop", "-t", "0", name("web"));
    const restarted = await engineRun(action, { ...env, SECRET_PASSWORD: "other" });
    expect(restarted.stdout).toBe(`replaced container ${name("web")}\n`);
    expect(await engineRun(remove("web"))).toMatchObject({
      code: 0,
      stdout: `removed container ${name("web")}\n`,
    });
    expect(await engineRun(remove("web"))).toMatchObject({ code: 0 });
  });

  test("is replaced when its image was built anew under the same name", async () => {
    const image = `${name("app")}:latest`;
    const built = (text: string): void => {
      writeFileSync(join(stack, "Dockerfile"), `FROM ${engine.baseImage}\nENV BUILD=${text}\n`);
      engine.run("build", "--quiet", "--tag", image, stack);
    };
    built("1");
    const first = await engineRun(service({}), { IMAGE_REF: image });
    expect(first.code).toBe(0);
    expect((await engineRun(service({}), { IMAGE_REF: image })).outputs).toEqual(first.outputs);
    built("2");
    expect((await engineRun(service({}), { IMAGE_REF: image })).stdout).toContain("replaced");
    expect(engine.run("exec", name("web"), "sh", "-c", "echo $BUILD")).toBe("2\n");
    expect((await engineRun(remove("web"))).code).toBe(0);
  });

  test("an environment that is known only now, and is secret, is never an argument", async () => {
    const action: Action = {
      ...service({ envVar: "ENV_JSON" }, ["ENV_JSON"]),
      provides: {},
    };
    const env = { IMAGE_REF: engine.baseImage, ENV_JSON: JSON.stringify({ A: "x\ny", PATH: "/bin" }) };
    expect(await engineRun(action, env)).toMatchObject({ code: 0, stderr: "" });
    expect(engine.run("exec", name("web"), "/bin/sh", "-c", 'echo "$A $PATH"')).toBe("x\ny /bin\n");
    const { CreateCommand } = JSON.parse(engine.run("container", "inspect", name("web")))[0].Config;
    expect(JSON.stringify(CreateCommand)).not.toContain("x\\ny");
    expect((await engineRun(remove("web"))).code).toBe(0);
  });

  test("that ends at once has failed, shows its last words and leaves nothing behind", async () => {
    writeFileSync(
      join(stack, "Dockerfile"),
      `FROM ${engine.baseImage}\nCMD ["sh","-c","echo last words; exit 3"]\n`,
    );
    const image = `${name("app")}:1`;
    engine.run("build", "--quiet", "--tag", image, stack);
    const ran = await engineRun(service({ name: name("crash"), restart: "no" }), { IMAGE_REF: image });
    expect(ran).toMatchObject({ code: 1, outputs: {} });
    expect(ran.stdout).toContain("last words");
    expect(ran.stderr).toContain(`container ${name("crash")} ended with code 3 right after its start`);
    expect(() => engine.run("container", "inspect", name("crash"))).toThrow();
  });

  test("without its image fails before the old container is touched", async () => {
    const first = await engineRun(service({}), { IMAGE_REF: engine.baseImage });
    const ran = await engineRun(service({}), { IMAGE_REF: "localhost/no-such-image:1" });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("ensure_service.web: podman pull failed");
    const still = engine
      .run("container", "inspect", "--format", "{{.Id}} {{.State.Running}}", name("web"))
      .trim();
    expect(still).toBe(`${first.outputs["SERVICE_WEB_ID"]} true`);
    expect((await engineRun(remove("web"))).code).toBe(0);
  });

  test("of others is left alone, even one that runs our image", async () => {
    writeFileSync(join(stack, "Dockerfile"), `FROM ${engine.baseImage}\nLABEL clockwork.stack=${lineage}\n`);
    engine.run("build", "--quiet", "--tag", `${name("app")}:1`, stack);
    engine.run("run", "--detach", "--name", name("foreign"), `${name("app")}:1`);
    const ran = await engineRun(service({ name: name("foreign") }), { IMAGE_REF: `${name("app")}:1` });
    expect(ran).toMatchObject({
      code: 1,
      stderr: `ensure_service.web: a container "${name("foreign")}" exists and was not made by this stack\n`,
    });
    expect((await engineRun(remove("foreign"))).stderr).toContain("was not made by this stack");
    const adopted = await engineRun(service({ name: name("foreign") }), {
      IMAGE_REF: `${name("app")}:1`,
      CLOCKWORK_ADOPT: "1",
    });
    expect(adopted).toMatchObject({ code: 0 });
    expect((await engineRun(remove("foreign"))).code).toBe(0);
  });

  test("verify_service sees a container", async () => {
    await engineRun(service({}), { IMAGE_REF: engine.baseImage });
    const check = (state: string): Action => ({
      name: "verify_service",
      args: { service: name("web"), state, interval: "10ms" },
      retries: 1,
    });
    expect((await engineRun(check("running"))).code).toBe(0);
    expect((await engineRun(check("stopped"))).code).toBe(1);
    await engineRun(remove("web"));
    expect((await engineRun(check("stopped"))).code).toBe(0);
  });
});
