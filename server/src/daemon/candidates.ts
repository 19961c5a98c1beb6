/** What could be done about a finding, the smallest change first. Rules of ours alone: an agent's wishes come after them. */
import { stepBlocks } from "../assembly/step-blocks.ts";
import { declaredKnobs, inRange, type KnobName } from "../forge/knobs.ts";
import type { Manifest } from "../forge/manifest.ts";
import type { Ir } from "../intake/ir.ts";
import type { State } from "../state/state.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import type { FindingRule } from "./diagnose.ts";
import type { Patch } from "./patch.ts";
import { portPatch } from "./port-patch.ts";
import type { Finding } from "./records.ts";
import type { Candidate } from "./world.ts";

/** What rules look at to find a patch. */
export interface Ground {
  readonly ir: Ir;
  readonly files: readonly SourceFile[];
  readonly manifest: Manifest;
  readonly state: State;
  /** On which somebody listens. */
  readonly listening: ReadonlySet<number>;
}

type Wish = Candidate<Patch>;

export function candidates(finding: Finding, ground: Ground): readonly Wish[] {
  const { address } = finding;
  switch (finding.rule as FindingRule) {
    case "gone":
    case "stopped":
      return [byRule({ kind: "rerun", address }, `run the steps of ${address} again`)];
    case "changed":
      return [byRule({ kind: "rerun", address }, `run the steps of ${address} again, over what was changed`)];
    case "check-failing":
      return longerTimeouts(address, ground);
    case "log-growth":
      return raised(address, "log_max_mb", ground, [2]);
    case "port-taken":
      return otherPort(finding, ground);
    default:
      return [];
  }
}

function byRule(patch: Exclude<Patch, { kind: "runbook" }>, summary: string): Wish {
  return { kind: patch.kind, patch, summary, by: "rule" };
}

/** Whether one of them helps is tried before any is made: the smallest that does is taken. */
function longerTimeouts(address: string, ground: Ground): readonly Wish[] {
  return raised(address, "timeout_s", ground, [2, 4, 8, 16]);
}

/** A knob of the steps of an address, turned up by each factor as far as its range goes. */
function raised(
  address: string,
  knob: Exclude<KnobName, "healthcheck_path">,
  { ir, manifest }: Ground,
  factors: readonly number[],
): readonly Wish[] {
  const steps = [...stepBlocks(ir)].filter(([, block]) => block.address === address).map(([step]) => step);
  return steps.flatMap((step) => {
    const own = Object.values(manifest.artifacts).filter(({ purpose }) => purpose === step);
    const usual = own.map(({ base }) => declaredKnobs(base)[knob]).find((value) => value !== undefined);
    if (usual === undefined) return [];
    const now = manifest.knobs?.[step]?.[knob] ?? usual;
    const values = factors.map((factor) => now * factor).filter((value) => inRange(knob, value));
    return values.map((value) =>
      byRule({ kind: "knob", step, knob, value }, `raise ${knob} of ${step} from ${now} to ${value}`),
    );
  });
}

/** The next port on which nobody listens. */
function otherPort({ address }: Finding, ground: Ground): readonly Wish[] {
  const resource = ground.ir.resources.find((r) => r.address === address);
  const found = resource && portPatch(resource, ground.files, ground.listening);
  if (!found) return [];
  const { patch, from, to } = found;
  return [byRule(patch, `publish ${address} on port ${to} instead of ${from}`)];
}
