import type { AppendFile, FileEntry, FileStat, WriteFiles } from "./ports.ts";
import { HostError } from "./ports.ts";

type Entry =
  | { readonly kind: "file"; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: "directory"; readonly mode: number }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "other" };

/** Files in a map, by absolute path without a slash at the end. Links are followed in the last segment alone. */
export class MemoryFiles implements WriteFiles {
  readonly #entries = new Map<string, Entry>([["/", { kind: "directory", mode: 0o755 }]]);

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) this.set(path, content);
  }

  /** Puts a file there at once, with its folders. */
  set(path: string, content: string | Uint8Array, mode = 0o644): void {
    this.#place(path, { kind: "file", bytes: bytesOf(content), mode });
  }

  link(path: string, target: string): void {
    this.#place(path, { kind: "symlink", target });
  }

  /** A pipe, socket or device. */
  special(path: string): void {
    this.#place(path, { kind: "other" });
  }

  /** All files' texts by path, or those of the paths that are asked for, sorted. */
  texts(isAskedFor: (path: string) => boolean = () => true): Record<string, string> {
    const asked = [...this.#entries].filter(([path]) => isAskedFor(path));
    const sorted = asked.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      sorted.flatMap(([path, e]) => (e.kind === "file" ? [[path, new TextDecoder().decode(e.bytes)]] : [])),
    );
  }

  async readText(path: string): Promise<string> {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.readBytes(path));
  }

  async readBytes(path: string): Promise<Uint8Array> {
    const entry = this.#follow(clean(path));
    if (entry?.kind === "file") return entry.bytes.slice();
    throw entry?.kind === "directory" ? failure("EISDIR", "read", path) : failure("ENOENT", "read", path);
  }

  async readPlain(path: string, maxBytes: number): Promise<Uint8Array> {
    const entry = this.#entries.get(clean(path));
    if (entry === undefined) throw failure("ENOENT", "read", path);
    if (entry.kind === "symlink") throw failure("ELOOP", "read", path);
    if (entry.kind !== "file") throw failure("EINVAL", "read", path);
    if (entry.bytes.length > maxBytes) throw failure("EFBIG", "read", path);
    return entry.bytes.slice();
  }

  async list(path: string): Promise<readonly FileEntry[]> {
    const folder = clean(path);
    const entry = this.#follow(folder);
    if (entry === undefined) throw failure("ENOENT", "list", path);
    if (entry.kind !== "directory") throw failure("ENOTDIR", "list", path);
    const prefix = folder === "/" ? "/" : `${folder}/`;
    const found: FileEntry[] = [];
    for (const [other, { kind }] of this.#entries) {
      const name = other.slice(prefix.length);
      if (other.startsWith(prefix) && name !== "" && !name.includes("/")) found.push({ name, kind });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const entry = this.#entries.get(clean(path));
    if (entry === undefined) return undefined;
    return {
      name: clean(path).slice(clean(path).lastIndexOf("/") + 1),
      kind: entry.kind,
      size: entry.kind === "file" ? entry.bytes.length : 0,
      mode: entry.kind === "file" || entry.kind === "directory" ? entry.mode : 0o777,
      links: 1,
      uid: 0,
    };
  }

  async realPath(path: string): Promise<string> {
    let real = "";
    const open = clean(path).split("/").slice(1).reverse();
    for (let links = 0; open.length > 0; ) {
      const next = `${real}/${open.pop()}`;
      const entry = this.#entries.get(next);
      if (entry?.kind !== "symlink") {
        real = next;
        continue;
      }
      if (++links > 40) throw failure("ELOOP", "realpath", path);
      const target = clean(entry.target.startsWith("/") ? entry.target : `${real}/${entry.target}`);
      open.push(...target.split("/").slice(1).reverse());
      real = "";
    }
    if (!this.#entries.has(clean(real || "/"))) throw failure("ENOENT", "realpath", path);
    return real || "/";
  }

  async writeAtomic(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
    if (this.#entries.get(clean(path))?.kind === "directory") throw failure("EISDIR", "write", path);
    this.set(path, content, mode);
  }

  async writeNew(path: string, content: string, mode: number): Promise<void> {
    if (this.#entries.has(clean(path))) throw failure("EEXIST", "link", path);
    this.set(path, content, mode);
  }

  async makeDirectory(path: string, mode = 0o755): Promise<void> {
    const there = this.#follow(clean(path));
    if (there?.kind === "directory") return;
    if (there !== undefined) throw failure("EEXIST", "mkdir", path);
    this.#place(path, { kind: "directory", mode });
  }

  async remove(path: string): Promise<void> {
    const target = clean(path);
    for (const other of [...this.#entries.keys()]) {
      if (other === target || other.startsWith(`${target}/`)) this.#entries.delete(other);
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [clean(from), clean(to)];
    if (!this.#entries.has(source)) throw failure("ENOENT", "rename", from);
    const moved = [...this.#entries].filter(([path]) => path === source || path.startsWith(`${source}/`));
    await this.remove(target);
    for (const [path, entry] of moved) {
      this.#entries.delete(path);
      this.#place(target + path.slice(source.length), entry);
    }
  }

  async append(path: string): Promise<AppendFile> {
    const there = this.#entries.get(clean(path));
    if (there?.kind === "symlink") throw failure("ELOOP", "append", path);
    if (there !== undefined && there.kind !== "file") throw failure("EINVAL", "append", path);
    if (there === undefined) this.set(path, "", 0o600);
    return {
      write: async (content) => {
        const entry = this.#entries.get(clean(path));
        const before = entry?.kind === "file" ? entry.bytes : new Uint8Array();
        this.set(path, concat(before, bytesOf(content)), entry?.kind === "file" ? entry.mode : 0o600);
      },
      sync: async () => {},
      close: async () => {},
    };
  }

  #follow(path: string): Entry | undefined {
    const entry = this.#entries.get(path);
    if (entry?.kind !== "symlink") return entry;
    const folder = path.slice(0, path.lastIndexOf("/"));
    return this.#entries.get(
      clean(entry.target.startsWith("/") ? entry.target : `${folder}/${entry.target}`),
    );
  }

  #place(path: string, entry: Entry): void {
    const target = clean(path);
    for (let end = target.indexOf("/", 1); end !== -1; end = target.indexOf("/", end + 1)) {
      const folder = target.slice(0, end);
      const there = this.#entries.get(folder);
      if (there === undefined) this.#entries.set(folder, { kind: "directory", mode: 0o755 });
      else if (there.kind === "file") throw failure("ENOTDIR", "open", path);
    }
    this.#entries.set(target, entry);
  }
}

function clean(path: string): string {
  if (!path.startsWith("/")) throw new Error(`Not an absolute path: ${path}`);
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function failure(code: string, call: string, path: string): HostError {
  return new HostError(code, `${code}: ${call} '${path}'`);
}
