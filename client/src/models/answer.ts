/**
 * What the editor answers to a command that runs in one of its terminals and asks for a language model. Knows the editor's
 * models through `Models` alone; whatever goes wrong becomes the answer `refused`, whose texts people read in the terminal.
 */
import type { ModelAnswer, ModelCall, ModelMessage } from "../../../server/src/protocol.ts";

export interface Model {
  /** Of this model alone. */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly family: string;
  /** Most tokens of a request. */
  readonly maxInputTokens: number;
  /** Whether the person has agreed that we ask it; undefined where the editor has not asked yet, which it does by itself. */
  isAllowed(): boolean | undefined;
  count(text: string, signal: AbortSignal): Promise<number>;
  /** Gives the answer as it comes. Rejects with a `ModelProblem`. */
  send(messages: readonly ModelMessage[], signal: AbortSignal): AsyncIterable<string>;
}

/** The editor's models, and the person's choice among them. */
export interface Models {
  all(): Promise<readonly Model[]>;
  /** Id of the one that the person chose, if any. */
  chosen(): string | undefined;
  /** Has the person choose, for this time and those to come; undefined where they choose none. */
  choose(models: readonly Model[], signal: AbortSignal): Promise<Model | undefined>;
}

type Refused = Extract<ModelAnswer, { type: "refused" }>;

/** Why a model does not answer, for people, with a way out. */
export class ModelProblem extends Error {
  readonly failure: Refused["failure"];
  readonly hint: string | undefined;

  constructor(failure: Refused["failure"], message: string, hint?: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
    this.hint = hint;
  }
}

/** The answers to one request, of which the last one ends it. With an aborted signal they end without one. */
export async function* answer(
  models: Models,
  call: ModelCall,
  signal: AbortSignal,
): AsyncGenerator<ModelAnswer> {
  try {
    yield* answers(models, call, signal);
  } catch (error) {
    if (signal.aborted) return;
    yield refusal(error);
  }
}

async function* answers(models: Models, call: ModelCall, signal: AbortSignal): AsyncGenerator<ModelAnswer> {
  switch (call.call) {
    case "model":
      return yield* which(models, call.wanted, signal);
    case "count": {
      const model = await byId(models, call.model);
      yield { type: "counted", tokens: await countAll(model, call.messages, signal) };
      return;
    }
    case "ask":
      return yield* said(await byId(models, call.model), call.messages, signal);
  }
}

function refusal(error: unknown): Refused {
  if (error instanceof ModelProblem) {
    const { failure, message, hint } = error;
    return { type: "refused", failure, message, ...(hint !== undefined && { hint }) };
  }
  const message = `The editor's model failed: ${error instanceof Error ? error.message : String(error)}`;
  return {
    type: "refused",
    failure: "cut",
    message: onOneLine(message),
    hint: "The log of Clockwork may say more.",
  };
}

async function* which(
  models: Models,
  wanted: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ModelAnswer> {
  const all = await models.all();
  if (all.length === 0) {
    throw new ModelProblem(
      "unreachable",
      "The editor has no language model",
      "Sign in to GitHub Copilot, or install an extension that brings models; or use --compiler anthropic or builtin.",
    );
  }
  const model = wanted === undefined ? ofPerson(models, all) : named(all, wanted);
  if (model) return yield told(model);
  yield { type: "waiting", why: "choose a model in the editor" };
  const chosen = await models.choose(all, signal);
  if (!chosen)
    throw new ModelProblem("request", "No model was chosen in the editor", "Run it again and choose one.");
  yield told(chosen);
}

function told({ id, name, maxInputTokens }: Model): ModelAnswer {
  return { type: "model", id, name, maxInputTokens };
}

/** The only one, or the one that was chosen before and is still there. */
function ofPerson(models: Models, all: readonly Model[]): Model | undefined {
  const id = models.chosen();
  const [only, ...others] = all;
  return all.find((model) => model.id === id) ?? (others.length === 0 ? only : undefined);
}

function named(all: readonly Model[], wanted: string): Model {
  const found =
    all.find(({ id }) => id === wanted) ??
    all.find(({ family }) => family === wanted) ??
    all.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (found) return found;
  const ids = all.map(({ id }) => id).join(", ");
  throw new ModelProblem(
    "request",
    `The editor has no model ${JSON.stringify(wanted)}, which the stack names`,
    `It has: ${ids}. Name one of them in clockwork { agent { model = "…" } }, or none.`,
  );
}

async function byId(models: Models, id: string): Promise<Model> {
  const model = (await models.all()).find((one) => one.id === id);
  if (model) return model;
  throw new ModelProblem("request", `The editor does not have the model ${id} any more`, "Run it again.");
}

async function countAll(
  model: Model,
  messages: readonly ModelMessage[],
  signal: AbortSignal,
): Promise<number> {
  const counts = await Promise.all(messages.map(({ text }) => model.count(text, signal)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function* said(
  model: Model,
  messages: readonly ModelMessage[],
  signal: AbortSignal,
): AsyncGenerator<ModelAnswer> {
  if (model.isAllowed() === undefined)
    yield { type: "waiting", why: `the editor asks whether Clockwork may use ${model.name}` };
  const parts: string[] = [];
  for await (const text of model.send(messages, signal)) {
    signal.throwIfAborted();
    parts.push(text);
    yield { type: "text", text };
  }
  const [input, output] = await Promise.all([
    countAll(model, messages, signal),
    model.count(parts.join(""), signal),
  ]);
  yield { type: "end", input, output };
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 300);
}
