/**
 * Whole applies on a file system that fills up under them, page by page and name by name, or that nothing can be written to:
 * they end with an error that names a file, nothing is lost or half-written, and with room again the next apply converges.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterwards, argv, type Bench, bench, type Killed, readEvents, whole } from "./applies.ts";
import type { Result } from "./result.ts";

const page = 4096;
const blocks = 4096;
/** Enough for what so many applies leave, and few enough to be used up quickly. */
const names = 4000;

interface Shortage {
  readonly name: string;
  readonly begin: (mount: string) => void;
  readonly end: (mount: string) => void;
}

/** In a mount namespace of one's own, as its root. @param count of pages, and of names, that are left at most */
export async function fillDisk(home: string, count: number): Promise<Result> {
  const mount = join(home, "mount");
  mkdirSync(mount);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${blocks * page},nr_inodes=${names}`, "tmpfs", mount]);
  const world = await bench(mount, "applied");
  const { found } = world;
  const left = Array.from({ length: count }, (_, i) => i);
  let version = 1;
  let refused = 0;
  const shortages = [...left.map(pagesLeft), ...left.map(namesLeft), readOnly];
  for (const { name, begin, end } of shortages) {
    version++;
    begin(mount);
    const { said, code, events } = await applied(world, version);
    end(mount);
    if (code !== 0) refused++;
    const problems = [
      ...(code === 0 || namesFile(said) ? [] : [`no file is named: ${said.slice(-300)}`]),
      ...(await afterwards(world, version, events)),
      ...(await whole(world, version)),
    ];
    found.push(...problems.map((problem) => `${name}: ${problem}`));
  }
  execFileSync("umount", [mount]);
  return { count: shortages.length, seed: null, found, figures: { "ended with an error": refused } };
}

function pagesLeft(pages: number): Shortage {
  return {
    name: `${pages} pages are left`,
    begin: (mount) => fill(join(mount, "filler"), pages),
    end: (mount) => rmSync(join(mount, "filler")),
  };
}

/** Takes what there is, and gives back some of it. */
function fill(path: string, pages: number): void {
  const file = openSync(path, "w");
  let size = 0;
  for (const chunk = Buffer.alloc(page); ; size += page) {
    if (!succeeds(() => writeSync(file, chunk))) break;
  }
  closeSync(file);
  truncateSync(path, Math.max(0, size - pages * page));
}

function namesLeft(count: number): Shortage {
  return {
    name: `${count} names are left`,
    begin: (mount) => {
      const folder = join(mount, "names");
      mkdirSync(folder);
      let made = 0;
      while (succeeds(() => writeFileSync(join(folder, String(made)), ""))) made++;
      for (let i = 0; i < Math.min(count, made); i++) rmSync(join(folder, String(i)));
    },
    end: (mount) => rmSync(join(mount, "names"), { recursive: true }),
  };
}

const readOnly: Shortage = {
  name: "read-only",
  begin: (mount) => execFileSync("mount", ["-o", "remount,ro", mount]),
  end: (mount) => execFileSync("mount", ["-o", "remount,rw", mount]),
};

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}

async function applied(
  { folder }: Bench,
  version: number,
): Promise<Pick<Killed, "events"> & { readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, argv(version), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  const { events } = readEvents({ text, isKilled: false });
  return { code, said: said + text, events };
}

/** And says what is the matter with it. */
function namesFile(said: string): boolean {
  const named = /\.clockwork\/[\w./-]+|\b[a-d]\.txt\b|\blog\.(?:new|txt)\b/.test(said);
  return named && /no space|read-only|ENOSPC|EROFS/i.test(said);
}
