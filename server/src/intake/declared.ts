import { type Address, parseAddress, withoutKey } from "./address.ts";
import type { Folder } from "./folder.ts";
import type { BlockDeclaration } from "./stack.ts";

/**
 * The block that makes what an address names, told by its labels alone: whether the block has such an instance does not
 * matter. Of a health check it is the service's block. Undefined where no block stands for it (any more).
 */
export function declared(root: Folder, address: string): BlockDeclaration | undefined {
  const parsed = parseAddress(address);
  const folder = parsed.modules.reduce<Folder | undefined>(
    (around, { name }) => around && inside(around, name),
    root,
  );
  return folder && blockIn(folder, parsed);
}

/** The `module` block of a module's address, with or without a key. */
export function declaredModule(root: Folder, address: string): BlockDeclaration | undefined {
  // What stands in it does not matter.
  const { modules } = parseAddress(`${address}.any.thing`);
  const last = modules.at(-1);
  const folder = modules.slice(0, -1).reduce<Folder | undefined>((f, { name }) => f && inside(f, name), root);
  return last && folder?.stack.modules.get(last.name);
}

function inside(folder: Folder, module: string): Folder | undefined {
  const block = folder.stack.modules.get(module);
  return block && folder.modules.get(block);
}

function blockIn({ stack }: Folder, { kind, name, verify }: Address): BlockDeclaration | undefined {
  if (!verify) return stack.resources.get(`${kind}.${name}`);
  return stack.verifies.get(`verify.${kind}.${name}`) ?? stack.resources.get(checked(kind, name));
}

/** The resource that a check without a block of its own belongs to: `verify.http.web.health` or `verify.cert.site`. */
function checked(kind: string, name: string): string {
  return name.endsWith(".health")
    ? withoutKey(`service.${name.slice(0, -".health".length)}`)
    : `${kind}.${name}`;
}
