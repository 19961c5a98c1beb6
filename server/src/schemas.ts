/**
 * The contracts as JSON Schemas, for editors, other programs and the compiler's structured output. They are generated from
 * the zod types the program itself reads with (`node scripts/schemas.mjs`), so that they cannot say anything else.
 */
import * as z from "zod/mini";
import { actionList } from "./assembly/actions.ts";
import { savedPlan } from "./assembly/saved-plan.ts";
import { artifactBundle } from "./forge/bundle.ts";
import { manifest } from "./forge/manifest.ts";
import { proposal } from "./forge/proposals/format.ts";
import { envFacts } from "./intake/facts.ts";
import { state } from "./state/state.ts";

interface Contract {
  readonly title: string;
  readonly description: string;
  readonly type: z.ZodMiniType;
}

const contracts: Readonly<Record<string, Contract>> = {
  "action-list": {
    title: "ActionList",
    description:
      "The ordered steps of a plan: what `clockwork plan --json` prints and a compiler works from.",
    type: actionList,
  },
  "artifact-bundle": {
    title: "ArtifactBundle",
    description:
      "What a compiler answers: scripts, how they are run, and variables. A proposal until `clockwork check` has passed; the check's rules are stricter than this schema.",
    type: artifactBundle,
  },
  facts: {
    title: "EnvFacts",
    description: "What the machine offers: what `clockwork show facts --json` prints and `--facts` takes.",
    type: envFacts,
  },
  manifest: {
    title: "Manifest",
    description:
      "`.clockwork/build/manifest.json`: the bundle that stands in build/, and what the compiler wrote before edits.",
    type: manifest,
  },
  plan: {
    title: "Plan",
    description: "`clockwork plan --out FILE`: the plan a person approves.",
    type: savedPlan,
  },
  proposal: {
    title: "Proposal",
    description:
      "`.clockwork/proposals/ID/proposal.json`: a text for an artifact that a person has to decide about.",
    type: proposal,
  },
  state: {
    title: "State",
    description: "`.clockwork/state.json`: what Clockwork believes to exist.",
    type: state,
  },
};

/** JSON Schemas (draft 2020-12) by file name without `.json`. */
export function jsonSchemas(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  return new Map(
    Object.entries(contracts).map(([name, { title, description, type }]) => {
      const { $schema, ...schema } = z.toJSONSchema(type, { target: "draft-2020-12", io: "input" });
      return [name, { $schema, $id: `urn:clockwork:schema:${name}`, title, description, ...schema }];
    }),
  );
}

/** A schema as its file has it. */
export function schemaText(schema: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
