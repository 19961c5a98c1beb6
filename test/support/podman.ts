/** A real podman for tests, where the machine has one, and a tiny image to run on it: no registry is needed. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Podman {
  readonly path: string;
  readonly version: string;
  /** What a program needs to use it, on top of PATH and HOME. */
  readonly env: Readonly<Record<string, string>>;
  /** A busybox that waits until it is told to end. */
  readonly baseImage: string;
  /** Runs it and gives back what it prints; throws when it fails. */
  run(...words: string[]): string;
}

/** The engine, or why there is none. */
export function findPodman(): Podman | { readonly reason: string } {
  const path = "/usr/bin/podman";
  if (!existsSync(path)) return { reason: "podman is not installed" };
  if (!existsSync("/bin/busybox"))
    return { reason: "busybox-static is not installed, of which the image is made" };
  const folder = mkdtempSync(join(tmpdir(), "clockwork-podman-"));
  const env = engineEnvironment(folder);
  const all = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: process.env["HOME"] ?? folder, ...env };
  const info = spawnSync(path, ["info", "--format", "{{.Version.Version}}"], { env: all, encoding: "utf8" });
  if (info.status !== 0) return { reason: `podman info fails: ${info.stderr.trim().split("\n").at(-1)}` };
  const run = (...words: string[]): string =>
    execFileSync(path, words, { env: all, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return { path, version: info.stdout.trim(), env, baseImage: buildBase(folder, run), run };
}

/** Settings for containers inside a container: no limits to raise, no systemd, no cgroups of the second version. */
function engineEnvironment(folder: string): Record<string, string> {
  if (!existsSync("/usr/sbin/runc") && !existsSync("/usr/bin/runc")) return {};
  const conf = join(folder, "containers.conf");
  writeFileSync(
    conf,
    '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n',
  );
  return { CONTAINERS_CONF: conf, BUILDAH_ISOLATION: "chroot" };
}

function buildBase(folder: string, run: (...words: string[]) => string): string {
  const name = "localhost/clockwork-test-base";
  copyFileSync("/bin/busybox", join(folder, "busybox"));
  writeFileSync(
    join(folder, "Dockerfile"),
    'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox","--install","-s","/bin"]\nCMD ["/bin/sh","-c","trap exit TERM; while :; do sleep 1 & wait $!; done"]\n',
  );
  run("build", "--quiet", "--tag", name, folder);
  return name;
}
