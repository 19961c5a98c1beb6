/** Lines from 0, both inclusive. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether an edit of these lines changes something in a block. What is typed on the line right before or after it, without
 * reaching into it, does not.
 */
export function editTouches(block: LineRange, edit: LineRange): boolean {
  return edit.start <= block.end && block.start <= edit.end;
}

export const moved = ({ start, end }: LineRange, lines: number): LineRange => ({
  start: start + lines,
  end: end + lines,
});
