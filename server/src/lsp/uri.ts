/**
 * Paths of documents: absolute, with forward slashes on every system, which is what the file ports take. Written on the
 * platform's own `URL`, so that it works in a browser too.
 *
 * A file of a machine's disk has its own path. One of another file system (`vscode-vfs://github/me/stack/main.cw`) has its
 * scheme and authority in front, `//vscode-vfs:github/me/stack/main.cw`: no path of a disk has a colon there. Which of
 * them can be read, the host knows.
 */

/** The path of an address that has one: not of an unnamed document, nor of one that an address's query tells from others. */
export function pathOf(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, host, pathname, search } = new URL(uri);
  const path = decode(pathname);
  if (!path?.startsWith("/") || search !== "") return undefined;
  if (protocol !== "file:") return `//${protocol}${host}${path}`;
  if (host !== "") return `//${host}${path}`;
  return /^\/[a-zA-Z]:/.test(path) ? path.slice(1) : path;
}

export function uriOf(path: string): string {
  const [, scheme, authority, inside] = /^\/\/([a-z][a-z0-9+.-]*):([^/]*)(.*)$/.exec(path) ?? [];
  if (scheme !== undefined && inside !== undefined)
    return `${scheme}:${authority ? `//${authority}` : ""}${encode(inside || "/")}`;
  const encoded = encode(path);
  if (path.startsWith("//")) return `file:${encoded}`;
  return path.startsWith("/") ? `file://${encoded}` : `file:///${encoded}`;
}

/** Whether a path is one of a machine's disk. */
export function onDisk(path: string): boolean {
  return !/^\/\/[^/]*:/.test(path);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

/** A path relative to a folder, with `.` and `..` worked out. */
export function join(folder: string, relative: string): string {
  const segments = folder.split("/");
  for (const segment of relative.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/");
}

const encode = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** The path of a folder's address, however that ends. */
export function folderPath(uri: string): string | undefined {
  return pathOf(uri)?.replace(/\/$/, "");
}

/** Undefined for a text that no address has. */
export function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
