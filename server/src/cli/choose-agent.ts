/** Who writes the scripts of a build: `--compiler`, else the stack's `agent` block, else whoever has set a key, else the built-in compiler. */
import { resolve } from "node:path";
import type { Agent } from "../agent/agent.ts";
import { knownPrices } from "../agent/prices.ts";
import { recorded } from "../agent/recorded.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { AgentUse } from "../forge/agent/ask.ts";
import { Spending, type SpendingLimits } from "../forge/agent/spending.ts";
import type { AgentSettings } from "../intake/ir.ts";
import { type Planned, secretsOf, type Workspace } from "../pipeline.ts";
import type { AgentEvent } from "../protocol.ts";
import { type AgentConfig, readAgentConfig, userFolder } from "./agent-config.ts";
import type { CliContext } from "./context.ts";
import { baseDir, type CommonFlags, UsageError } from "./options.ts";
import { unifiedDiff } from "./views/unified-diff.ts";

export interface CompilerFlags extends CommonFlags {
  readonly compiler?: string;
}

export const defaultModel = "claude-opus-5-5";

/** Undefined where the built-in compiler is to write them. */
export async function chooseAgent(
  context: CliContext,
  ws: Workspace,
  planned: Planned,
  flags: CompilerFlags,
  onEvent: (event: AgentEvent) => void,
): Promise<AgentUse | undefined> {
  const settings = planned.analysis.ir.settings.agent;
  const key = context.host.environment.variables["ANTHROPIC_API_KEY"];
  const wanted = flags.compiler ?? settings.compiler ?? (key ? "anthropic" : "builtin");
  if (wanted === "builtin") return undefined;
  const config = await readAgentConfig(context.host);
  const agent = makeAgent(context, flags, wanted, settings.model ?? config.model ?? defaultModel, config);
  const price = { ...knownPrices, ...config.prices }[agent.model];
  const stateFolder = userFolder(ws.host.environment.variables, "XDG_STATE_HOME", ".local/state");
  const ledger = {
    files: ws.host.files,
    folder: stateFolder && `${stateFolder}/agent`,
    now: () => ws.host.clock.now(),
    newId: context.randomId,
  };
  return {
    agent,
    ...(price && { price }),
    spending: new Spending(ledger, stricter(config.limits, settings.limits), agent.model),
    secrets: secretsOf(ws, planned),
    signal: context.interrupt.signal,
    now: () => ws.host.clock.now(),
    sleep: (ms, signal) => ws.host.clock.sleep(ms, signal),
    onEvent,
  };
}

function makeAgent(
  context: CliContext,
  flags: CompilerFlags,
  wanted: string,
  model: string,
  config: AgentConfig,
): Agent {
  if (wanted === "anthropic") return anthropicAgent(context, model, config);
  const folder = /^recorded:(.+)$/.exec(wanted)?.[1];
  if (folder !== undefined) {
    const { files } = context.host;
    return recorded(resolve(baseDir(context, flags), folder), model, files, unifiedDiff);
  }
  const known = ["builtin", "anthropic", "recorded:FOLDER"];
  throw new UsageError(
    `--compiler ${wanted}: there is no such compiler`,
    didYouMean(wanted, known) ?? `Choose one of ${known.join(", ")}.`,
  );
}

function anthropicAgent(context: CliContext, model: string, { silenceMs, longestMs }: AgentConfig): Agent {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl } = context.host.environment.variables;
  if (!apiKey) {
    throw new UsageError(
      "The compiler anthropic needs a key",
      "Set ANTHROPIC_API_KEY for this command, or use --compiler builtin.",
    );
  }
  if (baseUrl && !/^https?:\/\/[^\s/]/.test(baseUrl))
    throw new UsageError("ANTHROPIC_BASE_URL is no address", "Such as https://gateway.example.com");
  const { anthropic } = context.loadAnthropic();
  return anthropic({ apiKey, ...(baseUrl && { baseUrl }), model, silenceMs, longestMs });
}

/** A stack can make its builds cheaper than the user's limits, not dearer. */
function stricter(limits: SpendingLimits, { calls, tokens }: AgentSettings["limits"]): SpendingLimits {
  return {
    ...limits,
    callsPerBuild: Math.min(limits.callsPerBuild, calls ?? limits.callsPerBuild),
    tokensPerBuild: Math.min(limits.tokensPerBuild, tokens ?? limits.tokensPerBuild),
  };
}
