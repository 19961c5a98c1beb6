import { printable, printableLine } from "../../diagnostics/printable.ts";
import type { Proposal } from "../../forge/proposals/format.ts";
import { type OpenProposal, staleTexts } from "../../forge/proposals/open.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** `proposals list`: id, artifact and what it is about, a proposal a line. */
export function proposalListView(proposals: readonly OpenProposal[]): string {
  const width = Math.max(...proposals.map(({ proposal }) => proposal.path.length));
  return proposals
    .map((open) => {
      const { id, path } = open.proposal;
      return `${id}  ${path.padEnd(width)}  ${about(open)}\n`;
    })
    .join("");
}

/** `proposals show`: what approving would change. */
export function proposalView(open: OpenProposal): string {
  const { proposal, yours, proposed } = open;
  const title = `# ${proposal.id}: ${proposal.path}, ${about(open)}\n`;
  if (proposed === undefined) return `${title}# it is no text\n`;
  const diff = unifiedDiff(`.clockwork/build/${proposal.path}`, yours ?? "", proposed);
  return `${title}${printable(diff)}`;
}

function about({ proposal, stale }: OpenProposal): string {
  const what = `${origin(proposal)}, for ${printableLine(proposal.step)}`;
  return stale ? `${what} (${staleTexts[stale]})` : what;
}

function origin({ reason, compiler }: Proposal): string {
  switch (reason) {
    case "conflict":
      return `new from ${printableLine(compiler?.compiler ?? "the compiler")}`;
    case "replaced":
      return "yours, which the compiler's replaced";
    case "suggested":
      return "a change that a tool suggests";
  }
}
