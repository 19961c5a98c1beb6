/**
 * How large a bundle may be. Source of the fixed numbers: SAFETY row 28. The number of artifacts and their total grow with
 * the number of actions, because one compiler (the built-in one) makes the bundle of a whole stack: a reply for ten actions
 * is held to the page's 64 artifacts and 4 MB, a stack of 10,000 resources still passes.
 */
export const limits = {
  /** Of the reply's text, in bytes, judged before it is parsed. */
  replyBytes: 8 * 1024 * 1024,
  /** Of one artifact, in bytes. */
  fileBytes: 1024 * 1024,
  /** Of one argument or one variable's value, in bytes. */
  argumentBytes: 4096,
  /** Words of one run command. */
  words: 128,
  variables: 256,
  /** Problems reported at once: more help neither a person nor a repair. */
  diagnostics: 100,
} as const;

export const maxArtifacts = (actions: number): number => Math.max(64, 4 * actions);
export const maxSteps = maxArtifacts;
/** In bytes. */
export const maxTotalBytes = (actions: number): number => Math.max(4 * 1024 * 1024, 64 * 1024 * actions);
