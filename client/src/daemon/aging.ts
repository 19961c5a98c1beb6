import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";

/** What the daemon proposed is for the stack as it was then: with another state or other files it is looked at again. */
export function registerAging({ artifacts, stacks }: MachineCtx): vscode.Disposable {
  const states = vscode.workspace.createFileSystemWatcher("**/.clockwork/state.json");
  const look = async (uri: vscode.Uri) => {
    const folder = await stacks.around(uri);
    if (folder && (await artifacts.daemonProposals(folder)).length > 0) artifacts.refresh(folder);
  };
  return vscode.Disposable.from(
    states,
    states.onDidCreate(look),
    states.onDidChange(look),
    states.onDidDelete(look),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.path.endsWith(".cw")) void look(uri);
    }),
  );
}
