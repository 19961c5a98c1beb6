import type { FunctionTable } from "./function.ts";

/** Every function by name. */
export const functions: FunctionTable = new Map();
