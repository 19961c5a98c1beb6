/**
 * What ROBUSTNESS.md promises, and what measures it. A new promise is a new entry; `npm run robustness -- --only NAME` measures
 * it and writes record/NAME.json and the page.
 *
 * full, quick  commands, with all there is to try and with some of it; each prints as its last line
 *              {"count": tried, "seed": number or null, "found": what did not hold, "figures": {name: number or text}}
 * of           files and folders whose change makes the figures old
 * bugs         what measuring has found: [what was wrong, the test that would find it again]
 */
const vitest = (...files) => ["node", "test/robustness/vitest.mjs", ...files];

const properties = [
  "test/assembly/moves.property.test.ts",
  "test/assembly/sequences.property.test.ts",
  "test/forge/build",
  "test/forge/builtin/quoting.test.ts",
];

export const promises = {
  parser: {
    promise:
      "No text ends or hangs the parser, the formatter or the analysis; an edit gives the same as reading anew.",
    how: "Texts from a grammar of mistakes, from mutated files of the corpus and from edits of them; every answer is compared with what must hold for every text.",
    full: ["node", "test/fuzz/fuzz.mjs", "--inputs", "1000000"],
    quick: ["node", "test/fuzz/fuzz.mjs", "--inputs", "5000"],
    of: ["server/src/syntax", "grammar/src", "server/src/intake", "server/src/analyse.ts"],
    bugs: [],
  },
  properties: {
    promise: "Plans, moves, merges, writes into build/ and quoting keep their laws for whatever comes.",
    how: "Random stacks, edits, names and disks; what shrinks to a counter-example is a finding.",
    full: ["env", "CLOCKWORK_SEED=random", "CLOCKWORK_RUNS=20", ...vitest(...properties)],
    quick: ["env", "CLOCKWORK_SEED=random", ...vitest(...properties)],
    of: [
      "server/src/assembly",
      "server/src/state",
      "server/src/forge/merge.ts",
      "server/src/forge/write.ts",
      "server/src/forge/builtin",
    ],
    bugs: [],
  },
  protocol: {
    promise:
      "No message makes the language server deaf: it answers, or it ends so that the editor starts it anew.",
    how: "Broken frames, lengths, JSON, numbers, addresses and settings, one after the other, each followed by a question that must be answered.",
    full: vitest("test/lsp/malformed.test.ts"),
    quick: vitest("test/lsp/malformed.test.ts"),
    of: ["server/src/lsp"],
    bugs: [],
  },
};
