import { resolve } from "node:path";
import { type DaemonProposal, readDaemonProposals } from "../../daemon/proposals.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import {
  artifactScope,
  type OpenProposal,
  openProposals,
  type ProposalScope,
  proposalRecord,
} from "../../forge/proposals/open.ts";
import { approveProposal, type Resolved, rejectProposal } from "../../forge/proposals/resolve.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type LockFlags, withLock } from "../lock.ts";
import { baseDir, type CommonFlags, stackDir, UsageError, workspace } from "../options.ts";
import { daemonListView, daemonProposalView } from "../views/daemon-proposals.ts";
import { printDocument } from "../views/json.ts";
import { proposalListView, proposalView } from "../views/proposals.ts";
import type { RunFlags } from "./apply.ts";
import {
  approveDaemonProposal,
  daemonDetails,
  daemonRecords,
  rejectDaemonProposal,
} from "./daemon-proposals.ts";

export interface ApproveFlags extends RunFlags {
  /** A file, `-` for stdin: the text to write in place of what is proposed. */
  readonly text?: string;
  readonly seen?: string;
}

export async function proposalsListCommand(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const { value, diagnostics } = await openProposals(context.host.files, await scope(context, flags));
  if (hasErrors(diagnostics)) return refuse(context, flags, diagnostics, () => undefined);
  const ofDaemon = await daemonRecords(context, flags);
  if (flags.json) context.out(printDocument([...value.map(proposalRecord), ...ofDaemon]));
  else if (value.length + ofDaemon.length > 0)
    context.out(`${proposalListView(value)}${daemonListView(ofDaemon)}`);
  // stdout is a list, also an empty one.
  else context.err("There are no proposals.\n");
  return exitCodes.done;
}

export async function proposalsShowCommand(
  context: CliContext,
  id: string,
  flags: CommonFlags,
): Promise<ExitCode> {
  const ofDaemon = await ofTheDaemon(context, flags);
  const asked = ofDaemon.find((one) => one.id === id);
  if (asked) {
    const details = await daemonDetails(await workspace(context, flags, undefined), asked);
    context.out(flags.json ? printDocument(details) : daemonProposalView(details));
    return exitCodes.done;
  }
  const { value, diagnostics } = await openProposals(context.host.files, await scope(context, flags));
  if (hasErrors(diagnostics)) return refuse(context, flags, diagnostics, () => undefined);
  const open = known(value, id, ofDaemon);
  if (flags.json) context.out(printDocument(proposalRecord(open)));
  else context.out(proposalView(open));
  return exitCodes.done;
}

/** Writes what is proposed, or the text that a person made of it, into the artifact. */
export async function proposalsApproveCommand(
  context: CliContext,
  id: string,
  flags: ApproveFlags,
): Promise<ExitCode> {
  const text = await givenText(context, flags);
  const ofDaemon = await ofTheDaemon(context, flags);
  if (ofDaemon.some((one) => one.id === id)) return approveDaemonProposal(context, id, flags, text);
  return deciding(context, flags, id, async (at, open) => {
    const given = {
      ...(text !== undefined && { text }),
      ...(flags.seen !== undefined && { seen: flags.seen }),
    };
    const resolved = await approveProposal(context.host.files, at, { id, ...given });
    return report(context, flags, resolved, "written", text ?? open.proposed);
  });
}

export async function proposalsRejectCommand(
  context: CliContext,
  id: string,
  flags: CommonFlags & LockFlags,
): Promise<ExitCode> {
  const asked = (await ofTheDaemon(context, flags)).find((one) => one.id === id);
  if (asked)
    return alone(context, flags, async () => {
      await rejectDaemonProposal(context, await workspace(context, flags, undefined), asked);
      const { address } = asked.finding;
      context.out(
        flags.json ? printDocument({ id, address, diagnostics: [] }) : `${address}: left as it is\n`,
      );
      return exitCodes.done;
    });
  return deciding(context, flags, id, async (at) => {
    const resolved = await rejectProposal(context.host.files, at, id);
    return report(context, flags, resolved, "left as it is", undefined);
  });
}

async function ofTheDaemon(context: CliContext, flags: CommonFlags): Promise<readonly DaemonProposal[]> {
  return readDaemonProposals(context.host.files, await stackDir(context, flags, undefined));
}

async function deciding(
  context: CliContext,
  flags: CommonFlags & LockFlags,
  id: string,
  decide: (at: ProposalScope, open: OpenProposal) => Promise<ExitCode>,
): Promise<ExitCode> {
  return alone(context, flags, async (folder) => {
    const at = artifactScope(folder, context.host.environment.uid);
    const open = known((await openProposals(context.host.files, at)).value, id);
    return decide(at, open);
  });
}

/** Decides while nobody else changes the stack. */
async function alone(
  context: CliContext,
  flags: CommonFlags & LockFlags,
  decide: (folder: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, undefined);
  return withLock(context, flags, { stackDir: folder }, "proposals", {
    held: (problems) => {
      refuse(context, flags, problems, () => undefined);
      return exitCodes.locked;
    },
    work: async (recovered) => {
      tell(context, recovered, () => undefined);
      return decide(folder);
    },
  });
}

async function scope(context: CliContext, flags: CommonFlags): Promise<ProposalScope> {
  return artifactScope(await stackDir(context, flags, undefined), context.host.environment.uid);
}

function known(
  all: readonly OpenProposal[],
  id: string,
  others: readonly { readonly id: string }[] = [],
): OpenProposal {
  const found = all.find(({ proposal }) => proposal.id === id);
  if (found) return found;
  const ids = [...all.map(({ proposal }) => proposal), ...others].map((one) => one.id);
  const hint = didYouMean(id, ids) ?? "All of them are listed by: clockwork proposals list";
  throw new UsageError(`There is no proposal ${id}`, hint);
}

async function givenText(context: CliContext, flags: ApproveFlags): Promise<string | undefined> {
  if (flags.text === undefined) return undefined;
  if (flags.text === "-") return context.readStdin();
  const path = resolve(baseDir(context, flags), flags.text);
  if ((await context.host.files.stat(path))?.kind !== "file")
    throw new UsageError(`There is no file ${flags.text}`);
  return context.host.files.readText(path);
}

/** `text`: what was to be written, for the pictures in problems. */
function report(
  context: CliContext,
  flags: CommonFlags,
  { value, diagnostics }: Resolved,
  done: string,
  text: string | undefined,
): ExitCode {
  if (value === undefined) return refuse(context, flags, diagnostics, () => text);
  tell(context, diagnostics, () => text);
  const path = `.clockwork/build/${value}`;
  context.out(flags.json ? printDocument({ path, diagnostics: [] }) : `${path}: ${done}\n`);
  return exitCodes.done;
}
