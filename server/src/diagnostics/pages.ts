/**
 * The documentation of every code: one page each, and an index. A tool writes it to docs/diagnostics/ (`node
 * scripts/docs.mjs`), from where `clockwork explain` and the editor's links take it; no program carries these texts along.
 */
import { type Code, codes } from "./codes.ts";
import { agentPages } from "./pages/agent.ts";
import { bundlePages } from "./pages/bundle.ts";
import { lifecyclePages } from "./pages/lifecycle.ts";
import type { ExampleFiles, Page } from "./pages/page.ts";
import { runPages } from "./pages/run.ts";
import { stackPages } from "./pages/stack.ts";
import { syntaxPages } from "./pages/syntax.ts";
import { valuePages } from "./pages/values.ts";

interface Group {
  readonly title: string;
  readonly about: string;
  readonly pages: Readonly<Partial<Record<Code, Page>>>;
}

const groups: readonly Group[] = [
  { title: "Syntax", about: "The text cannot be read.", pages: syntaxPages },
  {
    title: "Blocks and attributes",
    about: "The text can be read and says something that no block has.",
    pages: stackPages,
  },
  {
    title: "Values and references",
    about: "What expressions refer to and what they come to.",
    pages: valuePages,
  },
  {
    title: "Settings, moves and removals",
    about: "What the files say about the tool and the state.",
    pages: lifecyclePages,
  },
  {
    title: "State, plan and run",
    about: "What a command meets on the machine; there is no place in a file to blame.",
    pages: runPages,
  },
  {
    title: "Agents",
    about: "What a build meets when an agent writes its scripts.",
    pages: agentPages,
  },
  {
    title: "The bundle check",
    about:
      "What a compiler proposes, or what was edited in `.clockwork/build`, is checked against these rules before it is written or run.",
    pages: bundlePages,
  },
];

/** Every code has a page: a missing one does not compile. */
export const pages: Readonly<Record<Code, Page>> = {
  ...syntaxPages,
  ...stackPages,
  ...valuePages,
  ...lifecyclePages,
  ...runPages,
  ...agentPages,
  ...bundlePages,
};

/** The files of docs/diagnostics/ by name. */
export function documentation(): ReadonlyMap<string, string> {
  const files = new Map([["README.md", index()]]);
  for (const [code, page] of Object.entries(pages)) files.set(`${code}.md`, pageText(code as Code, page));
  return files;
}

function index(): string {
  const parts = groups.map(({ title, about, pages: own }) => {
    const rows = Object.keys(own).map((slug) => {
      const { severity, meaning } = codes[slug as Code];
      return `| [${slug}](${slug}.md) | ${severity} | ${meaning} |`;
    });
    return `## ${title}\n\n${about}\n\n| code | severity | meaning |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  const intro =
    "Every problem that Clockwork reports has a code. `clockwork explain CODE` prints its page; in the editor the code links to it.";
  return `# Diagnostics\n\n${intro}\n\n${parts.join("\n")}`;
}

function pageText(code: Code, { text, wrong, right }: Page): string {
  const { severity, meaning } = codes[code];
  const examples = [
    ...(wrong === undefined ? [] : ["## Wrong", ...blocks(wrong)]),
    ...(right === undefined ? [] : ["## Right", ...blocks(right)]),
  ];
  return `${[`# ${code}`, `**${severity}**: ${meaning}`, text, ...examples].join("\n\n")}\n`;
}

function blocks(files: ExampleFiles): string[] {
  if (typeof files === "string") return [fenced(files)];
  return Object.entries(files).flatMap(([name, text]) => [`\`${name}\`:`, fenced(text)]);
}

const fenced = (text: string) => `\`\`\`hcl\n${text}\`\`\``;
