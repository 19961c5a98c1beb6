import * as vscode from "vscode";

/** Its name in the editor's secret storage. */
const secret = "anthropicApiKey";
/** Where the command line looks for it. */
const keyVariable = "ANTHROPIC_API_KEY";

/** A person's key of the Messages API: in the editor's secret storage, so that it stands in no settings and no file. */
export class ApiKey implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #command: vscode.Disposable;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
    this.#command = vscode.commands.registerCommand("clockwork.setApiKey", () => this.#ask());
  }

  /** What commands find in their environment: empty without a key, where that of the editor's own environment counts. */
  async environment(): Promise<Readonly<Record<string, string>>> {
    const key = await this.#secrets.get(secret);
    return key === undefined ? {} : { [keyVariable]: key };
  }

  dispose(): void {
    this.#command.dispose();
  }

  async #ask(): Promise<void> {
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t("Key of the Messages API"),
      prompt: vscode.l10n.t(
        "It is kept in the editor's secret storage. Leave it empty to remove the one that is there.",
      ),
      placeHolder: "sk-ant-…",
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^[!-~]*$/.test(text.trim()) ? undefined : vscode.l10n.t("A key has no spaces in it."),
    });
    if (key === undefined) return;
    const isGiven = key.trim() !== "";
    if (isGiven) await this.#secrets.store(secret, key.trim());
    else await this.#secrets.delete(secret);
    void vscode.window.showInformationMessage(
      isGiven
        ? vscode.l10n.t("The key is kept. Builds ask an agent from now on, unless a stack names a compiler.")
        : vscode.l10n.t("There is no key any more."),
    );
  }
}
