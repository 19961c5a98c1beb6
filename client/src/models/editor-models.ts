import * as vscode from "vscode";
import type { ModelMessage } from "../../../server/src/protocol.ts";
import { type Model, ModelProblem, type Models } from "./answer.ts";

const setting = "agent.editorModel";

/** The editor's own models, through `vscode.lm`; the person's choice is a setting. */
export function editorModels(access: vscode.LanguageModelAccessInformation): Models {
  return {
    all: async () => (await vscode.lm.selectChatModels()).map((model) => modelOf(model, access)),
    chosen: () => vscode.workspace.getConfiguration("clockwork").get<string>(setting) || undefined,
    choose: async (models, signal) => {
      const model = await pick(models, signal);
      if (model) await remember(model.id);
      return model;
    },
  };
}

/** The command: another choice, made before it is needed. */
export async function chooseModel(models: Models): Promise<void> {
  const all = await models.all();
  if (all.length > 0) {
    await models.choose(all, new AbortController().signal);
    return;
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      "The editor has no language model. Sign in to GitHub Copilot, or install an extension that brings models.",
    ),
  );
}

async function pick(models: readonly Model[], signal: AbortSignal): Promise<Model | undefined> {
  const items = models.map((model) => ({
    label: model.name,
    description: model.vendor,
    detail: model.id,
    model,
  }));
  const placeHolder = vscode.l10n.t("The model that writes scripts for the compiler “editor”");
  const token = tokenOf(signal);
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }, token);
  return chosen?.model;
}

async function remember(id: string): Promise<void> {
  await vscode.workspace.getConfiguration("clockwork").update(setting, id, vscode.ConfigurationTarget.Global);
}

function modelOf(model: vscode.LanguageModelChat, access: vscode.LanguageModelAccessInformation): Model {
  const { id, name, vendor, family, maxInputTokens } = model;
  return {
    id,
    name: name || family || id,
    vendor,
    family,
    maxInputTokens,
    isAllowed: () => access.canSendRequest(model),
    count: async (text, signal) => model.countTokens(text, tokenOf(signal)),
    send: (messages, signal) => send(model, messages, signal),
  };
}

async function* send(
  model: vscode.LanguageModelChat,
  messages: readonly ModelMessage[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const said = messages.map(({ role, text }) =>
    role === "user"
      ? vscode.LanguageModelChatMessage.User(text)
      : vscode.LanguageModelChatMessage.Assistant(text),
  );
  const justification = vscode.l10n.t(
    "Clockwork has it write the scripts of a plan's steps. You review them.",
  );
  try {
    const response = await model.sendRequest(said, { justification }, tokenOf(signal));
    yield* response.text;
  } catch (error) {
    throw error instanceof vscode.LanguageModelError ? problemOf(error, model) : error;
  }
}

/** The error's code is the name of what made it. */
function problemOf(error: vscode.LanguageModelError, { name }: vscode.LanguageModelChat): ModelProblem {
  const told = error.message === "" ? "" : `: ${error.message}`;
  switch (error.code) {
    case vscode.LanguageModelError.NoPermissions.name:
      return new ModelProblem(
        "key",
        `Clockwork may not use ${name}${told}`,
        "Allow it in the editor: Accounts, Manage Language Model Access.",
        error,
      );
    case vscode.LanguageModelError.NotFound.name:
      return new ModelProblem(
        "request",
        `The editor does not have ${name} any more${told}`,
        "Run it again.",
        error,
      );
    case vscode.LanguageModelError.Blocked.name:
      return new ModelProblem(
        "rate",
        `${name} does not take the request${told}`,
        "Its quota may be used up: choose another model with Clockwork: Choose Language Model.",
        error,
      );
    default:
      return new ModelProblem("cut", `${name} failed${told}`, "Try again in a moment.", error);
  }
}

function tokenOf(signal: AbortSignal): vscode.CancellationToken {
  const source = new vscode.CancellationTokenSource();
  if (signal.aborted) source.cancel();
  else signal.addEventListener("abort", () => source.cancel(), { once: true });
  return source.token;
}
