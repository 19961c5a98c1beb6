/** What an observer saw of a resource, without changing anything. */
export type Observation =
  | { readonly status: "ok" }
  /** `detail` is a clause: `the container is gone`. */
  | { readonly status: "gone" | "changed" | "foreign"; readonly detail: string }
  /** Could not be seen: the engine does not answer, a permission is missing. */
  | { readonly status: "unknown"; readonly detail: string };
