import type * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

/**
 * What is wrong with a value that a schema does not take, in English: for `schema.safeParse(value, english)`. zod/mini itself
 * says "Invalid input" to everything. The whole of zod has the sentences built in, but takes the process three megabytes
 * more.
 */
export const english: z.core.ParseContext<z.core.$ZodIssue> = { error: en().localeError };
