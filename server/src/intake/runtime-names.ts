import type { Address } from "./address.ts";
import { parseAddress } from "./address.ts";
import type { KindSchema } from "./schema/schema.ts";

/** Most characters of a variable that carries a run-time value. Source: `environmentName` of the ActionList. */
export const longestName = 128;

/**
 * The environment variable that carries a run-time value between steps: `[MODULE_]NAME[_KEY]_OUTPUT` in capitals, every other
 * character `_`; a common output has the kind in front. `repository.app.workdir` is `APP_WORKDIR`, `service.web.id` is
 * `SERVICE_WEB_ID`.
 */
export function runtimeName(address: string, kind: KindSchema, output: string): string {
  const common = kind.outputs.find((o) => o.name === output)?.common === true;
  // Nearly every address is this plain, and a large plan asks for many thousand names.
  const plain = plainAddress.exec(address)?.[1];
  if (plain !== undefined) return `${common ? `${kind.name}_` : ""}${plain}_${output}`.toUpperCase();
  return environmentName([...(common ? [kind.name] : []), ...instance(parseAddress(address)), output]);
}

/** `service.web`: no module, no key, nothing to replace. */
const plainAddress = /^[a-z]+\.([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)$/;

/** The variable of an argument that the core evaluates right before the step: step and argument, `ENSURE_FILE_MOTD_CONTENT`. */
export function computedName(stepId: string, argument: string): string {
  return environmentName([stepId, argument]);
}

function instance(address: Address): string[] {
  const steps = [
    ...address.modules,
    { name: address.name, ...(address.key !== undefined && { key: address.key }) },
  ];
  return steps.flatMap((s) => (s.key === undefined ? [s.name] : [s.name, String(s.key)]));
}

function environmentName(parts: readonly string[]): string {
  const name = parts
    .join("_")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/_+$/, "");
  // A name may not begin with a digit or underscore.
  return /^[A-Z]/.test(name) ? name : `V${name.startsWith("_") ? "" : "_"}${name}`;
}
