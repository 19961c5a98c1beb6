import * as z from "zod/mini";
import type { HintSettings } from "../ide/inlay-hints.ts";

/** The user's settings, `clockwork.*`. What is missing or none of ours has its default. */
export interface Settings {
  readonly inlayHints: HintSettings;
}

const on = z.catch(z.boolean(), true);
const hints = z.catch(z.object({ references: on, variables: on }), { references: true, variables: true });
const settings = z.catch(z.object({ inlayHints: hints }), {
  inlayHints: { references: true, variables: true },
});

export const readSettings = (given: unknown): Settings => settings.parse(given);
