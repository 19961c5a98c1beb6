import type { MachineCtx } from "../ctx.ts";
import { runOnStack } from "./run.ts";

/** Brings a stack up. The command asks in its terminal before it does anything. */
export const apply = (ctx: MachineCtx, target: unknown): Promise<void> => runOnStack(ctx, "apply", target);
