/** What a client says in values of its own, which may be anything: the user's settings, and what it wants of the server. */
import * as z from "zod/mini";
import type { HintSettings } from "../ide/inlay-hints.ts";

/** Of the user, `clockwork.*`, and of a client that starts the server, `initializationOptions`. */
export interface Settings {
  readonly inlayHints: HintSettings;
  /** The client wants to be told of each new plan. */
  readonly planChanges: boolean;
}

const hints = z.object({ references: z.optional(z.boolean()), variables: z.optional(z.boolean()) });
const given = z.object({ inlayHints: z.optional(hints), planChanges: z.optional(z.boolean()) });

const on = z.catch(z.boolean(), true);
const off = z.catch(z.boolean(), false);
const anyHints = z.catch(z.object({ references: on, variables: on }), { references: true, variables: true });
const settings = z.catch(z.object({ inlayHints: anyHints, planChanges: off }), {
  inlayHints: { references: true, variables: true },
  planChanges: false,
});

/**
 * What is missing or of another type than it should be has its default; what is none of ours is somebody else's.
 *
 * @param refused is told once what was of another type: `inlayHints.references`
 */
export function readSettings(values: unknown, refused: (problem: string) => void): Settings {
  const { error } = given.safeParse(values ?? {});
  if (error) {
    const paths = error.issues.map(({ path }) => path.join(".") || "all of them");
    refused(`Settings of another type than they have keep their defaults: ${paths.join(", ")}`);
  }
  return settings.parse(values);
}
