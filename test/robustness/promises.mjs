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
  masker: {
    promise:
      "A secret in a step's output is masked, in whatever form programs usually write it and wherever the stream is cut.",
    how: "One secret with every awkward character in each form, cut in three at every pair of places; random streams of overlapping secrets, whose output must not depend on the cuts. Speed with 20 secrets.",
    full: ["env", "CLOCKWORK_SEED=random", "CLOCKWORK_RUNS=20", ...vitest("test/forge/run/mask.test.ts")],
    quick: vitest("test/forge/run/mask.test.ts"),
    of: ["server/src/forge/mask.ts", "server/src/forge/mask-forms.ts"],
    bugs: [
      ["Where two secrets overlap, the end of the second one stayed.", "test/forge/run/mask.test.ts"],
      [
        "A secret inside a longer value was masked only as a part of that value, and not before its first step.",
        "test/cli/secrets.test.ts",
      ],
    ],
  },
  "own-folder": {
    promise:
      "A link put in the place of a folder of .clockwork/ during a write leads no write, removal or rename outside.",
    how: "Another process swaps the folder with a link as fast as it can, while every kind of write goes there. On Linux; macOS has the look before each write alone.",
    full: ["env", "CLOCKWORK_RUNS=20", ...vitest("test/host/race.test.ts")],
    quick: vitest("test/host/race.test.ts"),
    of: ["server/src/host/node-files.ts", "server/src/host/node-own-folder.ts"],
    bugs: [],
  },
  adoption: {
    promise:
      "A .clockwork/ that came with a folder from elsewhere runs nothing before somebody has said yes; nobody is asked about their own.",
    how: "State, build/ and manifest are copied to another user's folder as they are, and changed as an attacker would; the same user's second clone, moved folder and a team's committed build/ ask nothing.",
    full: vitest("test/cli/adopt.test.ts"),
    quick: vitest("test/cli/adopt.test.ts"),
    of: ["server/src/pipeline/adopt.ts", "server/src/state/known.ts"],
    bugs: [
      [
        "A state that came with a repository had its remembered scripts run while a plan was made.",
        "test/cli/adopt.test.ts",
      ],
    ],
  },
  canary: {
    promise: "After a full run a secret stands in no file of Clockwork's and in nothing it says, in no form.",
    how: "Two secrets, printed in eleven encodings by a step that succeeds, one that fails, a check and a service, in pieces; then every file below the stack and the user's home is searched for every form the masker knows.",
    full: vitest("test/cli/canary.test.ts", "test/agent/canary.test.ts"),
    quick: vitest("test/cli/canary.test.ts"),
    of: [
      "server/src/forge/mask.ts",
      "server/src/forge/mask-forms.ts",
      "server/src/forge/log.ts",
      "server/src/pipeline/secrets.ts",
      "server/src/pipeline/given.ts",
    ],
    bugs: [],
  },
};
