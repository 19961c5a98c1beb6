import { createHash } from "node:crypto";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { english } from "../../diagnostics/schema-messages.ts";
import type { ReadFiles, WriteFiles } from "../../host/ports.ts";
import { sha256 } from "../artifacts.ts";
import { pathFaults } from "../check/path.ts";
import { parseStrict } from "../json.ts";
import type { Manifest } from "../manifest.ts";
import { forEach, type PlainTree } from "../plain.ts";
import { type Proposal, proposal, proposalText } from "./format.ts";

/** A proposal with its texts. */
export interface StoredProposal {
  readonly proposal: Proposal;
  /** What is proposed; undefined when it is no text (a person's file that had become binary). */
  readonly theirs: string | undefined;
  readonly base: string | undefined;
}

/** What a new proposal consists of. */
export interface NewProposal extends Omit<Proposal, "version" | "kind" | "id" | "theirs" | "base" | "yours"> {
  readonly theirs: string | Uint8Array;
  readonly base: string | undefined;
  /** The artifact's bytes now; undefined where there is none. */
  readonly yours: Uint8Array | undefined;
}

/** Of path and proposed text, so that the same conflict is the same proposal. */
export function proposalId(path: string, theirs: string | Uint8Array): string {
  return createHash("sha256").update(`${path}\0`).update(theirs).digest("hex").slice(0, 16);
}

/** Writes a proposal, its own file last: without it the folder is none. Returns what stands in the way, if anything does. */
export async function writeProposal(
  files: WriteFiles,
  tree: PlainTree,
  proposalsDir: string,
  { theirs, base, yours, ...rest }: NewProposal,
): Promise<{ readonly id: string; readonly problem?: Diagnostic }> {
  const id = proposalId(rest.path, theirs);
  const folder = `${proposalsDir}/${id}`;
  tree.forget();
  const problem = await tree.folderProblem(folder);
  if (problem) return { id, problem };
  const name = rest.path.slice(rest.path.lastIndexOf("/") + 1);
  await files.writeAtomic(`${folder}/theirs-${name}`, theirs, 0o600);
  if (base !== undefined) await files.writeAtomic(`${folder}/base-${name}`, base, 0o600);
  const meta: Proposal = {
    ...rest,
    version: "1",
    id,
    kind: "artifact",
    theirs: { file: `theirs-${name}` },
    ...(base !== undefined && { base: { file: `base-${name}`, sha256: sha256(base) } }),
    ...(yours && { yours: { sha256: sha256(yours) } }),
  };
  await files.writeAtomic(`${folder}/proposal.json`, proposalText(meta), 0o600);
  return { id };
}

/** Every proposal that can be read, in the order of path and id. */
export async function readProposals(
  files: ReadFiles,
  tree: PlainTree,
  proposalsDir: string,
): Promise<{ readonly value: readonly StoredProposal[]; readonly diagnostics: readonly Diagnostic[] }> {
  const problem = await tree.folderProblem(proposalsDir);
  if (problem) return { value: [], diagnostics: [problem] };
  if ((await files.stat(proposalsDir)) === undefined) return { value: [], diagnostics: [] };
  const folders = (await files.list(proposalsDir)).filter(
    ({ kind, name }) => kind === "directory" && /^[0-9a-f]{16}$/.test(name),
  );
  const read = await forEach(folders, ({ name }) => readProposal(tree, proposalsDir, name));
  const value = read.flatMap((one) => (one.value ? [one.value] : []));
  const order = ({ proposal: { path, id } }: StoredProposal): string => `${path}\0${id}`;
  return {
    value: value.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    diagnostics: read.flatMap((one) => (one.problem ? [one.problem] : [])),
  };
}

type Read =
  | { readonly value: StoredProposal; readonly problem?: never }
  /** Neither: a folder whose own file was never written. */
  | { readonly value?: never; readonly problem?: Diagnostic };

async function readProposal(tree: PlainTree, proposalsDir: string, id: string): Promise<Read> {
  const folder = `${proposalsDir}/${id}`;
  const found = await tree.look(`${folder}/proposal.json`);
  if (found.kind === "absent") return {};
  if (found.kind === "unsafe") return { problem: found.problem };
  const { value } = parseStrict(found.text ?? "", maxDepth);
  // The daemon's are about more than artifacts, and read by itself.
  if (isOfDaemon(value)) return {};
  const read = proposal.safeParse(value, english);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { problem: unreadable(id, `${issue?.path.map(String).join(".")}: ${issue?.message}`) };
  }
  const [fault] = pathFaults(read.data.path);
  if (read.data.id !== id) return { problem: unreadable(id, "its id is another") };
  if (fault) return { problem: unreadable(id, `its path ${fault.says}`) };
  const { theirs, base } = read.data;
  const proposed = await tree.look(`${folder}/${theirs.file}`);
  if (proposed.kind === "unsafe") return { problem: proposed.problem };
  if (proposed.kind === "absent") return { problem: unreadable(id, `${theirs.file} is missing`) };
  const common = base && (await tree.look(`${folder}/${base.file}`));
  const baseText = common?.kind === "file" ? common.text : undefined;
  return { value: { proposal: read.data, theirs: proposed.text, base: baseText } };
}

const maxDepth = 8;

function isOfDaemon(value: unknown): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "daemon";
}

function unreadable(id: string, why: string): Diagnostic {
  return diagnostic("proposal-unreadable", `The proposal ${id} cannot be read: ${why}`, {
    hint: `Remove .clockwork/proposals/${id}, and build again`,
  });
}

/** Removes what the manifest no longer speaks of: conflicts that are over. A person's own text goes by a person's word alone. */
export async function clearProposals(
  files: WriteFiles,
  tree: PlainTree,
  proposalsDir: string,
  manifest: Manifest,
): Promise<void> {
  const open = new Set(Object.values(manifest.artifacts).map((a) => a.conflict));
  const { value } = await readProposals(files, tree, proposalsDir);
  for (const {
    proposal: { id, reason },
  } of value) {
    if (reason === "conflict" && !open.has(id)) await files.remove(`${proposalsDir}/${id}`);
  }
}

/** The proposal at another path, for another step: its artifact has moved. */
export async function moveProposal(
  files: WriteFiles,
  proposalsDir: string,
  value: Proposal,
  to: Pick<Proposal, "path" | "step">,
): Promise<void> {
  await files.writeAtomic(
    `${proposalsDir}/${value.id}/proposal.json`,
    proposalText({ ...value, ...to }),
    0o600,
  );
}
