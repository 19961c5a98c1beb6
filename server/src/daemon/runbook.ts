/** What a person does where no program may: Markdown, with every command written out. */

import type { FindingRule } from "./diagnose.ts";
import type { Finding } from "./records.ts";

/** With what an agent says, which nobody has checked. */
export function advisedRunbook(finding: Finding, by: string, said: string): string {
  return runbook(finding, [
    "## What an agent thinks",
    "",
    `${by} has seen the evidence above. Nobody has checked what it says:`,
    "",
    ...quoted(said),
    "",
  ]);
}

export function runbook(finding: Finding, advice: readonly string[] = []): string {
  const { address, summary, evidence } = finding;
  const { todo, back } = steps[finding.rule as FindingRule] ?? steps.changed;
  const lines = [
    `# ${address}: ${summary}`,
    "",
    "## What is wrong",
    "",
    `${capital(summary)}. The daemon has changed nothing.`,
    "",
    "## What was seen",
    "",
    ...(evidence.length > 0
      ? evidence.flatMap(({ source, text }) => [`- ${source}:`, "", ...quoted(text)])
      : ["- nothing more"]),
    "",
    ...advice,
    "## What to do",
    "",
    ...numbered(todo(address)),
    "",
    "## How to check",
    "",
    ...code(["clockwork refresh", "clockwork verify"]),
    "",
    "## How to go back",
    "",
    back,
    "",
    `When it is settled, let the daemon look after it again: \`clockwork daemon acknowledge ${shellWord(address)}\`.`,
    "",
  ];
  return lines.join("\n");
}

interface Advice {
  /** Sentences and, with four spaces in front, commands. */
  readonly todo: (address: string) => readonly string[];
  readonly back: string;
}

const nothingToGoBack = "Nothing has been changed, so there is nothing to take back.";
const fromBackup = "What `apply` makes anew is empty: keep the backup until the data is back in its place.";
const plan = (address: string): string => `    clockwork plan --refresh --target ${shellWord(address)}`;
const apply = (address: string): string => `    clockwork apply --refresh --target ${shellWord(address)}`;

const again: Advice = {
  todo: (address) => [
    "Find out what happened, in the evidence above and in the logs of the machine.",
    "Look at what would be done:",
    plan(address),
    "Do it:",
    apply(address),
  ],
  back: nothingToGoBack,
};

const steps: Readonly<Record<FindingRule, Advice>> = {
  gone: {
    todo: (address) => [
      "Find out whether it held data, and whether there is a copy of that.",
      "Look at what would be made anew:",
      plan(address),
      "Make it, and put the data back before anything uses it:",
      apply(address),
    ],
    back: fromBackup,
  },
  stopped: again,
  changed: again,
  restarting: {
    todo: (address) => [
      "Read what it says before it ends, above or in its log.",
      "Correct its configuration in the `.cw` file, or what it needs.",
      "Apply the correction:",
      apply(address),
    ],
    back: "Take the change of the `.cw` file back, and apply again.",
  },
  foreign: {
    todo: (address) => [
      "Something that does not belong to this stack has its name. Find out whose it is.",
      "Rename one of the two, or remove the other if nobody needs it.",
      "If it is to belong to this stack from now on:",
      `    clockwork apply --refresh --target ${shellWord(address)} --adopt ${shellWord(address)}`,
    ],
    back: nothingToGoBack,
  },
  "check-failing": {
    todo: (address) => [
      "Run the check and read what it says:",
      `    clockwork verify --target ${shellWord(address)}`,
      "Correct what it asks, or the check itself in the `.cw` file.",
    ],
    back: "Take the change of the `.cw` file back, and apply again.",
  },
  "port-taken": {
    todo: (address) => [
      "Find the program that listens on the port, for instance with `ss -ltnp`, and end it if nobody needs it.",
      "Or publish the service on another port, in the `.cw` file.",
      "Start the service again:",
      apply(address),
    ],
    back: "Take the change of the `.cw` file back, and apply again.",
  },
  "log-growth": {
    todo: () => [
      "Find out why so much is logged.",
      "If that is as it should be, give the log more room in the `.cw` file, and apply.",
    ],
    back: "Take the change of the `.cw` file back, and apply again.",
  },
  "disk-full": {
    todo: () => [
      "Make room on the disk that the stack lies on. Old logs of Clockwork are in `.clockwork/logs`.",
      "Then look again:",
      "    clockwork refresh",
    ],
    back: nothingToGoBack,
  },
};

function numbered(lines: readonly string[]): readonly string[] {
  let number = 0;
  return lines.flatMap((line) =>
    line.startsWith("    ")
      ? ["", ...code([line.trim()]).map((l) => `   ${l}`), ""]
      : [`${++number}. ${line}`],
  );
}

function code(lines: readonly string[]): readonly string[] {
  return ["```sh", ...lines, "```"];
}

/** Untrusted words stay in a block of their own, whatever they contain. */
function quoted(text: string): readonly string[] {
  return text.split("\n").map((line) => `      ${line}`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An address as a shell takes it for one word. */
function shellWord(address: string): string {
  return /^[\w.]+$/.test(address) ? address : `'${address}'`;
}
