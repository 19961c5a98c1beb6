/**
 * What a release consists of: node scripts/release.mjs writes dist-release/ with the .vsix, the package for npm, a bill of
 * materials (CycloneDX, of the packages that our bundles hold), the report of licences, and the checksums of all of them.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { noticed } from "./notices.mjs";

const folder = "dist-release";
const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const npm = (...args) =>
  execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
npm("run", "-s", "package", "--", "--out", `${folder}/${name}-${version}.vsix`);
packForNpm();
const bundled = noticed(readFileSync("dist/licenses.txt", "utf8"));
const all = JSON.parse(npm("sbom", "--sbom-format", "cyclonedx", "--package-lock-only"));
writeFileSync(`${folder}/sbom.cdx.json`, `${JSON.stringify(ofBundled(all), null, 2)}\n`);
writeFileSync(`${folder}/LICENSES.md`, licences());
const sums = readdirSync(folder)
  .sort()
  .map(
    (file) =>
      `${createHash("sha256")
        .update(readFileSync(`${folder}/${file}`))
        .digest("hex")}  ${file}`,
  );
writeFileSync(`${folder}/SHA256SUMS`, `${sums.join("\n")}\n`);
console.log(sums.join("\n"));

/** As `npm pack` makes it, without what only the repository needs: the bundles hold all dependencies. */
function packForNpm() {
  const pack = (...of) =>
    npm("pack", "--ignore-scripts", "--silent", "--pack-destination", folder, ...of).trim();
  const first = `${folder}/${pack()}`;
  execFileSync("tar", ["-xzf", first, "-C", folder]);
  rmSync(first);
  const staged = `${folder}/package`;
  const {
    dependencies,
    devDependencies,
    peerDependencies,
    peerDependenciesMeta,
    scripts,
    allowScripts,
    ...manifest
  } = JSON.parse(readFileSync(`${staged}/package.json`, "utf8"));
  writeFileSync(`${staged}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  pack(`./${staged}`);
  rmSync(staged, { recursive: true });
}

/** Nothing is installed with us, and our bundles hold packages that are no dependencies of who installs us: those alone count. */
function ofBundled({ metadata, components, dependencies, ...rest }) {
  const npmOnes = bundled.filter(({ title }) => /^\S+ \d/.test(title) && !title.startsWith("github.com/"));
  const known = new Map(components.map((c) => [titleOf(c), c]));
  const lost = npmOnes.filter(({ title }) => !known.has(title));
  if (lost.length > 0) throw new Error(`not in the lockfile: ${lost.map((one) => one.title).join(", ")}`);
  const kept = npmOnes.map(({ title }) => ({ ...known.get(title), scope: "required" }));
  const compiledIn = bundled.filter((one) => !npmOnes.includes(one)).map(goComponent);
  const refs = new Set([metadata.component["bom-ref"], ...kept.map((c) => c["bom-ref"])]);
  return {
    ...rest,
    metadata: { ...metadata, component: { ...metadata.component, type: "application", name } },
    components: [...kept, ...compiledIn],
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) })),
  };
}

/** Scoped packages have their scope in a field of its own. */
function titleOf({ group, name, version }) {
  return `${group && !name.startsWith("@") ? `${group}/` : ""}${name} ${version}`;
}

function goComponent({ title, license }) {
  const [module, version] = title.split(" ");
  const isVersion = /^\d/.test(version ?? "");
  return {
    type: "library",
    name: module,
    ...(isVersion && { version }),
    purl: `pkg:golang/${module === "go" ? "std" : module}${isVersion ? `@v${version}` : ""}`,
    licenses: [{ expression: license }],
  };
}

/** What our bundles hold, by licence. */
function licences() {
  const rows = bundled.map(({ title, license }) => `| ${title} | ${license} |`).sort();
  const table = rows.join("\n");
  return `# Licences of what ${name} ${version} is made with\n\nTheir texts are in dist/licenses.txt of the packages.\n\n| package | licence |\n|---|---|\n${table}\n`;
}
