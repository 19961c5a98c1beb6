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
/** Where a file system may be mounted that nobody else sees. */
const inMountNamespace = ["unshare", "--mount", "--map-root-user"];

const properties = [
  "test/assembly/moves.property.test.ts",
  "test/assembly/sequences.property.test.ts",
  "test/forge/build",
  "test/forge/builtin/quoting.test.ts",
];

const check = ["server/src/forge/check", "server/src/forge/check.ts", "server/src/forge/json.ts"];
const sandbox = [
  "server/src/host/node-bubblewrap.ts",
  "server/src/host/node-layers.ts",
  "server/src/host/node-sandbox.ts",
  "server/src/host/node-sandbox-driver.ts",
  "server/src/host/node-seccomp.ts",
];

const applying = [
  "server/src/state",
  "server/src/forge/run.ts",
  "server/src/forge/run-step.ts",
  "server/src/forge/journal.ts",
  "server/src/forge/recover.ts",
  "server/src/forge/builtin/file.ts",
  "server/src/pipeline/record.ts",
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
  bundles: {
    promise: "A malicious bundle is refused under the rule that it breaks, and a good one is not.",
    how: "The corpus and more than six hundred bundles of our own, each spoiled in one way; good ones of many shapes.",
    full: vitest("test/forge/check"),
    quick: vitest("test/forge/check"),
    of: check,
    bugs: [],
  },
  replies: {
    promise:
      "No reply of a compiler makes the check throw or takes it 50 ms, and what it accepts obeys its grammar.",
    how: "Replies of the corpus with pieces of text or of their values replaced, added and taken away; what is accepted is judged by rules that are written anew.",
    full: ["node", "test/fuzz/bundles.mjs", "--count", "1000000"],
    quick: ["node", "test/fuzz/bundles.mjs", "--count", "20000"],
    of: check,
    bugs: [],
  },
  attacks: {
    promise: "A step does nothing to the machine but what the plan says that it may.",
    how: "The twenty attacks of the threat model, and more, from a step of a kind that writes a file, with the sandbox that it gets by itself.",
    full: vitest("test/forge/run/attacks.test.ts"),
    quick: vitest("test/forge/run/attacks.test.ts"),
    of: [
      "server/src/forge/sandbox.ts",
      "server/src/forge/capabilities.ts",
      "server/src/forge/obeyed.ts",
      "server/src/forge/run-step.ts",
      "server/src/forge/run-folders.ts",
      ...sandbox,
    ],
    bugs: [
      [
        "A link that a step had put in the place of what its kind writes had the next run open whatever it led to.",
        "test/forge/run/attacks.test.ts",
      ],
      [
        "A step could leave settings in the home that steps shared, where programs of a later, unconfined step would have obeyed them; and write the outputs of a step that ran at the same time.",
        "test/forge/run/attacks.test.ts",
      ],
      [
        "A step that writes into the stack's folder could leave a setuid file, and plant files there that editors, git or agents obey.",
        "test/forge/run/attacks.test.ts",
      ],
    ],
  },
  escapes: {
    promise: "Nothing gets out of the sandbox, of root's or of an ordinary user's.",
    how: "Fourteen escapes, tried as root and as another user.",
    full: vitest("test/host/sandbox.test.ts"),
    quick: vitest("test/host/sandbox.test.ts"),
    of: sandbox,
    bugs: [],
  },
  services: {
    promise:
      "Who breaks into a process service finds no key, no other process, and nothing to change that others run.",
    how: "Twenty-five attacks from inside of one that runs, as root and as an ordinary user, and what servers need beside them; links that it leaves for its next start.",
    full: vitest("test/forge/run/service-sandbox.test.ts"),
    quick: vitest("test/forge/run/service-sandbox.test.ts"),
    of: [
      "server/src/forge/service.ts",
      "server/src/forge/service-arguments.ts",
      "server/src/forge/service-sandbox.ts",
      "server/src/forge/private-paths.ts",
      "server/src/forge/supervisor",
      "server/src/host/node-service.ts",
      ...sandbox,
    ],
    bugs: [
      [
        "A link that a service left in the place of its own folder would have opened what it leads to, keys too, at its next start.",
        "test/forge/run/service-sandbox.test.ts",
      ],
    ],
  },
  "sandbox-cost": {
    promise: "The sandbox costs a step less than 25 ms.",
    how: "The median of starting a program plainly and in the sandbox, one of each in turn.",
    full: ["node", "test/bench/sandbox.mjs", "--count", "200"],
    quick: ["node", "test/bench/sandbox.mjs", "--count", "50"],
    of: sandbox,
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
  writes: {
    promise:
      "A state that was acknowledged is never lost and never half of one, whenever its writer is killed.",
    how: "A program that writes one state after the other is killed (SIGKILL) at random moments; then the state is read.",
    full: ["node", "test/robustness/crash.mjs", "writes", "--count", "1000"],
    quick: ["node", "test/robustness/crash.mjs", "writes", "--count", "50"],
    of: ["server/src/state/store.ts", "server/src/host/node-files.ts", "server/src/host/node-own-folder.ts"],
    bugs: [],
  },
  syscalls: {
    promise:
      "Writing states, locking, journals, recovery and builds can be cut off at every single system call, and what comes next mends it.",
    how: "strace kills a program at the n-th call of each kind, for all calls of both threads that make them; then the next start does its work, and everything acknowledged must be there, whole, with nothing left beside it.",
    full: ["node", "test/robustness/crash.mjs", "syscalls"],
    quick: ["node", "test/robustness/crash.mjs", "syscalls", "--count", "10"],
    of: [
      "server/src/state",
      "server/src/host/node-files.ts",
      "server/src/host/node-own-folder.ts",
      "server/src/forge/journal.ts",
      "server/src/forge/recover.ts",
      "server/src/forge/write.ts",
    ],
    bugs: [
      [
        "A build that was cut off left temporary files beside the scripts, where git takes them in.",
        "test/state/store.test.ts",
      ],
      [
        "A lock's temporary file that was still empty when its writer died stayed for ever.",
        "test/robustness/crash.test.ts",
      ],
    ],
  },
  errors: {
    promise:
      "Each of those calls may fail (full disk, I/O error, no permission, read-only, another device): the old state stands, the exit code is not 0 and the message names the file.",
    how: "strace makes the n-th call of each kind fail with ENOSPC, EIO, EACCES, EROFS, EXDEV, EMFILE or EPERM.",
    full: ["node", "test/robustness/crash.mjs", "errors"],
    quick: ["node", "test/robustness/crash.mjs", "errors", "--count", "25"],
    of: [
      "server/src/state",
      "server/src/host/node-files.ts",
      "server/src/host/node-own-folder.ts",
      "server/src/forge/journal.ts",
      "server/src/forge/recover.ts",
      "server/src/forge/write.ts",
    ],
    bugs: [
      [
        "A full disk and any other error of a call by descriptor were reported without the file's name.",
        "test/robustness/crash.test.ts",
      ],
    ],
  },
  disk: {
    promise:
      "A disk that fills up under an apply, and one that nothing can be written to, lose nothing: the error names a file, and with room again the next apply ends as the files say.",
    how: "Whole applies on a file system of their own of which so many pages, or names, are left, from none on, and on a read-only one; then as after a kill.",
    full: [...inMountNamespace, "node", "test/robustness/crash.mjs", "disk"],
    quick: [...inMountNamespace, "node", "test/robustness/crash.mjs", "disk", "--count", "8"],
    of: [
      "server/src/state",
      "server/src/forge/run.ts",
      "server/src/forge/run-step.ts",
      "server/src/forge/journal.ts",
      "server/src/forge/recover.ts",
      "server/src/forge/write.ts",
      "server/src/host/node-files.ts",
      "server/src/pipeline/record.ts",
    ],
    bugs: [],
  },
  applies: {
    promise:
      "Clockwork may be killed at any moment of an apply: no step counts as done that was not, none that was reported as done is forgotten, no process is left, and the next apply ends as the files say.",
    how: "Whole applies of five resources and a check, two at once, are killed (SIGKILL) at random moments while they run; what the next start finds is compared with what was reported and with the disk, then an apply must converge.",
    full: ["node", "test/robustness/crash.mjs", "applies", "--count", "1000"],
    quick: ["node", "test/robustness/crash.mjs", "applies", "--count", "20"],
    of: applying,
    bugs: [
      [
        "Results that were reported, and not in the state file yet, were forgotten.",
        "test/cli/crash.test.ts",
      ],
      [
        "A resource that was being made for the first time was not known afterwards, and never removed.",
        "test/cli/crash.test.ts",
      ],
      [
        "A file's temporary copy that a cut-off step had left made every later apply fail.",
        "test/robustness/crash.test.ts",
      ],
      [
        "Processes of steps with the container engine went on after Clockwork was killed, and nobody ended them.",
        "test/cli/crash.test.ts",
      ],
    ],
  },
  calls: {
    promise: "An apply may be cut off at each of its system calls that change something.",
    how: "strace kills whole applies, four at once, at each such call of Clockwork's in turn; what the next start finds is judged as above.",
    full: ["node", "test/robustness/crash.mjs", "calls"],
    quick: ["node", "test/robustness/crash.mjs", "calls", "--count", "25"],
    of: applying,
    bugs: [
      [
        "A lock's temporary file that was still empty when its writer died stayed until the next crash.",
        "test/state/lock.test.ts",
      ],
    ],
  },
  locks: {
    promise:
      "Two never hold the lock: no update is lost, it is never taken from one that stands still, and from one that died within a second.",
    how: "Six processes read and write one file, each under the lock; its holder is killed (SIGKILL) or stopped (SIGSTOP) while it holds the lock, again and again.",
    full: ["node", "test/robustness/crash.mjs", "locks"],
    quick: ["node", "test/robustness/crash.mjs", "locks", "--count", "40", "--slack", "5000"],
    of: ["server/src/state/lock.ts", "server/src/state/folder.ts", "server/src/host/node-table.ts"],
    bugs: [],
  },
  flood: {
    promise: "A step that prints 100 MB costs less than 50 MB of memory and 10 MB of log.",
    how: "The peak of Clockwork's resident memory in an apply whose step prints that much, against one whose step prints nothing.",
    full: ["node", "test/robustness/crash.mjs", "flood"],
    quick: ["node", "test/robustness/crash.mjs", "flood"],
    of: [
      "server/src/forge/log.ts",
      "server/src/forge/run-step.ts",
      "server/src/forge/mask.ts",
      "server/src/cli/run-view.ts",
    ],
    bugs: [],
  },
  trees: {
    promise:
      "No process of a step lives a second after the grace time of a timeout, a cancel, a closed terminal or a kill -9 of Clockwork.",
    how: "A step starts seven kinds of processes that get away (own session, double fork, no environment, deaf to SIGTERM …) in a sandbox, in a PID namespace alone, and with the container engine, where there is no namespace. With other work on the machine give --slack MS.",
    full: ["node", "test/robustness/crash.mjs", "trees"],
    quick: ["node", "test/robustness/crash.mjs", "trees", "--count", "1", "--slack", "5000"],
    of: [
      "server/src/host/node-jobs.ts",
      "server/src/host/node-tree.ts",
      "server/src/host/node-guard.ts",
      "server/src/host/node-guard-main.ts",
      "server/src/host/node-isolation.ts",
      "server/src/host/node-bubblewrap.ts",
      "server/src/host/node-layers.ts",
      "server/src/cli/main.ts",
    ],
    bugs: [
      [
        "A terminal that was closed under a run ended Clockwork in the middle of it, without the five seconds that steps have.",
        "test/robustness/crash.mjs",
      ],
    ],
  },
  daemon: {
    promise:
      "In 10,000 hours with an agent that always proposes the worst it can, the daemon changes nothing by itself but knobs within their ranges and what was gone, never more often than its budget, and each change has its records.",
    how: "The real daemon and pipeline on a simulated machine: things fall sick, people edit files between a decision and its deed, clocks are set, the machine sleeps and restarts, and the daemon is killed at any call to the outside world. A judge that knows none of the daemon's code compares disk and steps before and after each look, and counts by true time.",
    full: ["node", "test/robustness/crash.mjs", "daemon", "--count", "10000"],
    quick: ["node", "test/robustness/crash.mjs", "daemon", "--count", "200"],
    of: ["server/src/daemon", "server/src/forge/knobs.ts", "server/src/forge/manifest.ts"],
    bugs: [
      [
        "A turned knob took along what a person had edited and not applied, of the files or of the same step's script.",
        "test/daemon/hostile.test.ts",
      ],
      [
        "Patches for one resource were proposed for another, whose budget they spent: a service was mended a third time in an hour, and after it was quarantined.",
        "test/daemon/tick.test.ts",
      ],
      [
        "A script that was given other words or variables in the manifest ran as if nothing had changed.",
        "test/forge/knobs.test.ts",
      ],
      [
        "A knob was recorded as taken back while somebody else held the lock and it was not.",
        "test/daemon/tick.test.ts",
      ],
    ],
  },
  "daemon-crashes": {
    promise:
      "A daemon may be killed before and after each record of its journal is on the disk: the next look mends what was begun or takes it back, and no fix is made twice.",
    how: "strace kills (SIGKILL) the real program at every system call that writes the journal, in a fix that helps, in one of a knob, and in one of a knob that does not help after all; two more looks, an hour apart, then have to leave the stack as its files say, every fix with its end, and the knob where it belongs.",
    full: ["node", "test/robustness/crash.mjs", "daemon-crashes"],
    quick: ["node", "test/robustness/crash.mjs", "daemon-crashes", "--count", "6"],
    of: ["server/src/daemon", "server/src/cli/commands/daemon.ts"],
    bugs: [],
  },
};
