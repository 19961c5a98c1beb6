import type { Direction } from "../moves.ts";

const directions: ReadonlyMap<string, Direction> = new Map([
  ["ArrowLeft", "left"],
  ["ArrowRight", "right"],
  ["ArrowUp", "up"],
  ["ArrowDown", "down"],
]);

export const directionOf = (key: string): Direction | undefined => directions.get(key);
