import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import { type Action, acknowledge, disable, enable, lookOnce, showJournal, start, stop } from "./actions.ts";
import { registerAging } from "./aging.ts";
import { journals } from "./journal.ts";
import { menu } from "./menu.ts";
import { Notifications } from "./notifications.ts";
import { registerStatusItem } from "./status-item.ts";
import { Daemons } from "./store.ts";

/** The daemons of the workspace's stacks: how it stands with them, and what a person may want of them. */
export function registerDaemon(ctx: MachineCtx): vscode.Disposable {
  const daemons = new Daemons(ctx);
  const handlers: Readonly<Record<string, Action>> = {
    "clockwork.daemon.menu": menu,
    "clockwork.daemon.start": start,
    "clockwork.daemon.stop": stop,
    "clockwork.daemon.lookOnce": lookOnce,
    "clockwork.daemon.showJournal": showJournal,
    "clockwork.daemon.disable": disable,
    "clockwork.daemon.enable": enable,
    "clockwork.daemon.acknowledge": acknowledge,
  };
  return vscode.Disposable.from(
    daemons,
    journals(daemons),
    registerStatusItem(ctx, daemons),
    new Notifications(ctx, daemons),
    registerAging(ctx),
    ...Object.entries(handlers).map(([id, run]) =>
      vscode.commands.registerCommand(id, (target: unknown) => run(ctx, daemons, target)),
    ),
  );
}
