import { printableLine } from "../../diagnostics/printable.ts";
import type { ArtifactRecord, ArtifactState } from "../../protocol.ts";

/** `show build`: each artifact with its step, and under it who wrote what. */
export function buildView(artifacts: readonly ArtifactRecord[]): string {
  return artifacts.map((artifact) => `${block(artifact).map(printableLine).join("\n")}\n`).join("\n");
}

const states: Readonly<Record<ArtifactState, string>> = {
  generated: "as the compiler wrote it",
  edited: "edited by you, kept on rebuild",
  conflicted: "edited by you, and the compiler has a version that changes the same lines",
  proposed: "not there; a proposal waits",
  missing: "not there; the next build writes it",
};

function block(artifact: ArtifactRecord): readonly string[] {
  const { path, step, state, compiler, fingerprint, base, file, proposals } = artifact;
  const { model, request } = compiler;
  return [
    path,
    `  step         ${step} (fingerprint ${short(fingerprint)})`,
    `  state        ${states[state]}`,
    `  compiler     ${compiler.compiler} ${compiler.version}${model === undefined ? "" : `, ${model}`}`,
    ...(request === undefined ? [] : [`  request      ${short(request)}`]),
    `  generated    sha256 ${short(base)}`,
    ...(file === undefined || file === base ? [] : [`  on disk      sha256 ${short(file)}`]),
    ...proposals.map((id) => `  proposal     ${id}`),
  ];
}

/** As much of a hash as people compare. */
function short(hash: string): string {
  return hash === "" ? "none" : hash.slice(0, 12);
}
