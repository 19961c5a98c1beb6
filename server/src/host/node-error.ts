/** Node's name of a failure, such as `ENOENT`; undefined for what is no failure of a system call. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
