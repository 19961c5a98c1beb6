/** A piece of a request. Parts are made apart and joined last, so that a scan can say where something stands. */
export interface Part {
  readonly kind: "task" | "machine" | "steps" | "guide" | "earlier" | "refused" | "evidence" | "files";
  /** For messages: `the arguments of ensure_service.web`. */
  readonly where: string;
  readonly text: string;
}

export function joined(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join("\n\n");
}
