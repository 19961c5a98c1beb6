import * as vscode from "vscode";
import { cliProgram, sandboxWish } from "../cli.ts";
import type { MachineCtx } from "../ctx.ts";

/** `clockwork mcp` for each folder of a trusted workspace, where the editor offers servers of tools to its language models. */
export function registerMcpServers(ctx: MachineCtx): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.lm.registerMcpServerDefinitionProvider("clockwork", {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => {
        if (!vscode.workspace.isTrusted) return [];
        const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
        return folders.map((folder) => definition(ctx, folder, folders.length > 1));
      },
    }),
  );
}

function definition(
  { extensionUri, version }: MachineCtx,
  { name, uri }: vscode.WorkspaceFolder,
  isOneOfMany: boolean,
): vscode.McpStdioServerDefinition {
  const [program, cli] = cliProgram(extensionUri);
  const label = isOneOfMany ? `Clockwork: ${name}` : "Clockwork";
  // Where the editor's executable is an Electron, this makes it the Node that it contains.
  const env = { ...sandboxWish(), ELECTRON_RUN_AS_NODE: "1" };
  const server = new vscode.McpStdioServerDefinition(label, program, [cli, "mcp", uri.fsPath], env, version);
  server.cwd = uri;
  return server;
}
