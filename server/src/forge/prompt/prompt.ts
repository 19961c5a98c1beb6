/**
 * What an agent is told of one build, beside the rules. Pure: the same steps, facts and artifacts give the same text. Names of
 * things, never secret values; paths of the stack, never the machine's; texts of others only inside fences.
 */
import { type Action, actionId } from "../../assembly/actions.ts";
import { canonicalJson } from "../../assembly/canonical.ts";
import { artifactPath } from "../../assembly/step-files.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { EnvFacts } from "../../intake/facts.ts";
import type { OwnStep } from "../../intake/schema/schema.ts";
import type { Json } from "../../intake/value.ts";
import { repositoryFolder } from "../../state/observe/repository-folder.ts";
import { capabilities } from "../capabilities.ts";
import { ownSecretNames, ownVariableNames } from "../own-environment.ts";
import { fenced, visible } from "./fence.ts";
import type { Part } from "./part.ts";

/** An artifact that a step has had so far. */
export interface Earlier {
  readonly path: string;
  readonly lang: string;
  readonly text: string;
  /** A person changed what the compiler wrote. */
  readonly edited: boolean;
}

export interface PromptStep {
  readonly action: Action;
  readonly own: OwnStep | undefined;
  readonly earlier: readonly Earlier[];
}

/** In characters. */
const most = { step: 24_000, guide: 8_000, earlier: 24_000, refused: 16_000 } as const;

/** Whether a step's arguments can be shown as they are: all of them, without a character that nobody sees. */
export function isPresentable(action: Action): boolean {
  const text = canonicalJson(action.args as Json);
  return text.length <= most.step && visible(text) === text;
}

/** The first turn of a build. */
export function buildParts(steps: readonly PromptStep[], facts: EnvFacts): Part[] {
  return [
    task(steps),
    machine(facts),
    ...steps.map(stepPart),
    ...guideParts(steps),
    ...steps.flatMap(earlierParts),
  ];
}

/** A further turn: what the check says of the answer before. */
export function repairParts(problems: readonly Diagnostic[]): Part[] {
  const lines = problems.map(({ code, message, hint }) =>
    [`${code}: ${message}`, ...(hint === undefined ? [] : [hint])].join(" | "),
  );
  return [
    {
      kind: "refused",
      where: "what the check said of the answer before",
      text: `The check refused the bundle. Each line is a rule's code and what breaks it. Answer with the whole bundle again, mended.\n${fenced("problems", lines.join("\n"), most.refused)}`,
    },
  ];
}

function task(steps: readonly PromptStep[]): Part {
  const text = `Write the bundle for the ${steps.length === 1 ? "one step" : `${steps.length} steps`} below, in their order.`;
  return { kind: "task", where: "the task", text };
}

/** Versions, never paths. */
function machine({ os, arch, runtimes, engine, git }: EnvFacts): Part {
  const facts: Json = {
    os,
    arch,
    runtimes: Object.fromEntries(Object.entries(runtimes).map(([name, { version }]) => [name, version])),
    engine: engine ? { name: engine.name, version: engine.version } : null,
    git: git?.version ?? null,
  };
  return {
    kind: "machine",
    where: "the facts about the machine",
    text: `The machine:\n${fenced("machine", canonicalJson(facts), most.step)}`,
  };
}

function stepPart({ action, own }: PromptStep, index: number): Part {
  const id = actionId(action);
  const { name, args, uses = [], provides = {}, secrets = [], timeout } = action;
  const may = capabilities(action, own);
  const hidden = [...secrets, ...(own ? ownSecretNames(action) : [])];
  const inFiles = may.secrets === "file" ? hidden : [];
  const shown = {
    id,
    name,
    args: args as Json,
    path: artifactPath(id, "EXTENSION"),
    environment: [...uses, ...(own ? ownVariableNames(action) : [])].map((name) =>
      inFiles.includes(name) ? `${name}_FILE` : name,
    ),
    ...defaultFolder(action),
    ...(hidden.length > 0 && { secrets: hidden }),
    ...(Object.keys(provides).length > 0 && { provides }),
    ...(timeout !== undefined && { timeout }),
    ...(own && { own: true }),
    may: {
      network: may.network,
      engine: may.engine,
      git: may.git,
      writes: may.writes,
      ...(hidden.length > 0 && { secrets: may.secrets }),
    },
  };
  return {
    kind: "steps",
    where: `the arguments of ${id}`,
    text: `Step ${index + 1}:\n${fenced("step", canonicalJson(shown), most.step + 8_000)}`,
  };
}

/** Where a repository without a path of its own is: observers look for it there. */
function defaultFolder({ name, id = name, args }: Action): { readonly folder?: string } {
  const isRepository = name === "fetch_repo" || name === "remove_repo";
  if (!isRepository || args["path"] !== undefined || args["pathVar"] !== undefined) return {};
  return { folder: repositoryFolder(id, typeof args["url"] === "string" ? args["url"] : "") };
}

/** One for each kind, however many steps have it. */
function guideParts(steps: readonly PromptStep[]): Part[] {
  const guides = new Map(
    steps.flatMap(({ action, own }) => (own?.guide === undefined ? [] : [[action.name, own.guide] as const])),
  );
  return [...guides].map(([name, guide]) => ({
    kind: "guide" as const,
    where: `the guide of the kind of ${name}`,
    text: `For the steps named ${name}:\n${fenced("guide", guide, most.guide)}`,
  }));
}

function earlierParts({ earlier }: PromptStep, index: number): Part[] {
  return earlier.map(({ path, lang, text, edited }) => ({
    kind: "earlier" as const,
    where: `.clockwork/build/${path}`,
    text: `An earlier artifact of step ${index + 1}, ${lang}${edited ? ", edited by a person" : ""}:\n${fenced(path, text, most.earlier)}`,
  }));
}
