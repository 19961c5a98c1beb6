import type { Ctx } from "../ctx.ts";
import { runOnStack } from "./run.ts";

/** Shows what an apply would do. */
export const plan = (ctx: Ctx, target: unknown): Promise<void> => runOnStack(ctx, "plan", target);
