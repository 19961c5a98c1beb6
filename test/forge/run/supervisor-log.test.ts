import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { RotatingLog } from "../../../server/src/forge/supervisor/log.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-log-"));
  path = join(folder, "service.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("begins anew with each supervisor and keeps what was there", () => {
  writeFileSync(path, "of before\n");
  const log = new RotatingLog(path, 1_000_000, 1);
  log.note("started");
  expect(readFileSync(path, "utf8")).toBe("clockwork: started\n");
  expect(readFileSync(`${path}.1`, "utf8")).toBe("of before\n");
});

it("rotates at its size and loses nothing of the last two files", () => {
  const log = new RotatingLog(path, 100, 1);
  for (let i = 0; i < 9; i++) log.write(Buffer.from(`${i}`.repeat(30)));
  expect(readFileSync(`${path}.1`, "utf8")).toBe("3".repeat(30) + "4".repeat(30) + "5".repeat(30));
  expect(readFileSync(path, "utf8")).toBe("6".repeat(30) + "7".repeat(30) + "8".repeat(30));
});

it("keeps as many full files as it is told", () => {
  const log = new RotatingLog(path, 10, 3);
  for (let i = 0; i < 7; i++) log.write(Buffer.from(`${i}`.repeat(10)));
  const first = ["", ".1", ".2", ".3"].map((end) => readFileSync(`${path}${end}`, "utf8")[0]);
  expect(first).toEqual(["6", "5", "4", "3"]);
  expect(existsSync(`${path}.4`)).toBe(false);
});

it.runIf(process.getuid?.() === 0 && process.platform === "linux")(
  "survives a full disk and says what is missing",
  () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", folder]);
    try {
      const log = new RotatingLog(path, 1_000_000, 1);
      writeFileSync(join(folder, "hog"), "x".repeat(8192));
      for (let i = 0; i < 5; i++) log.write(Buffer.alloc(4096, 97));
      rmSync(join(folder, "hog"));
      log.write(Buffer.from("back\n"));
      expect(readFileSync(path, "utf8")).toMatch(/a\nclockwork: \d+ bytes could not be written\nback\n$/);
      expect(existsSync(`${path}.1`)).toBe(false);
    } finally {
      // Lazily: the log is still open.
      execFileSync("umount", ["-l", folder]);
    }
  },
);
