import { type Action, type ActionList, actionId } from "../../assembly/actions.ts";

/** Which actions a bundle may serve, and how it may name them. */
export interface Purposes {
  /** Position in the action list by id. */
  readonly order: ReadonlyMap<string, number>;
  /** The action's id that a purpose names: an id itself, or a step name that one action alone has. */
  resolve(purpose: string): string | undefined;
  /** Whether it is the name of several actions. */
  isAmbiguous(purpose: string): boolean;
}

export function purposesOf(actions: ActionList): Purposes {
  const order = new Map<string, number>();
  const byName = new Map<string, Action[]>();
  const twice = new Set<string>();
  for (const [index, step] of actions.steps.entries()) {
    const id = actionId(step);
    if (order.has(id)) twice.add(id);
    else order.set(id, index);
    const same = byName.get(step.name);
    if (same) same.push(step);
    else byName.set(step.name, [step]);
  }
  const resolve = (purpose: string): string | undefined => {
    if (order.has(purpose)) return twice.has(purpose) ? undefined : purpose;
    const [only, ...others] = byName.get(purpose) ?? [];
    return only && others.length === 0 ? actionId(only) : undefined;
  };
  return { order, resolve, isAmbiguous: (purpose) => resolve(purpose) === undefined && byName.has(purpose) };
}
