import { createHash } from "node:crypto";

/**
 * The folder of a repository without `path`, relative to the stack: `.clockwork/repos/` and the name part of its address or
 * of a step's id (`repository.app["eu"]` and `fetch_repo.app["eu"]` are both `app.eu`). A list of steps without ids (the
 * seed's form) has no such name; then it is the last part of the URL.
 */
export function repositoryFolder(address: string, url = ""): string {
  const [modules, name] = nameParts(address);
  return `.clockwork/repos/${folderName([...modules, ...name]) || fromUrl(url)}`;
}

function nameParts(address: string): [modules: string[], name: string[]] {
  const steps = [...address.matchAll(/([A-Za-z_][A-Za-z0-9_-]*)(?:\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\])?/g)].map(
    ([, name, key, index]) => [
      name ?? "",
      ...(key !== undefined ? [key] : index !== undefined ? [index] : []),
    ],
  );
  let at = 0;
  while (steps[at]?.[0] === "module" && at + 2 < steps.length) at += 2;
  return [steps.slice(0, at).flat(), steps.slice(at + 1).flat()];
}

function folderName(parts: readonly string[]): string {
  const plain = parts.join(".");
  // Two names must not meet in one folder, on whatever file system.
  if (plain === "" || (/^[a-z0-9_][a-z0-9._-]{0,99}$/.test(plain) && parts.every((p) => !p.includes("."))))
    return plain;
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
  return `${plain.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 80)}-${hash}`;
}

function fromUrl(url: string): string {
  const last =
    url
      .replace(/\/+$/, "")
      .split(/[/:]/)
      .at(-1)
      ?.replace(/\.git$/, "") ?? "";
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(last) ? last : "repository";
}
