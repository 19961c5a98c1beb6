/** What of a stack's folder hurries its daemon. It brings the next look forward and does nothing else. */
import type { CliContext } from "./context.ts";

export interface FileEvents {
  /** Why some of them cannot be had; looks come by time all the same. */
  readonly missing: string | undefined;
  readonly onHurry: (hurry: () => void) => void;
  readonly close: () => void;
}

/** What a person writes, and what says how things stand. The daemon's own records are none of it. */
const watched: readonly { readonly folder: string; readonly names: RegExp }[] = [
  { folder: "", names: /\.cw(?:vars)?$/ },
  { folder: "/.clockwork", names: /^(?:state\.json|DISABLED|build)$/ },
  { folder: "/.clockwork/build", names: /^[^.]/ },
  { folder: "/.clockwork/build/scripts", names: /^[^.]/ },
];

export function fileEvents({ watchFolder }: CliContext, stackDir: string): FileEvents {
  let hurry: () => void = () => undefined;
  const watchers = watched.map(({ folder, names }) =>
    watchFolder(`${stackDir}${folder}`, (name) => {
      if (names.test(name)) hurry();
    }),
  );
  const failed = watchers.flatMap((one) => ("reason" in one ? [one.reason] : []));
  return {
    // A stack that has not been built has no folder for it.
    missing: failed.find((reason) => !reason.includes("ENOENT")),
    onHurry: (callback) => {
      hurry = callback;
    },
    close: () => {
      for (const one of watchers) if ("close" in one) one.close();
    },
  };
}

/** Of one look alone. */
export const noEvents: FileEvents = { missing: undefined, onHurry: () => undefined, close: () => undefined };
