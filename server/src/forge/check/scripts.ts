/**
 * The rules of the check that need a script's syntax tree, for the scripts that people and agents wrote: what the built-in
 * compiler makes needs no second look. The rules themselves come with parsers, which are read when the first script is there.
 */
import { type Action, actionId } from "../../assembly/actions.ts";
import { stepArguments } from "../../assembly/arguments.ts";
import { stepId } from "../../assembly/steps.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Ir } from "../../intake/ir.ts";
import type { OwnStep } from "../../intake/schema/schema.ts";
import { ownStep } from "../../state/remembered-kinds.ts";
import type { BuildRead } from "../artifacts.ts";
import type { Artifact } from "../bundle.ts";
import { capabilities, type OwnSteps } from "../capabilities.ts";
import { namesInFiles } from "../own-environment.ts";
import { toDiagnostics } from "./artifact.ts";
import { isData } from "./content.ts";
import { isLanguage, type Language } from "./languages.ts";
import type { Fault } from "./path.ts";

/** What a script's step may use. */
export interface Granted {
  readonly network: boolean;
  readonly engine: boolean;
  /** The stack itself says what its kind may do. */
  readonly own: boolean;
  /** Names of what is sensitive, which are not in its environment: the paths in NAME_FILE are. */
  readonly inFiles: readonly string[];
}

export interface Script extends Pick<Artifact, "path" | "content"> {
  readonly lang: Language;
}

/** The rules of `forge/scripts/`. `granted` is absent where nobody knows the step. */
export type LookAtScript = (script: Script, granted?: Granted) => Promise<readonly Fault[]>;

/** The rules, made when the first script is looked at. */
export function lazily(load: () => LookAtScript): LookAtScript {
  let look: LookAtScript | undefined;
  return (script, granted) => {
    look ??= load();
    return look(script, granted);
  };
}

function grantedBy(action: Action, own: OwnStep | undefined): Granted {
  const can = capabilities(action, own);
  const { network, engine } = can;
  return { network: network !== "none", engine, own: own !== undefined, inFiles: namesInFiles(action, can) };
}

/** What a step of a resource or check may use, by the stack's files alone. */
export function grantedTo(
  { kinds, resources, verifies }: Ir,
  step: string,
  address: string,
): Granted | undefined {
  const [name, kind] = [...kinds.steps].find(([each]) => stepId(each, address) === step) ?? [];
  const node = [...resources, ...verifies].find((each) => each.address === address);
  if (name === undefined || kind === undefined || !node) return undefined;
  const { args, secrets } = stepArguments(kinds, step, kind, node.attributes);
  const action: Action = { name, args, secrets: [...secrets] };
  return grantedBy(action, ownStep(kinds, undefined, action));
}

/** The artifact as a script; undefined for data, and where its language is none that is known, which other rules say. */
export function scriptOf({
  path,
  lang,
  content,
}: Pick<Artifact, "path" | "lang" | "content">): Script | undefined {
  return isData(path) || !isLanguage(lang) || content.trim() === "" ? undefined : { path, lang, content };
}

/** The scripts of some actions, looked at once each. */
export class ScriptCheck {
  readonly #look: LookAtScript;
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #ownSteps: OwnSteps;
  /** By text and step: instances of one kind have the same. */
  readonly #looked = new Map<string, Promise<readonly Fault[]>>();

  constructor(look: LookAtScript, actions: readonly Action[], ownSteps: OwnSteps) {
    this.#look = look;
    this.#actions = new Map(actions.map((action) => [actionId(action), action]));
    this.#ownSteps = ownSteps;
  }

  /** Whether an artifact was edited, or is a script that the stack brings along, word for word. */
  isByPerson({ edited }: Pick<BuildRead, "edited">): (artifact: Artifact) => boolean {
    return ({ path, purpose }) => {
      const action = this.#actions.get(purpose);
      return edited.has(path) || (action !== undefined && this.#ownSteps(action)?.script !== undefined);
    };
  }

  /** What is wrong with them, in their order. */
  async problems(artifacts: readonly Artifact[]): Promise<readonly Diagnostic[]> {
    const found: Diagnostic[] = [];
    for (const artifact of artifacts)
      found.push(...toDiagnostics(artifact.path, await this.#faults(artifact)));
    return found;
  }

  async #faults(artifact: Artifact): Promise<readonly Fault[]> {
    const script = scriptOf(artifact);
    if (!script) return [];
    const action = this.#actions.get(artifact.purpose);
    const own = action && this.#ownSteps(action);
    const granted = action && grantedBy(action, own);
    const end = script.path.slice(script.path.lastIndexOf("."));
    const key = JSON.stringify([script.lang, end, granted ?? null, script.content]);
    const looked = this.#looked.get(key) ?? this.#look(script, granted);
    this.#looked.set(key, looked);
    return looked;
  }
}
