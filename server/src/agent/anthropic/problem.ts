import Anthropic from "@anthropic-ai/sdk";
import { AgentError, type AgentFailure } from "../agent.ts";

interface Told {
  readonly failure: AgentFailure;
  readonly what: string;
  readonly hint: string;
}

/** Whatever a call rejected with, as one sentence and a way out. The key is in neither. */
export function problemOf(
  error: unknown,
  { apiKey, baseUrl, model }: { readonly apiKey: string; readonly baseUrl?: string; readonly model: string },
): AgentError {
  if (error instanceof AgentError) return error;
  const server = baseUrl ?? "the Messages API";
  const { failure, what, hint } = told(error, model);
  const said = saidBy(error, apiKey);
  const id = error instanceof Anthropic.APIError && error.requestID ? ` (request ${error.requestID})` : "";
  return new AgentError(failure, `${what} ${server}${said}${id}`, hint, error);
}

function told(error: unknown, model: string): Told {
  if (error instanceof Anthropic.APIConnectionTimeoutError)
    return { failure: "unreachable", what: "No answer in time from", hint: again };
  if (error instanceof Anthropic.APIConnectionError)
    return {
      failure: "unreachable",
      what: "Cannot reach",
      hint: "See that the network and ANTHROPIC_BASE_URL are right.",
    };
  if (!(error instanceof Anthropic.APIError))
    return { failure: "cut", what: "The answer was cut off by", hint: again };
  if (error.status === undefined)
    return { failure: "cut", what: "The answer was broken off by", hint: again };
  return toldByStatus(error.status, error, model);
}

const again = "Try again in a moment: nothing was written.";

function toldByStatus(status: number, error: InstanceType<typeof Anthropic.APIError>, model: string): Told {
  switch (status) {
    case 401:
      return {
        failure: "key",
        what: "The key was not taken by",
        hint: "Set ANTHROPIC_API_KEY to a key that is valid there.",
      };
    case 402:
      return { failure: "rate", what: "A bill is open at", hint: "See the account's billing page." };
    case 403:
      return {
        failure: "key",
        what: "The key may not do this at",
        hint: "Use a key with access to the model.",
      };
    case 404:
      return {
        failure: "request",
        what: `There is no model ${JSON.stringify(model)} at`,
        hint: 'Name another one: clockwork { agent { model = "…" } }.',
      };
    case 429:
      return {
        failure: "rate",
        what: "Too many calls for",
        hint: waitHint(error.headers?.get("retry-after")),
      };
    case 400:
    case 413:
    case 422:
      return {
        failure: "request",
        what: "The request was not taken by",
        hint: "Choose another model, or build fewer steps at once: --target ADDR.",
      };
    case 529:
      return { failure: "unreachable", what: "Overloaded:", hint: again };
    default:
      return { failure: "unreachable", what: `Error ${status} of`, hint: again };
  }
}

function waitHint(after: string | null | undefined): string {
  const seconds = Number(after);
  return after && seconds > 0 ? `It takes calls again in ${seconds}s.` : again;
}

/** What the server said, on one line and not too long. A server may repeat what it was sent. */
function saidBy(error: unknown, apiKey: string): string {
  const text = error instanceof Anthropic.APIError ? (error.apiMessage ?? "") : "";
  const line = text
    .replaceAll(apiKey, "***")
    .replace(/[^\P{C}]+|\s+/gu, " ")
    .trim()
    .slice(0, 300);
  return line === "" ? "" : `: ${line}`;
}
