/** Where a step's artifact lies. The name follows from the step's id alone, so adding a step renames no other. */
import { createHash } from "node:crypto";

/** Longest segment that the bundle check allows (SAFETY row 6). */
const longest = 100;

/** `ensure_service.web["eu"]` is `scripts/ensure_service.web.eu.mjs`. */
export function artifactPath(id: string, extension: string): string {
  return `scripts/${segment(id, longest - extension.length - 1)}.${extension}`;
}

/** Where an artifact lies once its step has another id; one that is not named after its step stays. */
export function movedArtifact(path: string, from: string, to: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  return path === artifactPath(from, extension) ? artifactPath(to, extension) : path;
}

/**
 * A file name for an id. Ids that another one could be mistaken for on some file system get a hash behind: those with
 * capitals, with characters that names cannot have, that are too long, or `verify_http.web["health"]`, which would be the
 * health check of `web`.
 */
export function segment(id: string, limit = longest): string {
  const plain = id.replace(/\["?([^"[\]]*)"?\]/g, ".$1");
  const ambiguous =
    !/^[a-z0-9_][a-z0-9._-]*$/.test(plain) ||
    plain.length > limit ||
    /\.$|\.\.|^verify_http\..*\["health"\]/.test(plain + id) ||
    /\["[^"\]]*\.[^"\]]*"\]/.test(id);
  if (!ambiguous) return plain;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 8);
  const safe = plain.replace(/[^A-Za-z0-9_-]+/g, (run) => (run === "." ? "." : "_")).replace(/^[.-]+/, "_");
  return `${safe.slice(0, limit - hash.length - 1)}-${hash}`;
}
