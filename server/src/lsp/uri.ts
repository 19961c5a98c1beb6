/**
 * Paths of documents: absolute, with forward slashes on every system, which is what the file ports take. Written on the
 * platform's own `URL`, so that it works in a browser too.
 */

/** The path of a `file:` address; undefined for any other scheme, whose files the server cannot read. */
export function pathOf(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, host, pathname } = new URL(uri);
  if (protocol !== "file:") return undefined;
  const path = decode(pathname);
  if (path === undefined) return undefined;
  if (host !== "") return `//${host}${path}`;
  return /^\/[a-zA-Z]:/.test(path) ? path.slice(1) : path;
}

export function uriOf(path: string): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  if (path.startsWith("//")) return `file:${encoded}`;
  return path.startsWith("/") ? `file://${encoded}` : `file:///${encoded}`;
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

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
