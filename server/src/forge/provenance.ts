/**
 * Where each artifact in build/ comes from: which compiler wrote what a step needs, and whether a person has changed it since.
 * Nobody has to be asked: what a compiler wrote is in the manifest, so a file that differs was written by a person.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { ArtifactRecord } from "../protocol.ts";
import { artifactHashes, sha256 } from "./artifacts.ts";
import { type Manifest, type ManifestArtifact, readManifest } from "./manifest.ts";
import { openProposals, type ProposalScope } from "./proposals/open.ts";

/** Every artifact of a stack, in the order of their paths. */
export async function provenance(
  files: ReadFiles,
  scope: ProposalScope,
): Promise<{ readonly value?: readonly ArtifactRecord[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { value: manifest, diagnostics } = await readManifest(files, scope.buildDir);
  if (!manifest) return { diagnostics };
  const proposals = await openProposals(files, scope, manifest);
  const waiting = new Map<string, string[]>();
  for (const { proposal, stale } of proposals.value) {
    if (!stale) waiting.set(proposal.path, [...(waiting.get(proposal.path) ?? []), proposal.id]);
  }
  const hashes = await artifactHashes(files, scope.buildDir, manifest);
  const value = Object.entries(manifest.artifacts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, entry]) => ofArtifact(path, entry, hashes.get(path), waiting.get(path) ?? []));
  return { value, diagnostics: [...diagnostics, ...proposals.diagnostics] };
}

function ofArtifact(
  path: string,
  { purpose, lang, mode, origin, fingerprint, base: text }: ManifestArtifact,
  file: string | undefined,
  proposals: readonly string[],
): ArtifactRecord {
  const base = sha256(text);
  const isEdited = file !== undefined && file !== base;
  const there = isEdited ? "edited" : "generated";
  const state = file === undefined ? (proposals.length > 0 ? "proposed" : "missing") : there;
  return {
    path,
    step: purpose,
    lang,
    mode,
    state: isEdited && proposals.length > 0 ? "conflicted" : state,
    ...(file !== undefined && { writer: isEdited ? ("person" as const) : ("compiler" as const), file }),
    compiler: origin,
    fingerprint,
    base,
    proposals,
  };
}

export const statementPath = (buildDir: string): string => `${buildDir}/provenance.json`;

/**
 * An in-toto Statement about a build: which bytes which compiler wrote, and for which steps. It has no time and no path of the
 * machine, so that the same build is the same bytes, and can be committed beside the artifacts. A file whose digest is not
 * its subject's was changed by a person. Source: in-toto Attestation Framework, Statement v1; SLSA Provenance v1.
 */
export function statementText(manifest: Manifest, planId: string | undefined): string {
  const artifacts = Object.entries(manifest.artifacts).sort(([a], [b]) => (a < b ? -1 : 1));
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: artifacts.map(([name, { base }]) => ({ name, digest: { sha256: sha256(base) } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:clockwork:build:v1",
        externalParameters: planId === undefined ? {} : { planId },
        internalParameters: {
          artifacts: Object.fromEntries(
            artifacts.map(([path, a]) => [
              path,
              { step: a.purpose, fingerprint: a.fingerprint, compiler: a.origin },
            ]),
          ),
        },
      },
      runDetails: { builder: { id: "urn:clockwork:builder" } },
    },
  };
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}
