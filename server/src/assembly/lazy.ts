/** A value that is worked out when it is first asked for, and then kept. */
export function lazy<T extends object | string>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
