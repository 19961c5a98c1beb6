import fc from "fast-check";
import { expect, test } from "vitest";
import { openProposals } from "../../../server/src/forge/proposals/open.ts";
import { approveProposal, rejectProposal } from "../../../server/src/forge/proposals/resolve.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { MemoryFiles } from "../../../server/src/host/memory-files.ts";
import { runs } from "../../support/runs.ts";
import { artifact, build, buildDir, bundleOf, proposalsDir } from "./samples.ts";

/*
 * Whatever people, compilers and power cuts do in whatever order: a line that a person wrote is on disk, in the artifact or in
 * a proposal, until that person deletes it or decides against it.
 */
const id = "ensure_service.web";
const path = "scripts/web.sh";
const at = `${buildDir}/${path}`;
const scope = { buildDir, proposalsDir };

const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 8 });
const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      at: fc.nat({ max: 9 }),
      drops: fc.nat({ max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("build" as const),
      /** Absent: the compiler says what it said last. */
      theirs: fc.option(lines, { nil: undefined }),
      how: fc.constantFrom("plain", "plain", "plain", "mine", "theirs", "regenerate"),
      /** The write at which the power goes. */
      crash: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("resolve" as const),
      how: fc.constantFrom("approve", "reject", "both"),
      which: fc.nat(),
      crash: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

class Cut extends Error {}

/** Runs the work; the power goes at that change of the disk. */
async function until(
  files: MemoryFiles,
  crash: number | undefined,
  work: () => Promise<unknown>,
): Promise<void> {
  const { writeAtomic, remove, rename } = files;
  let changes = 0;
  const cut =
    <A extends unknown[]>(change: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      if (changes++ === crash) throw new Cut();
      await change.apply(files, args);
    };
  Object.assign(files, { writeAtomic: cut(writeAtomic), remove: cut(remove), rename: cut(rename) });
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
  } finally {
    Object.assign(files, { writeAtomic, remove, rename });
  }
}

class Story {
  readonly files = memoryHost().files;
  /** Lines that a person wrote and did not take back. */
  readonly mine = new Set<string>();
  #theirs: readonly string[] = [];
  #written = 0;

  async do(one: Act): Promise<void> {
    switch (one.kind) {
      case "edit":
        return this.#edit(one.at, one.drops);
      case "delete":
        this.#takeBack(this.#onDisk());
        return this.files.remove(at);
      case "build":
        this.#theirs = one.theirs ?? this.#theirs;
        return until(this.files, one.crash, () => this.build(one.how));
      case "resolve":
        return this.#resolve(one.how, one.which, one.crash);
    }
  }

  build(how: string): Promise<unknown> {
    const text = ["#!/usr/bin/env bash", "set -eu", ...this.#theirs, "echo done", ""].join("\n");
    return build(this.files, bundleOf([artifact(path, id, text)]), {
      ...((how === "mine" || how === "theirs") && { decide: how }),
      ...(how === "regenerate" && { regenerate: new Set([id]) }),
    });
  }

  #onDisk(): string[] {
    return (this.files.texts()[at] ?? "").split("\n");
  }

  #edit(place: number, drops: number): void {
    const now = this.#onDisk();
    const line = `mine ${this.#written++}`;
    this.#takeBack(now.splice(Math.min(place, now.length), drops, line));
    this.mine.add(line);
    this.files.set(at, now.join("\n"), 0o755);
  }

  /** Gone by a person's own doing. What is elsewhere too stays known: it has to be there still. */
  #takeBack(gone: readonly string[]): void {
    for (const line of gone) this.mine.delete(line);
  }

  async #resolve(how: string, which: number, crash: number | undefined): Promise<void> {
    const { value } = await openProposals(this.files, scope);
    const open = value[which % Math.max(1, value.length)];
    if (!open) return;
    const { proposal, yours = "", theirs = "", proposed = "", version = "none" } = open;
    const both = `${yours}\n${theirs}`.split("\n");
    if (how === "both") {
      const approval = { id: proposal.id, text: both.join("\n"), seen: version };
      return until(this.files, crash, () => approveProposal(this.files, scope, approval));
    }
    // A decision against a line, whether or not it comes to the disk.
    const stays = (how === "approve" ? proposed : yours).split("\n");
    this.#takeBack(both.filter((line) => !stays.includes(line)));
    await until(this.files, crash, () =>
      how === "approve"
        ? approveProposal(this.files, scope, { id: proposal.id, seen: version })
        : rejectProposal(this.files, scope, proposal.id),
    );
  }

  /** Lines that are nowhere. */
  lost(): readonly string[] {
    const texts = Object.entries(this.files.texts());
    const there = texts.filter(([file]) => file === at || /\/proposals\/\w+\/theirs-/.test(file));
    const all = new Set(there.flatMap(([, text]) => text.split("\n")));
    return [...this.mine].filter((line) => !all.has(line));
  }
}

test("no line that a person wrote is lost", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 14 }), async (acts) => {
      const story = new Story();
      await story.build("plain");
      for (const one of acts) {
        await story.do(one);
        expect(story.lost()).toEqual([]);
      }
      // However it ended, the next build goes through.
      await story.build("mine");
      expect(story.lost()).toEqual([]);
    }),
    { numRuns: runs(1000) },
  );
}, 60_000);
