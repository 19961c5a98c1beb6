/** How it stands with a stack's daemon, in the one thing that a person has to know first. Pure. */
import type { DaemonStatus } from "../../../server/src/protocol.ts";

/** `count`: of what it is about. The most urgent that is true. */
export type Standing =
  /** Switched off for every daemon. */
  | { readonly kind: "disabled" }
  /** Fixes have failed too often: those things are left alone until a person has looked. */
  | { readonly kind: "quarantined"; readonly count: number }
  /** Proposals wait for a person. */
  | { readonly kind: "proposals"; readonly count: number }
  /** Something is not as it was left, whoever has seen it. */
  | { readonly kind: "findings"; readonly count: number }
  | { readonly kind: "watching" }
  | { readonly kind: "off" };

export interface Known {
  readonly status: DaemonStatus | undefined;
  /** Somebody watches, as far as can be seen from here. */
  readonly isWatched: boolean;
  readonly findings: number;
  readonly proposals: number;
}

export function standingOf({ status, isWatched, findings, proposals }: Known): Standing {
  const quarantined = status?.quarantined.length ?? 0;
  if (status?.isDisabled) return { kind: "disabled" };
  if (quarantined > 0) return { kind: "quarantined", count: quarantined };
  if (proposals > 0) return { kind: "proposals", count: proposals };
  if (findings > 0) return { kind: "findings", count: findings };
  return { kind: isWatched ? "watching" : "off" };
}

/** What can be told of processes from here. */
export interface Machine {
  readonly host: string;
  /** When the machine started, in milliseconds since 1970; it may be some seconds off. */
  readonly startedMs: number;
  readonly isAlive: (pid: number) => boolean;
}

/** Clocks that were set, and the time that a machine takes to know when it started, in milliseconds. */
const slackMs = 10_000;

/** Whether who has written that they watch does so. Of another machine that is believed. */
export function isWatched({ watcher }: Pick<DaemonStatus, "watcher">, machine: Machine): boolean {
  if (!watcher) return false;
  if (watcher.host !== machine.host) return true;
  // Process ids begin anew with the machine.
  return Date.parse(watcher.since) > machine.startedMs - slackMs && machine.isAlive(watcher.pid);
}
