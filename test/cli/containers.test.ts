import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { cli, freePort, stackFolder, startedSteps, stateOf } from "../support/cli.ts";
import { findPodman, type Podman } from "../support/podman.ts";

/*
 * The examples on a real engine. The images are made of what the machine has, because no registry may be in reach.
 */
let podman: Podman;
let missing: string | undefined;

const dockerfile = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
COPY index.html /www/index.html
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]
`;

beforeAll(() => {
  const found = findPodman();
  if ("reason" in found) missing = found.reason;
  else podman = found;
}, 120_000);

beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

async function appFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "clockwork-app-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await copyFile("/bin/busybox", join(folder, "busybox"));
  await writeFile(join(folder, "Dockerfile"), dockerfile);
  await writeFile(join(folder, "index.html"), "first version\n");
  return folder;
}

const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
    cwd,
    encoding: "utf8",
  });

/** Everything on the engine that carries the stack's label, and all image names. */
function leftOn(lineage: string): string[] {
  const label = `label=clockwork.stack=${lineage}`;
  return [
    podman.run("ps", "--all", "--quiet", "--filter", label),
    podman.run("images", "--all", "--quiet", "--filter", label),
    podman.run("volume", "ls", "--quiet", "--filter", label),
    podman.run("network", "ls", "--quiet", "--filter", label),
  ].flatMap((text) => text.split("\n").filter((line) => line !== ""));
}

const images = (): string[] => podman.run("images", "--all", "--format", "{{.ID}}").trim().split("\n").sort();

describe("web, on a real engine", () => {
  it("runs, is healthy, changes, and is removed without a trace", { timeout: 300_000 }, async () => {
    const app = await appFolder();
    const image = "localhost/clockwork-test-web:1";
    podman.run("build", "--quiet", "--tag", image, app);
    onTestFinished(() => void podman.run("rmi", "--force", image));
    const cwd = await stackFolder({ example: "web" });
    const port = await freePort();
    const given = ["--var", `image=${image}`, "--var", `port=${port}`, "--var", "internal_port=8080"];
    const run = (...args: string[]) => cli([...args, ...given], { cwd, env: podman.env });
    const applied = await run("apply", "--yes");
    expect(applied.stdout + applied.stderr).toContain("verify_http.web.health");
    expect(applied.code).toBe(0);
    expect(await (await fetch(`http://localhost:${port}`)).text()).toBe("first version\n");
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual([]);
    const { lineage } = await stateOf(cwd);
    expect(leftOn(lineage)).toHaveLength(3);

    const foreign = podman
      .run("run", "--detach", "--name", "clockwork-test-foreign", podman.baseImage)
      .trim();
    onTestFinished(() => void podman.run("rm", "--force", "--time", "0", foreign));
    const main = join(cwd, "main.cw");
    await writeFile(main, (await readFile(main, "utf8")).replace('"10m"', '"20m"'));
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual([
      "ensure_service.web",
      "verify_http.web.health",
    ]);
    expect(leftOn(lineage)).toHaveLength(3);

    podman.run("rm", "--force", "--time", "0", "web");
    const drift = JSON.parse((await cli(["refresh", "--json"], { cwd, env: podman.env })).stdout);
    expect(drift.find((o: { address: string }) => o.address === "service.web").status).toBe("gone");
    expect(startedSteps(await run("apply", "--yes", "--json", "--refresh"))).toEqual([
      "ensure_service.web",
      "verify_http.web.health",
    ]);

    const destroyed = await run("destroy", "--yes");
    expect(destroyed.stdout + destroyed.stderr).toContain("remove_service.web");
    expect(destroyed.code).toBe(0);
    expect(leftOn(lineage)).toEqual([]);
    expect(podman.run("ps", "--quiet", "--no-trunc", "--filter", "name=clockwork-test-foreign").trim()).toBe(
      foreign,
    );
  });

  it("takes no container that is not its own, unless it is told to", { timeout: 300_000 }, async () => {
    const name = "clockwork-test-taken";
    podman.run("run", "--detach", "--name", name, podman.baseImage);
    onTestFinished(() => void podman.run("rm", "--force", "--ignore", "--time", "0", name));
    const cwd = await stackFolder({
      "main.cw": `resource "service" "x" {\n  name = "${name}"\n  image = "${podman.baseImage}"\n}\n`,
    });
    const refused = await cli(["apply", "--yes"], { cwd, env: podman.env });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("not-ours");
    expect(refused.stderr).toContain("--adopt service.x");
    const adopted = await cli(["apply", "--yes", "--adopt", "service.x"], { cwd, env: podman.env });
    expect(adopted.stdout + adopted.stderr).toContain("ensure_service.x");
    expect(adopted.code).toBe(0);
    expect((await cli(["destroy", "--yes"], { cwd, env: podman.env })).code).toBe(0);
  });
});

describe("myapp, on a real engine with a real repository", () => {
  it("is fetched, built, run and verified; follows the repository; leaves nothing", {
    timeout: 300_000,
  }, async () => {
    const source = await appFolder();
    git(source, "init", "--quiet", "--initial-branch", "main");
    git(source, "add", ".");
    git(source, "commit", "--quiet", "--message", "first");
    const before = images();
    const cwd = await stackFolder({ example: "myapp" });
    const url = `file://${source}`;
    const run = (...args: string[]) => cli([...args, "--var", `url=${url}`], { cwd, env: podman.env });
    const sample = JSON.parse(await readFile("test/cases/seed/action-list.json", "utf8"));
    const planned = JSON.parse((await cli(["plan", "--json"], { cwd })).stdout);
    expect(planned.steps.map(({ name, args }: { name: string; args: object }) => ({ name, args }))).toEqual(
      sample.steps,
    );

    const applied = await run("apply", "--yes");
    expect(applied.stdout + applied.stderr).toContain("✓ verify_http.myapp");
    expect(applied.code).toBe(0);
    expect(await (await fetch("http://localhost:8080")).text()).toBe("first version\n");
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual([]);
    const { lineage, resources } = await stateOf(cwd);
    expect(resources["repository.app"]?.outputs["commit"]).toBe(git(source, "rev-parse", "HEAD").trim());

    await writeFile(join(source, "index.html"), "second version\n");
    git(source, "checkout", "--quiet", "-b", "next");
    git(source, "commit", "--quiet", "--all", "--message", "second");
    const main = join(cwd, "main.cw");
    await writeFile(main, (await readFile(main, "utf8")).replace('"main"', '"next"'));
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual([
      "fetch_repo.app",
      "build_image.image",
      "ensure_service.myapp",
      "verify_http.myapp",
    ]);
    expect(await (await fetch("http://localhost:8080")).text()).toBe("second version\n");

    const destroyed = await run("destroy", "--yes");
    expect(destroyed.stderr).toBe("");
    expect(destroyed.code).toBe(0);
    expect(leftOn(lineage)).toEqual([]);
    expect(images()).toEqual(before);
    await mkdir(join(cwd, ".clockwork/repos"), { recursive: true });
    expect(await readdir(join(cwd, ".clockwork/repos"))).toEqual([]);
  });
});
