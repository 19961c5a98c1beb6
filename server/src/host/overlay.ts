import { type FileEntry, HostError, type ReadFiles, type WriteFiles } from "./ports.ts";

/**
 * Lays open documents over another file system: a document's text is what its path reads as, whether or not the file
 * exists. `documents` is asked at every call, so that one overlay serves for as long as the editor runs; for a view that
 * must not change under its reader, hand in a copy.
 *
 * @param documents texts by absolute path, spelt as the readers spell it: with forward slashes on every system
 */
export function overlay(below: ReadFiles, documents: ReadonlyMap<string, string>): ReadFiles {
  return {
    readText: async (path) => documents.get(path) ?? below.readText(path),
    readBytes: async (path) => {
      const text = documents.get(path);
      return text === undefined ? below.readBytes(path) : new TextEncoder().encode(text);
    },
    readPlain: async (path, maxBytes) => {
      const text = documents.get(path);
      if (text === undefined) return below.readPlain(path, maxBytes);
      const bytes = new TextEncoder().encode(text);
      if (bytes.length > maxBytes)
        throw new HostError("EFBIG", `EFBIG: more than ${maxBytes} bytes, read '${path}'`);
      return bytes;
    },
    list: async (path) => {
      const open = documentsIn(path, documents);
      if (open.length === 0) return below.list(path);
      return merge(await listIfThere(below, path), open);
    },
    realPath: async (path) => {
      if (documents.has(path) && (await below.stat(path)) === undefined) return path;
      return below.realPath(path);
    },
    stat: async (path) => {
      const text = documents.get(path);
      const found = await below.stat(path);
      if (text === undefined) return found;
      const size = new TextEncoder().encode(text).length;
      if (found?.kind === "file") return { ...found, size };
      const name = path.slice(path.lastIndexOf("/") + 1);
      return { name, kind: "file", size, mode: 0o644, links: 1, uid: found?.uid ?? 0 };
    },
  };
}

/** The same for who also writes: what is written goes to the files below. */
export function overlayWritable(below: WriteFiles, documents: ReadonlyMap<string, string>): WriteFiles {
  return {
    ...overlay(below, documents),
    writeAtomic: (path, content, mode) => below.writeAtomic(path, content, mode),
    writeNew: (path, content, mode) => below.writeNew(path, content, mode),
    makeDirectory: (path, mode) => below.makeDirectory(path, mode),
    remove: (path) => below.remove(path),
    rename: (from, to) => below.rename(from, to),
    append: (path) => below.append(path),
  };
}

function documentsIn(folder: string, documents: ReadonlyMap<string, string>): readonly string[] {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return [...documents.keys()]
    .filter((path) => path.startsWith(prefix) && !path.includes("/", prefix.length))
    .map((path) => path.slice(prefix.length));
}

/** A folder may exist in the editor alone: a document whose file was deleted, or was never saved. */
async function listIfThere(below: ReadFiles, path: string): Promise<readonly FileEntry[]> {
  return (await below.stat(path)) === undefined ? [] : below.list(path);
}

function merge(entries: readonly FileEntry[], open: readonly string[]): readonly FileEntry[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  for (const name of open) byName.set(name, { name, kind: "file" });
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
