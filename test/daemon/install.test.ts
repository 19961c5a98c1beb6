import { execFile } from "node:child_process";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { serviceUnit } from "../../server/src/cli/service-unit.ts";
import { userHome } from "../agent/stack.ts";
import { cli, stackFolder } from "../support/cli.ts";

vi.setConfig({ testTimeout: 60_000 });

const awkward = `/srv/it's "100%" $HOME \\o/ & <co>`;
const started = { folder: awkward, argv: ["/usr/bin/node", "cli.js", awkward], env: { PATH: "/bin:/a b" } };

describe("a service file", () => {
  test("of systemd has every word as it is, whatever is in it", () => {
    const unit = serviceUnit("linux", { HOME: "/home/u" }, started);
    expect(unit?.path).toMatch(/^\/home\/u\/\.config\/systemd\/user\/clockwork-[\w-]+\.service$/);
    expect(unit?.text).toContain(
      String.raw`ExecStart="/usr/bin/node" "cli.js" "/srv/it's \"100%%\" $$HOME \\o/ & <co>"`,
    );
    expect(unit?.text).toContain(String.raw`WorkingDirectory=/srv/it's "100%%" $HOME \o/ & <co>`);
    expect(unit?.text).toContain('Environment="PATH=/bin:/a b"\n');
    // What it has started outlives it, as without a unit.
    expect(unit?.text).toContain("KillMode=process\n");
  });

  test("of launchd is XML with the same words", () => {
    const unit = serviceUnit("darwin", { HOME: "/Users/u" }, started);
    expect(unit?.path).toMatch(/^\/Users\/u\/Library\/LaunchAgents\/clockwork-[\w-]+\.plist$/);
    expect(unit?.text).toContain(String.raw`<string>/srv/it's "100%" $HOME \o/ &amp; &lt;co&gt;</string>`);
    const tags = [...(unit?.text ?? "").matchAll(/<(\/?)(dict|array|plist|key|string)\b/g)];
    const open = (name: string, slash: string) => tags.filter(([, s, n]) => n === name && s === slash).length;
    for (const name of ["dict", "array", "plist", "key", "string"])
      expect([name, open(name, "")]).toEqual([name, open(name, "/")]);
  });

  test("differs from stack to stack, and there is none for other systems", () => {
    const at = (folder: string) => serviceUnit("linux", { HOME: "/h" }, { ...started, folder })?.name;
    expect(at("/a/web")).not.toBe(at("/b/web"));
    expect(serviceUnit("win32", { HOME: "/h" }, started)).toBeUndefined();
  });
});

test("daemon install shows it, writes it on request, and uninstall takes it away", async (ctx) => {
  if (process.platform !== "linux") return ctx.skip("systemd is Linux's");
  const cwd = await stackFolder({ "main.cw": "", "my vars.cwvars": "" });
  const home = await userHome();
  const run = (...args: string[]) => cli(["daemon", ...args], { cwd, env: home });
  const printed = await run("install", "--print", "--interval", "5m", "--var-file", "my vars.cwvars");
  expect([printed.code, printed.stderr]).toEqual([0, ""]);
  expect(printed.stdout).toContain(
    `ExecStart="${process.execPath}" "${resolve("dist/cli.js")}" "daemon" "run" "${cwd}" "--json" "--interval" "5m" "--var-file" "${cwd}/my vars.cwvars"\n`,
  );
  expect((await run("install")).stderr).toContain("Give --yes");
  expect((await run("install", "--yes", "--var", "a=secret")).stderr).toContain("--var-file");
  const { path, text } = JSON.parse((await run("install", "--yes", "--json")).stdout);
  expect(path.startsWith(`${home.HOME}/.config/systemd/user/clockwork-`)).toBe(true);
  expect(await readFile(path, "utf8")).toBe(text);
  const verified = await verify(path, home.HOME);
  expect(verified ?? "").toBe("");
  expect((await run("uninstall")).stdout).toContain("systemctl --user disable --now clockwork-");
  await expect(access(path)).rejects.toThrow("ENOENT");
});

/** What systemd has to say against it; undefined on a machine without. */
async function verify(path: string, home: string): Promise<string | undefined> {
  await mkdir(join(home, "run"));
  await writeFile(join(home, "run/empty"), "");
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, XDG_RUNTIME_DIR: join(home, "run") };
  const call = promisify(execFile)("systemd-analyze", ["--user", "verify", path], { env });
  return call.then(
    ({ stderr }) => ownLines(stderr, path),
    (error: NodeJS.ErrnoException & { stderr?: string }) =>
      error.code === "ENOENT" ? undefined : ownLines(error.stderr ?? "", path) || undefined,
  );
}

/** Of its messages those about the file. */
function ownLines(text: string, path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return text
    .split("\n")
    .filter((line) => line.includes(name))
    .join("\n");
}
