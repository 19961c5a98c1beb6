/* What is installed with us, and what of it may run while it is installed. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const manifest: {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
} = read("package.json");
const lock: { readonly packages: Readonly<Record<string, Locked>> } = read("package-lock.json");
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");
const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

test("at most a dozen packages are needed to run", () => {
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(12);
});

test("every version is pinned, and every package's bytes are", () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(loose.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(locked.length).toBeGreaterThan(50);
  // A tool's program for another system may have been out of reach when the lockfile was made.
  const needed = locked.filter(([, { dev, optional }]) => !(dev && optional));
  expect(needed.filter(([, { link, integrity }]) => link || !integrity?.startsWith("sha512-"))).toEqual([]);
});

test("every package comes from npm's registry", () => {
  // Without an address it is the registry's.
  const strange = locked.filter(
    ([, p]) => p.resolved && !p.resolved.startsWith("https://registry.npmjs.org/"),
  );
  expect(strange.map(([path]) => path)).toEqual([]);
});

test("no package runs a script while it is installed that is not decided on", () => {
  expect(readFileSync(".npmrc", "utf8")).toMatch(/^ignore-scripts=true$/m);
  const scripted = [...new Set(locked.filter(([, p]) => p.hasInstallScript).map(([path]) => nameOf(path)))];
  const undecided = scripted.filter((name) => !Object.hasOwn(manifest.allowScripts, name));
  expect(undecided).toEqual([]);
});

test("we run none ourselves", () => {
  const atInstall = [
    "preinstall",
    "install",
    "postinstall",
    "prepare",
    "prepublish",
    "preprepare",
    "postprepare",
  ];
  expect(Object.keys(manifest.scripts).filter((name) => atInstall.includes(name))).toEqual([]);
});

test("the notices name what was compiled into a file of another package", () => {
  const notices = readFileSync("dist/licenses.txt", "utf8");
  const headings = [...notices.matchAll(/^-{78}\n(.+)\n-{78}$/gm)].map(([, heading]) => heading);
  expect(headings).toContain("mvdan.cc/sh/v3 (BSD-3-Clause)");
  expect(headings).toContain(
    "github.com/tinygo-org/tinygo 0.41.1 (BSD-3-Clause AND Apache-2.0 WITH LLVM-exception)",
  );
  expect(new Set(headings).size).toBe(headings.length);
  // They are those of the version that is locked: another one has to be looked at anew.
  expect(lock.packages["node_modules/sh-syntax"]).toMatchObject({ version: "0.7.0" });
  expect(readFileSync("node_modules/sh-syntax/vendors/wasm_exec.cjs", "utf8")).toContain(
    "tinygo/blob/v0.41.1/",
  );
});
