/**
 * The user's key, with which state says of a sensitive value that it is the same as before, and nothing else: a hash without
 * a key could be guessed from. It lies outside of every stack, so that whoever gets the state does not get the key with it.
 * To another user all sensitive values look changed, and are applied once more.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { Host, ReadFiles } from "../host/ports.ts";

export interface StateKey {
  /** HMAC-SHA256, hex. */
  readonly seal: (text: string) => string;
  /** Writes the key if it is new: before anything is recorded with it. A stack without sensitive values needs none. */
  readonly keep: () => Promise<void>;
}

export async function stateKey(host: Host): Promise<StateKey> {
  const { variables } = host.environment;
  const path = keyPath(variables);
  const stored = await storedKey(host.files, path);
  const key = stored ?? newKey();
  let isNew = stored === undefined && path !== undefined;
  return {
    seal: sealWith(key),
    keep: async () => {
      if (!isNew || path === undefined) return;
      isNew = false;
      await host.files.writeAtomic(path, `${key}\n`, 0o600);
    },
  };
}

/** The seal alone, for those who may not write. Without a key everything looks changed, as it does to those who may. */
export async function stateSeal(files: ReadFiles, variables: Variables): Promise<StateKey["seal"]> {
  return sealWith((await storedKey(files, keyPath(variables))) ?? newKey());
}

type Variables = Host["environment"]["variables"];

const sealWith =
  (key: string): StateKey["seal"] =>
  (text) =>
    createHmac("sha256", key).update(text).digest("hex");

const newKey = (): string => randomBytes(32).toString("hex");

async function storedKey(files: ReadFiles, path: string | undefined): Promise<string | undefined> {
  const present = path !== undefined && (await files.stat(path)) ? await files.readText(path) : "";
  return /^[0-9a-f]{64}\n$/.test(present) ? present.trim() : undefined;
}

/** Undefined for a user without a home. */
function keyPath({ XDG_CONFIG_HOME: config, HOME: home }: Variables): string | undefined {
  if (config?.startsWith("/")) return `${config}/clockwork/key`;
  return home ? `${home}/.config/clockwork/key` : undefined;
}
