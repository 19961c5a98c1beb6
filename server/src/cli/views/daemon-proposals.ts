import { printable, printableLine } from "../../diagnostics/printable.ts";
import type { DaemonProposalDetails, DaemonProposalRecord } from "../../protocol.ts";

/** `proposals list`: id, address and what would be done, a proposal a line. */
export function daemonListView(proposals: readonly DaemonProposalRecord[]): string {
  const width = Math.max(0, ...proposals.map(({ address }) => address.length));
  return proposals.map((one) => `${one.id}  ${one.address.padEnd(width)}  ${about(one)}\n`).join("");
}

/** `proposals show`: what is the matter, and what approving would change; a runbook as it stands. */
export function daemonProposalView(one: DaemonProposalDetails): string {
  if (one.runbook !== null) return printable(one.runbook);
  const lines = [
    `# ${one.id}: ${one.address}, ${about(one)}`,
    `# ${printableLine(one.because)}`,
    ...one.effects.map((effect) => `#   ${printableLine(effect)}`),
    ...one.evidence.flatMap(({ source, text }) => [
      `# ${printableLine(source)}:`,
      ...text.split("\n").map((line) => `#   ${printableLine(line)}`),
    ]),
  ];
  return `${lines.join("\n")}\n${printable(one.diff)}`;
}

function about({ problem, summary, by, stale }: DaemonProposalRecord): string {
  const whose = by === "rule" ? "" : `, wished by ${printableLine(by)}`;
  const what = `${printableLine(problem)}: ${printableLine(summary)}${whose}`;
  return stale === null ? what : `${what} (stale: ${printableLine(stale)})`;
}
