import * as vscode from "vscode";
import { editorVariable } from "../../../server/src/protocol.ts";
import { answer } from "./answer.ts";
import { ModelChannel } from "./channel.ts";
import { chooseModel, editorModels } from "./editor-models.ts";

export interface EditorModel extends vscode.Disposable {
  /** By which commands of this window find their way here; empty where there is none. */
  environment(): Promise<Readonly<Record<string, string>>>;
}

/** Lets commands in this window's terminals ask a language model of the editor. */
export function registerModels(
  { languageModelAccessInformation: access }: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): EditorModel {
  const models = editorModels(access);
  const channel = new ModelChannel({
    answer: (call, signal) => answer(models, call, signal),
    onStrange: (what) => log.warn(what),
  });
  const command = vscode.commands.registerCommand("clockwork.chooseModel", () => chooseModel(models));
  return {
    environment: async () => {
      try {
        return { [editorVariable]: await channel.address() };
      } catch (error) {
        // Without a place for a socket everything works but the compiler that needs it, which says so.
        if (!(error instanceof Error && "code" in error)) throw error;
        log.warn(`the editor's models cannot be asked: ${error.message}`);
        return {};
      }
    },
    dispose: () => {
      command.dispose();
      return channel.dispose();
    },
  };
}
