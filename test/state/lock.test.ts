import { describe, expect, test } from "vitest";
import { memoryHost } from "../../server/src/host/memory.ts";
import type { OwnIdentity } from "../../server/src/host/ports.ts";
import { takeLock, unlock } from "../../server/src/state/lock.ts";

/** A process on a machine whose disk and processes it shares with the others of `around`. */
function processes() {
  const around = memoryHost({ "/stack/main.cw": "" });
  const start = (pid: number, where: Partial<OwnIdentity> = {}) => {
    const identity = { pid, startTime: `${pid}0`, bootId: "b1", pidNamespace: "n1", host: "h1", user: "u" };
    around.living.set(pid, identity.startTime);
    const jobs = { ...around.jobs, self: async () => ({ ...identity, ...where }) };
    return { ...around, jobs };
  };
  return { files: around.files, living: around.living, start };
}

const names = async (files: ReturnType<typeof processes>["files"]) =>
  (await files.list("/stack/.clockwork")).map(({ name }) => name);

describe("a lock", () => {
  test("is held by one, and free again when it is released", async () => {
    const { files, start } = processes();
    const first = await takeLock(start(1), "/stack", { id: "aa", operation: "apply" });
    expect(first.diagnostics).toEqual([]);
    const second = await takeLock(start(2), "/stack", { id: "bb", operation: "build" });
    expect(second.value).toBeUndefined();
    expect(second.diagnostics).toMatchObject([
      {
        code: "state-locked",
        message: "The stack is locked by clockwork apply (u on h1, process 1, since 2026-01-01 00:00:00 UTC)",
        hint: expect.stringContaining("clockwork unlock aa"),
      },
    ]);
    await first.value?.release();
    expect((await takeLock(start(2), "/stack", { id: "cc", operation: "build" })).value?.id).toBe("cc");
    expect(await names(files)).toEqual([".gitignore", "lock"]);
  });

  test("of a process that is gone is taken, also when another process has its pid now", async () => {
    const { living, start } = processes();
    await takeLock(start(1), "/stack", { id: "aa", operation: "apply" });
    living.set(1, "another start");
    expect((await takeLock(start(2), "/stack", { id: "bb", operation: "apply" })).value?.id).toBe("bb");
    living.delete(2);
    expect((await takeLock(start(3), "/stack", { id: "cc", operation: "apply" })).value?.id).toBe("cc");
  });

  test("of before a reboot is taken, although its pid lives", async () => {
    const { start } = processes();
    await takeLock(start(1), "/stack", { id: "aa", operation: "apply" });
    const after = start(1, { bootId: "b2" });
    expect((await takeLock(after, "/stack", { id: "bb", operation: "apply" })).value?.id).toBe("bb");
  });

  test.each([{ host: "h2" }, { host: "h2", bootId: "b2" }, { pidNamespace: "n2" }])(
    "of another machine or container is not taken: %j",
    async (where) => {
      const { living, start } = processes();
      await takeLock(start(1, where), "/stack", { id: "aa", operation: "apply" });
      living.delete(1);
      const here = start(2);
      expect((await takeLock(here, "/stack", { id: "bb", operation: "apply" })).value).toBeUndefined();
      expect(await unlock(here, "/stack", "aa")).toEqual([]);
      expect((await takeLock(here, "/stack", { id: "bb", operation: "apply" })).value?.id).toBe("bb");
    },
  );

  test("is not removed by hand with a wrong id, nor from a process that lives", async () => {
    const { start } = processes();
    await takeLock(start(1), "/stack", { id: "aa", operation: "apply" });
    expect(await unlock(start(2), "/stack", "zz")).toMatchObject([{ code: "not-locked" }]);
    expect(await unlock(start(2), "/stack", "aa")).toMatchObject([{ code: "state-locked" }]);
    expect((await takeLock(start(2), "/stack", { id: "bb", operation: "apply" })).value).toBeUndefined();
  });

  test("takes along what one left that was killed before it had the lock, whether anything stands in it or not", async () => {
    const { files, start, living } = processes();
    await files.writeAtomic("/stack/.clockwork/.lock.0123456789abcdef.tmp", "");
    await takeLock(start(1), "/stack", { id: "aa", operation: "apply" });
    living.delete(1);
    await files.writeAtomic(
      "/stack/.clockwork/.lock.fedcba9876543210.tmp",
      await files.readText("/stack/.clockwork/lock"),
    );
    await files.remove("/stack/.clockwork/lock");
    await takeLock(start(2), "/stack", { id: "bb", operation: "apply" });
    expect(await names(files)).toEqual([".gitignore", "lock"]);
  });

  test("that somebody removed and another took is not released by the one before", async () => {
    const { files, start } = processes();
    const first = await takeLock(start(1, { host: "h2" }), "/stack", { id: "aa", operation: "apply" });
    await unlock(start(2), "/stack", "aa");
    await takeLock(start(2), "/stack", { id: "bb", operation: "apply" });
    await first.value?.release();
    expect(await files.readText("/stack/.clockwork/lock")).toContain('"id": "bb"');
  });

  test.each(["", "{", '{"version":"9"}'])(
    "that nobody can read is held, until it is removed: %j",
    async (text) => {
      const { files, start } = processes();
      files.set("/stack/.clockwork/lock", text);
      const { diagnostics } = await takeLock(start(1), "/stack", { id: "aa", operation: "apply" });
      expect(diagnostics).toMatchObject([
        { code: "state-locked", hint: expect.stringContaining("unlock UNKNOWN") },
      ]);
      expect(await unlock(start(1), "/stack", "UNKNOWN")).toEqual([]);
      expect((await takeLock(start(1), "/stack", { id: "aa", operation: "apply" })).value?.id).toBe("aa");
    },
  );

  test("is taken although another one died while it took it, and its claim is swept", async () => {
    const { files, living, start } = processes();
    await takeLock(start(1), "/stack", { id: "aa", operation: "apply" });
    living.delete(1);
    // Another one found the same, and died with the claim; and one with a claim on that claim.
    const lock = JSON.parse(await files.readText("/stack/.clockwork/lock"));
    files.set("/stack/.clockwork/lock.aa", JSON.stringify({ ...lock, id: "bb", pid: 2, startTime: "20" }));
    files.set("/stack/.clockwork/lock.aa.bb", JSON.stringify({ ...lock, id: "cc", pid: 3, startTime: "30" }));
    expect((await takeLock(start(4), "/stack", { id: "dd", operation: "apply" })).value?.id).toBe("dd");
    expect(await names(files)).toEqual([".gitignore", "lock"]);
  });
});
