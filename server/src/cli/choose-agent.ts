/** Who writes the scripts of a build: `--compiler`, else the stack's `agent` block, else whoever has set a key, else the built-in compiler. */
import { resolve } from "node:path";
import type { Agent } from "../agent/agent.ts";
import { editor } from "../agent/editor.ts";
import { knownPrices, type Price } from "../agent/prices.ts";
import { recorded } from "../agent/recorded.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { OpenAgent } from "../forge/agent/compile.ts";
import { Spending, type SpendingLimits } from "../forge/agent/spending.ts";
import type { AgentSettings } from "../intake/ir.ts";
import { type Planned, secretsOf, type Workspace } from "../pipeline.ts";
import { type AgentEvent, editorVariable } from "../protocol.ts";
import { type AgentConfig, readAgentConfig, userFolder } from "./agent-config.ts";
import type { CliContext } from "./context.ts";
import { baseDir, type CommonFlags, UsageError } from "./options.ts";
import { unifiedDiff } from "./views/unified-diff.ts";

export interface CompilerFlags extends CommonFlags {
  readonly compiler?: string;
}

export const defaultModel = "claude-opus-5-5";

interface Choice {
  readonly open: () => Promise<Agent>;
  /** Nobody knows what its calls cost. */
  readonly unpriced?: true;
}

/** Undefined where the built-in compiler is to write them. What an agent lacks is said at once, needed or not. */
export async function chooseAgent(
  context: CliContext,
  ws: Workspace,
  planned: Planned,
  flags: CompilerFlags,
  onEvent: (event: AgentEvent) => void,
): Promise<OpenAgent | undefined> {
  const settings = planned.analysis.ir.settings.agent;
  const key = context.host.environment.variables["ANTHROPIC_API_KEY"];
  const wanted = flags.compiler ?? settings.compiler ?? (key ? "anthropic" : "builtin");
  if (wanted === "builtin") return undefined;
  const config = await readAgentConfig(context.host);
  const { open, unpriced } = choose(context, flags, wanted, settings.model, config, onEvent);
  const stateFolder = userFolder(ws.host.environment.variables, "XDG_STATE_HOME", ".local/state");
  const ledger = {
    files: ws.host.files,
    folder: stateFolder && `${stateFolder}/agent`,
    now: () => ws.host.clock.now(),
    newId: context.randomId,
  };
  return async () => {
    const agent = await open();
    const price = unpriced ? undefined : priceOf(agent.model, config);
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
  };
}

function priceOf(model: string, { prices }: AgentConfig): Price | undefined {
  return { ...knownPrices, ...prices }[model];
}

function choose(
  context: CliContext,
  flags: CompilerFlags,
  wanted: string,
  ofStack: string | undefined,
  config: AgentConfig,
  onEvent: (event: AgentEvent) => void,
): Choice {
  const model = ofStack ?? config.model ?? defaultModel;
  if (wanted === "anthropic") return anthropicAgent(context, model, config);
  // Models have other names there: the user's own choice among them is the editor's to know.
  if (wanted === "editor") return editorAgent(context, ofStack, config, onEvent);
  const folder = /^recorded:(.+)$/.exec(wanted)?.[1];
  if (folder !== undefined) {
    const { files } = context.host;
    const path = resolve(baseDir(context, flags), folder);
    return { open: () => Promise.resolve(recorded(path, model, files, unifiedDiff)) };
  }
  const known = ["builtin", "anthropic", "editor", "recorded:FOLDER"];
  throw new UsageError(
    `--compiler ${wanted}: there is no such compiler`,
    didYouMean(wanted, known) ?? `Choose one of ${known.join(", ")}.`,
  );
}

function anthropicAgent(context: CliContext, model: string, { silenceMs, longestMs }: AgentConfig): Choice {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl } = context.host.environment.variables;
  if (!apiKey) {
    throw new UsageError(
      "The compiler anthropic needs a key",
      "Set ANTHROPIC_API_KEY for this command, or use --compiler builtin.",
    );
  }
  if (baseUrl && !/^https?:\/\/[^\s/]/.test(baseUrl))
    throw new UsageError("ANTHROPIC_BASE_URL is no address", "Such as https://gateway.example.com");
  const options = { apiKey, ...(baseUrl && { baseUrl }), model, silenceMs, longestMs };
  return { open: () => Promise.resolve(context.loadAnthropic().anthropic(options)) };
}

function editorAgent(
  { host, exchange, interrupt: { signal } }: CliContext,
  wanted: string | undefined,
  { silenceMs, longestMs }: AgentConfig,
  onEvent: (event: AgentEvent) => void,
): Choice {
  const address = host.environment.variables[editorVariable];
  if (!address) {
    throw new UsageError(
      "The compiler editor needs the terminal of an editor with the Clockwork extension",
      "Use the editor's own commands, such as Clockwork: Build, or --compiler anthropic or builtin.",
    );
  }
  const onWaiting = (note: string) =>
    onEvent({ type: "agent-progress", round: 0, state: "waiting", ms: 0, bytes: 0, note });
  const named = wanted !== undefined && { wanted };
  const options = { address, exchange, ...named, silenceMs, longestMs, signal, onWaiting };
  return { open: () => editor(options), unpriced: true };
}

/** A stack can make its builds cheaper than the user's limits, not dearer. */
function stricter(limits: SpendingLimits, { calls, tokens }: AgentSettings["limits"]): SpendingLimits {
  return {
    ...limits,
    callsPerBuild: Math.min(limits.callsPerBuild, calls ?? limits.callsPerBuild),
    tokensPerBuild: Math.min(limits.tokensPerBuild, tokens ?? limits.tokensPerBuild),
  };
}
