/** What is the matter with a thing, for who decides what mends it. */
export type Fault =
  | "gone"
  /** It is there and does not run. */
  | "stopped"
  /** It runs, ends, and is started again, over and over. */
  | "restarting"
  /** Not as it was left: content, mode, commit, another container or image under its name. */
  | "changed"
  /** It belongs to somebody else. */
  | "foreign";

/** What an observer saw of a resource, without changing anything. */
export type Observation =
  | { readonly status: "ok" }
  /** `detail` is a clause: `the container is gone`. `fault` where `changed` is too wide a word. */
  | {
      readonly status: "gone" | "changed" | "foreign";
      readonly detail: string;
      readonly fault?: "stopped" | "restarting";
    }
  /** Could not be seen: the engine does not answer, a permission is missing. */
  | { readonly status: "unknown"; readonly detail: string };

/** What is the matter, in one word; undefined where nothing is, or nobody knows. */
export function faultOf(observation: Observation): Fault | undefined {
  if (observation.status === "ok" || observation.status === "unknown") return undefined;
  return observation.fault ?? observation.status;
}
