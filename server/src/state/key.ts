/**
 * The user's key, with which state says of a sensitive value that it is the same as before, and nothing else: a hash without
 * a key could be guessed from. It lies outside of every stack, so that whoever gets the state does not get the key with it.
 * To another user all sensitive values look changed, and are applied once more.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { Host } from "../host/ports.ts";

export interface StateKey {
  /** HMAC-SHA256, hex. */
  readonly seal: (text: string) => string;
  /** Writes the key if it is new: before anything is recorded with it. A stack without sensitive values needs none. */
  readonly keep: () => Promise<void>;
}

export async function stateKey(host: Host): Promise<StateKey> {
  const path = keyPath(host);
  const present = path !== undefined && (await host.files.stat(path)) ? await host.files.readText(path) : "";
  const isStored = /^[0-9a-f]{64}\n$/.test(present);
  const key = isStored ? present.trim() : randomBytes(32).toString("hex");
  let isNew = !isStored && path !== undefined;
  return {
    seal: (text) => createHmac("sha256", key).update(text).digest("hex"),
    keep: async () => {
      if (!isNew || path === undefined) return;
      isNew = false;
      await host.files.writeAtomic(path, `${key}\n`, 0o600);
    },
  };
}

/** Undefined for a user without a home. */
function keyPath({ environment }: Host): string | undefined {
  const { XDG_CONFIG_HOME: config, HOME: home } = environment.variables;
  if (config?.startsWith("/")) return `${config}/clockwork/key`;
  return home ? `${home}/.config/clockwork/key` : undefined;
}
