import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";

/** Values longer than this do not fit into an environment with others (Linux: 128 KiB for one entry). */
const maxValueLength = 64 * 1024;

/**
 * Reads what a step wrote to CLOCKWORK_OUTPUT: lines `KEY=VALUE`, exactly the variables it owes. Messages name the keys,
 * never a value.
 *
 * @param provides output name to variable, from the action
 */
export function readOutputs(
  id: string,
  bytes: Uint8Array,
  provides: Readonly<Record<string, string>>,
): { value: Readonly<Record<string, string>>; diagnostics: readonly Diagnostic[] } {
  const problems: string[] = [];
  const text = decode(bytes);
  if (text === undefined) problems.push("is not UTF-8 text");
  const written = parse(text ?? "", problems);
  const owed = Object.entries(provides);
  const names = new Set(owed.map(([, variable]) => variable));
  const missing = [...names].filter((name) => !written.has(name));
  const extra = [...written.keys()].filter((name) => !names.has(name));
  if (missing.length > 0) problems.push(`lacks ${missing.join(", ")}`);
  if (extra.length > 0) problems.push(`has ${extra.join(", ")}, which the step does not provide`);
  if (problems.length > 0) {
    const message = `The output of step "${id}" ${problems.join("; ")}`;
    const hint =
      "A step writes one line KEY=VALUE to the file in CLOCKWORK_OUTPUT for each value it provides.";
    return { value: {}, diagnostics: [diagnostic("step-output", message, { hint })] };
  }
  return {
    value: Object.fromEntries(owed.map(([output, variable]) => [output, written.get(variable) ?? ""])),
    diagnostics: [],
  };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function parse(text: string, problems: string[]): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const [, key, value = ""] = /^([A-Z][A-Z0-9_]{0,127})=(.*)$/s.exec(line) ?? [];
    if (key === undefined) {
      problems.push(`has a line ${index + 1} that is not KEY=VALUE (values have one line)`);
      continue;
    }
    if (written.has(key)) problems.push(`has ${key} twice`);
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value)) problems.push(`has control characters in ${key}`);
    if (value.length > maxValueLength) problems.push(`has more than 64 KiB in ${key}`);
    written.set(key, value);
  }
  return written;
}
