import type { AgentError, AgentReply } from "../../agent/agent.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";

/** Why there is no answer, as a problem that its user can mend. */
export function failureOf(error: AgentError): Diagnostic {
  const code =
    error.failure === "cut" || error.failure === "reply" || error.failure === "recording"
      ? "agent-reply"
      : "agent-unavailable";
  return diagnostic(code, `${error.message}; nothing was written`, { hint: error.hint });
}

/** Why an answer that came cannot be used; undefined for one that ended as it should. */
export function stopProblem(reply: AgentReply): Diagnostic | undefined {
  const id = reply.requestId === undefined ? "" : ` (request ${reply.requestId})`;
  switch (reply.stop) {
    case "end":
      return undefined;
    case "max-tokens":
      return problem(
        `The agent's answer was cut off at the most tokens that an answer may have${id}`,
        "Build fewer steps at once: --target ADDR.",
      );
    case "refusal":
      return problem(
        `The agent refuses to write these scripts${id}`,
        "Look at what the steps and guides ask for, name another model, or use --compiler builtin.",
      );
    case "context":
      return problem(
        `The steps and their earlier scripts are more than the model can read${id}`,
        "Build fewer steps at once: --target ADDR.",
      );
    case "other":
      return problem(
        `The agent's answer ended in a way that it should not: ${reply.stopReason.slice(0, 60)}${id}`,
        "Try again, or name another model.",
      );
  }
}

function problem(message: string, hint: string): Diagnostic {
  return diagnostic("agent-reply", `${message}; nothing was written`, { hint });
}
