/**
 * Paths that would meet on some file system: equal, equal but for case or Unicode form, or one a folder of another.
 * Returns for each artifact that comes too late the path it collides with, by index.
 */
export function collisions(paths: readonly string[]): ReadonlyMap<number, string> {
  const files = new Map<string, string>();
  const folders = new Map<string, { readonly spelled: string; readonly by: string }>();
  const found = new Map<number, string>();
  for (const [index, path] of paths.entries()) {
    const key = collisionKey(path);
    const other = files.get(key) ?? folders.get(key)?.by ?? meetsParent(path, files, folders);
    if (other !== undefined) found.set(index, other);
    else files.set(key, path);
  }
  return found;
}

/** Enters the folders of a path; the path it meets: a file where a folder must be, or a folder spelled otherwise. */
function meetsParent(
  path: string,
  files: ReadonlyMap<string, string>,
  folders: Map<string, { readonly spelled: string; readonly by: string }>,
): string | undefined {
  let levels = 0;
  for (let end = path.indexOf("/"); end !== -1 && levels < 8; end = path.indexOf("/", end + 1), levels++) {
    const spelled = path.slice(0, end);
    const key = collisionKey(spelled);
    const file = files.get(key);
    if (file !== undefined) return file;
    const folder = folders.get(key);
    if (folder === undefined) folders.set(key, { spelled, by: path });
    else if (folder.spelled !== spelled) return folder.by;
  }
  return undefined;
}

function collisionKey(path: string): string {
  return path.normalize("NFKC").toLowerCase();
}
