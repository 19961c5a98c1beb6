/**
 * The frame of a generated bash script: what it does, constants, a few functions, the work. It keeps to what bash 3.2
 * knows, which macOS still ships: no mapfile, and no empty array under `set -u`.
 */
import { bashText, comment } from "./bash-source.ts";
import type { Step } from "./step.ts";

export interface BashScript {
  /** What the script does, a line each, without the `#`. */
  readonly about: readonly string[];
  /** Assignments, a line (or several) each; undefined ones are left out. */
  readonly constants: readonly (string | undefined)[];
  readonly body: string;
}

/** In the order in which they are printed. */
const functions: Readonly<Record<string, string>> = {
  words: `# Makes WORDS of the JSON in the variable $1: the items of a list, or the NAME=VALUE of a map.
words() {
  local word count=''
  WORDS=()
  while IFS= read -r -d '' word; do
    if [ -z "$count" ]; then count="$word"; else WORDS+=("$word"); fi
  done < <(printf '%s' "\${!1}" | node -e '
    const value = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const words = Array.isArray(value) ? value : Object.entries(value).map((field) => field.join("="));
    process.stdout.write([words.length, ...words].map((word) => word + "\\0").join(""));
  ')
  [ "\${#WORDS[@]}" = "\${count:-none}" ] || fail "cannot read the run-time value $1"
}`,
  output: `# Hands a value to the steps that come after.
output() { printf '%s=%s\\n' "$1" "$2" >>"\${CLOCKWORK_OUTPUT:-/dev/stdout}"; }`,
  fail: `fail() { printf '%s: %s\\n' "$STEP" "$1" >&2; exit 1; }`,
};

export function bashScript({ id, action }: Step, script: BashScript): string {
  const own = script.constants.filter((c) => c !== undefined);
  const body = script.body.trim();
  const secrets = (action.secrets ?? []).filter((name) => mentions([...own, body], name)).map(readSecret);
  const constants = [`STEP=${bashText(id)}`, ...secrets, ...own];
  const used = Object.keys(functions).filter(
    (name) => name === "fail" || new RegExp(`^\\s*${name} `, "m").test(body),
  );
  const sections = [
    `#!/usr/bin/env bash\n${script.about.map((line) => `# ${comment(line)}`).join("\n")}\nset -euo pipefail`,
    constants.join("\n"),
    ...used.map((name) => functions[name] ?? ""),
    `cd -- "\${CLOCKWORK_STACK_DIR:-.}"`,
    body,
  ];
  return `${sections.join("\n\n")}\n`;
}

/** A secret is in no environment but in a file, whose path is. */
function readSecret(name: string): string {
  return `IFS= read -r -d '' ${name} <"\${${name}_FILE:?}" || : # a secret`;
}

function mentions(texts: readonly string[], name: string): boolean {
  const word = new RegExp(`\\b${name}\\b`);
  return texts.some((text) => word.test(text));
}

/** The lines that hand outputs on: of the values a template knows (as words), those that the action owes. */
export function bashOutputs(
  provides: Readonly<Record<string, string>> | undefined,
  values: Readonly<Record<string, string>>,
): string {
  return Object.entries(provides ?? {})
    .map(([name, variable]) => `output ${variable} ${values[name] ?? "''"}\n`)
    .join("");
}
