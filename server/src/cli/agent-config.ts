/** The user's own settings of agents, `agent.json` in their config folder: limits, prices, waits. No stack can set any of it. */
import * as z from "zod/mini";
import type { Prices } from "../agent/prices.ts";
import { english } from "../diagnostics/schema-messages.ts";
import { defaultLimits, type SpendingLimits } from "../forge/agent/spending.ts";
import type { Host } from "../host/ports.ts";
import { UsageError } from "./options.ts";

export interface AgentConfig {
  /** Where a stack names none. */
  readonly model?: string;
  readonly limits: SpendingLimits;
  readonly prices: Prices;
  /** Longest time without a sign of life, in milliseconds. */
  readonly silenceMs: number;
  /** Longest time an answer may take as a whole, in milliseconds. */
  readonly longestMs: number;
}

const count = z.int().check(z.positive());
const money = z.number().check(z.minimum(0));
const seconds = z.number().check(z.minimum(0.1), z.maximum(86_400));

const file = z.strictObject({
  model: z.optional(z.string().check(z.minLength(1))),
  limits: z.optional(
    z.strictObject({
      callsPerBuild: z.optional(count),
      tokensPerBuild: z.optional(count),
      usdPerBuild: z.optional(money),
      tokensPerDay: z.optional(count),
      usdPerDay: z.optional(money),
    }),
  ),
  prices: z.optional(
    z.record(z.string(), z.strictObject({ input: money, output: money, cacheRead: z.optional(money) })),
  ),
  silenceSeconds: z.optional(seconds),
  longestSeconds: z.optional(seconds),
});

const maxBytes = 1024 * 1024;

export async function readAgentConfig({ files, environment }: Host): Promise<AgentConfig> {
  const folder = userFolder(environment.variables, "XDG_CONFIG_HOME", ".config");
  const path = folder && `${folder}/agent.json`;
  const there = path !== undefined && (await files.stat(path)) !== undefined;
  const { model, limits, prices, silenceSeconds, longestSeconds } = there
    ? parse(path, new TextDecoder().decode(await files.readPlain(path, maxBytes)))
    : {};
  return {
    ...(model !== undefined && { model }),
    limits: { ...defaultLimits, ...defined(limits ?? {}) },
    prices: defined(prices ?? {}) as Prices,
    silenceMs: (silenceSeconds ?? 120) * 1000,
    longestMs: (longestSeconds ?? 1_800) * 1000,
  };
}

/** `clockwork` in one of the user's folders; undefined for a user without a home. Source: the XDG base directory specification. */
export function userFolder(
  variables: Readonly<Record<string, string>>,
  name: "XDG_CONFIG_HOME" | "XDG_STATE_HOME",
  fallback: string,
): string | undefined {
  const given = variables[name];
  if (given?.startsWith("/")) return `${given}/clockwork`;
  const home = variables["HOME"];
  return home ? `${home}/${fallback}/clockwork` : undefined;
}

function parse(path: string, text: string): z.infer<typeof file> {
  const hint = "docs/agent.md says what may stand there.";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${path} is no JSON: ${error.message}`, hint);
  }
  const read = file.safeParse(json, english);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageError(`${path}: ${issue?.path.map(String).join(".")}: ${issue?.message}`, hint);
}

function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
