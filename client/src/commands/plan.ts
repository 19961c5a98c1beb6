import type { MachineCtx } from "../ctx.ts";
import { runOnStack } from "./run.ts";

/** Shows what an apply would do. */
export const plan = (ctx: MachineCtx, target: unknown): Promise<void> => runOnStack(ctx, "plan", target);
