/** Asks the stack's compiler agent what it thinks of a finding: one request, with nothing in it that is secret. */
import {
  type AgentError,
  type AgentRequest,
  type AskProgress,
  isAgentError,
  type Usage,
} from "../../agent/agent.ts";
import { costOf, mostOf } from "../../agent/prices.ts";
import { stepBlocks } from "../../assembly/step-blocks.ts";
import { type AgentUse, estimate, guessed } from "../../forge/agent/ask.ts";
import type { OpenAgent } from "../../forge/agent/compile.ts";
import { stopProblem } from "../../forge/agent/failure.ts";
import { declaredKnobs } from "../../forge/knobs.ts";
import { type Manifest, readManifest } from "../../forge/manifest.ts";
import { maskText } from "../../forge/mask.ts";
import { joined } from "../../forge/prompt/part.ts";
import { scan } from "../../forge/prompt/scan.ts";
import type { Planned, Workspace } from "../../pipeline.ts";
import { buildDirOf } from "../../plan.ts";
import type { Consultant, Question } from "../consult.ts";
import { type Patch, planOf, textAt } from "../patch.ts";
import type { Answer, Finding } from "../records.ts";
import type { Candidate } from "../world.ts";
import { adviceParts, adviceRules, type Reach } from "./prompt.ts";
import { adviceSchema, advised } from "./reply.ts";

/** Undefined where the built-in compiler alone is to be used. */
export type FindAgent = (planned: Planned) => Promise<OpenAgent | undefined>;

/** Of the answer, thinking included. */
const maxTokens = 16_000;
/** Of the answer's text, in bytes; of which three patches are the largest part. */
const maxBytes = 1024 * 1024;
/** Longest that an answer may take, in milliseconds. */
const longestMs = 5 * 60_000;

export class StackConsultant implements Consultant<Patch> {
  readonly #ws: Workspace;
  readonly #findAgent: FindAgent;

  constructor(ws: Workspace, findAgent: FindAgent) {
    this.#ws = ws;
    this.#findAgent = findAgent;
  }

  async question(finding: Finding): Promise<Question | undefined> {
    const planned = await planOf(this.#ws, []);
    const open = planned && (await this.#findAgent(planned));
    if (!open) return undefined;
    const use = await open().catch(unopened);
    if ("failure" in use)
      return { by: "no agent", most: nothing, ask: async () => ({ problem: use.message, spent: nothing }) };
    const { agent, price, secrets } = use;
    const by = `${agent.name} ${agent.model}`;
    const values = new Set([...secrets.map(({ value }) => value), ...this.#ws.secrets]);
    const masked = mask(finding, values);
    const parts = adviceParts(masked, await this.#reach(planned, finding));
    const [leak] = scan(parts, secrets);
    if (leak) return { by, most: nothing, ask: async () => ({ problem: leak.message, spent: nothing }) };
    const request: AgentRequest = {
      model: agent.model,
      system: adviceRules,
      turns: [{ role: "user", text: joined(parts) }],
      schema: adviceSchema(),
      maxTokens,
    };
    const input = estimate(request);
    const most = { tokens: input + maxTokens, usd: mostOf(input, maxTokens, price) ?? 0 };
    return { by, most, ask: () => ask(use, request, most, input) };
  }

  async candidates(finding: Finding, { by, reply }: Answer): Promise<readonly Candidate<Patch>[]> {
    const planned = await planOf(this.#ws, []);
    return planned ? advised(finding, by, reply, await this.#reach(planned, finding)) : [];
  }

  /** The steps and files of what the finding is about, and of what a check asks. */
  async #reach({ analysis }: Planned, { address }: Finding): Promise<Reach> {
    const { ir } = analysis;
    const nodes = [...ir.resources, ...ir.verifies];
    const own = nodes.find((node) => node.address === address);
    const asked = address.startsWith("verify.") ? (own?.dependsOn ?? []).map((edge) => edge.address) : [];
    const addresses = new Set([address, ...asked]);
    const spans = nodes.filter((node) => addresses.has(node.address)).map(({ span }) => span);
    const names = new Set(spans.map(({ origin }) => origin.file));
    const steps = [...stepBlocks(ir)].filter(([, block]) => addresses.has(block.address)).map(([id]) => id);
    const { value: manifest } = await readManifest(this.#ws.host.files, buildDirOf(this.#ws.stackDir));
    const files = analysis.files.filter(({ file }) => names.has(file) && !file.includes("/"));
    return {
      ...(manifest ? await this.#built(manifest, steps) : { knobs: [], artifacts: [] }),
      files: files.map(({ file, text }) => ({ file, text })),
    };
  }

  async #built(manifest: Manifest, steps: readonly string[]): Promise<Pick<Reach, "knobs" | "artifacts">> {
    const entries = Object.entries(manifest.artifacts).filter(([, { purpose }]) => steps.includes(purpose));
    const buildDir = buildDirOf(this.#ws.stackDir);
    const artifacts = await Promise.all(
      entries.map(async ([path, { lang }]) => {
        const text = await textAt(this.#ws.host.files, `${buildDir}/${path}`);
        return text === undefined ? [] : [{ path, lang, text }];
      }),
    );
    const knobs = entries.flatMap(([, { purpose, base }]) => {
      const declared = declaredKnobs(base);
      const now = { ...declared, ...manifest.knobs?.[purpose] };
      return Object.keys(declared).length > 0 ? [{ step: purpose, declared, now }] : [];
    });
    return { knobs, artifacts: artifacts.flat() };
  }
}

const nothing = { tokens: 0, usd: 0 } as const;

function unopened(error: unknown): AgentError {
  if (!isAgentError(error)) throw error;
  return error;
}

/** What others wrote may hold what they should not have written. */
function mask({ evidence, ...finding }: Finding, values: ReadonlySet<string>): Finding {
  return { ...finding, evidence: evidence.map((one) => ({ ...one, text: maskText(one.text, values) })) };
}

/** The user's own limits hold beside the stack's. Whatever happens, there is an account of it. */
async function ask(
  { agent, price, spending, signal }: AgentUse,
  request: AgentRequest,
  most: { readonly tokens: number; readonly usd: number },
  input: number,
): ReturnType<Question["ask"]> {
  const reservation = await spending.reserve(most);
  if ("code" in reservation) return { problem: reservation.message, spent: nothing };
  const amount = (usage: Usage) => ({
    tokens: usage.input + usage.output + usage.cacheRead + usage.cacheWrite,
    usd: costOf(usage, price) ?? 0,
  });
  const limit = AbortSignal.timeout(longestMs);
  let bytes = 0;
  const onProgress = (progress: AskProgress): void => {
    if (progress.kind === "answering") bytes = progress.bytes;
  };
  try {
    const options = { signal: AbortSignal.any([signal, limit]), maxBytes, onProgress };
    const reply = await agent.ask(request, options);
    const spent = amount(reply.usage ?? guessed(request, input, bytes));
    await reservation.settle(spent);
    const problem = stopProblem(reply);
    return problem ? { problem: problem.message, spent } : { reply: reply.text, spent };
  } catch (error) {
    const isKnown = isAgentError(error) || signal.aborted || limit.aborted;
    // Of a call that was broken off nobody says what it cost.
    const isTaken = !isAgentError(error) || error.failure === "cut" || error.failure === "reply";
    const spent = isTaken ? amount(guessed(request, input, bytes)) : nothing;
    await reservation.settle(spent);
    if (!isKnown) throw error;
    return { problem: isAgentError(error) ? error.message : "the answer took too long", spent };
  }
}
