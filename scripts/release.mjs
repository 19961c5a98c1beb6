/**
 * What a release consists of: node scripts/release.mjs writes dist-release/ with the .vsix, the package for npm, a bill of
 * materials (CycloneDX, as npm makes it from the lockfile), the report of licences, and the checksums of all of them.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const folder = "dist-release";
const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const npm = (...args) =>
  execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
npm("run", "-s", "package", "--", "--out", `${folder}/${name}-${version}.vsix`);
npm("pack", "--ignore-scripts", "--pack-destination", folder);
const sbom = npm("sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only");
writeFileSync(`${folder}/sbom.cdx.json`, sbom);
writeFileSync(`${folder}/LICENSES.md`, licences(JSON.parse(sbom)));
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

/** Every package that is installed with us or is in our bundles, by licence. */
function licences({ components }) {
  const rows = components
    .map((c) => ({
      package: `${c.name} ${c.version}`,
      licence: (c.licenses ?? []).map((l) => l.license?.id ?? l.license?.name ?? l.expression).join(" and "),
    }))
    .sort((a, b) => (a.package < b.package ? -1 : 1));
  const unknown = rows.filter(({ licence }) => licence === "");
  if (unknown.length > 0)
    throw new Error(`no licence is known of ${unknown.map((r) => r.package).join(", ")}`);
  const table = rows.map((r) => `| ${r.package} | ${r.licence} |`).join("\n");
  return `# Licences of what ${name} ${version} is made with\n\n| package | licence |\n|---|---|\n${table}\n`;
}
