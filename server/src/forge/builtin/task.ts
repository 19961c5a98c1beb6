/** `task`: a command or a bash script that runs once. */

import { knownText, type Piece, pieces } from "../../intake/runtime-text.ts";
import type { BashMany } from "./arguments.ts";
import { bashOutputs, bashScript } from "./bash-script.ts";
import { bashArray, bashText, bashWord } from "./bash-source.ts";
import { hasHidden } from "./hidden.ts";
import { missing, type Step, type Template } from "./step.ts";

export const runTask: Template = (step) => {
  const { args, id } = step;
  const what = args.has("script") ? script(step) : command(args.bashList("command"));
  if (what === undefined) return missing(step, "command");
  const creates = args.bash("creates");
  const env = environment(step);
  const owed = step.action.provides?.["stdout"] !== undefined;
  const outputs = bashOutputs(step.action.provides, { stdout: '"$last"' });
  return {
    lang: "bash",
    content: bashScript(step, {
      about: [
        `${id}: runs a ${what.noun} in the stack's folder.`,
        ...(creates ? ["It does nothing where the path it makes already exists."] : []),
      ],
      constants: [creates && `CREATES=${creates}`, env.constant, what.constant],
      body: `${
        creates === undefined
          ? ""
          : `if [ -e "$CREATES" ]; then
  echo "$CREATES exists: nothing to do"
${outputs.replaceAll(/^output (\w+) .*$/gm, "  output $1 ''")}  exit 0
fi

`
      }run() (
${what.prepare}${env.code}  ${what.run}
)

${owed ? captured(what.noun) : `run || fail "the ${what.noun} ended with code $?"\n`}${
  creates === undefined ? "" : '[ -e "$CREATES" ] || fail "it ended well but did not make $CREATES"\n'
}${outputs}`,
    }),
  };
};

export const destroyTask: Template = (step) => {
  const what = command(step.args.bashList("on_destroy"));
  const env = environment(step);
  if (what === undefined) {
    return {
      lang: "bash",
      content: bashScript(step, {
        about: [`${step.id}: the task leaves nothing that would have to be removed.`],
        constants: [],
        body: 'echo "nothing to clean up"',
      }),
    };
  }
  return {
    lang: "bash",
    content: bashScript(step, {
      about: [`${step.id}: runs a task's clean-up command in the stack's folder.`],
      constants: [env.constant, what.constant],
      body: `run() (
${what.prepare}${env.code}  ${what.run}
)

run || fail "the command ended with code $?"
`,
    }),
  };
};

interface Runnable {
  readonly noun: string;
  readonly constant: string | undefined;
  /** Lines before the command that runs it, indented. */
  readonly prepare: string;
  readonly run: string;
}

function command(words: BashMany<string> | undefined): Runnable | undefined {
  if (words === undefined) return undefined;
  const run = 'exec "${COMMAND[@]}"';
  if ("env" in words) {
    return {
      noun: "command",
      constant: undefined,
      prepare: `  words ${words.env}\n  COMMAND=("\${WORDS[@]}")\n`,
      run,
    };
  }
  if (words.known.length === 0) return undefined;
  return { noun: "command", constant: bashArray("COMMAND", words.known), prepare: "", run };
}

/** The text is a script of its own, run by a bash of its own that stops at the first error. */
function script(step: Step): Runnable {
  const value = step.args.known("script") ?? step.action.args["script"];
  const constant =
    typeof value === "string"
      ? embedded(pieces(String(step.action.args["script"] ?? "")))
      : `SCRIPT=${step.args.bash("script") ?? "''"}`;
  return {
    noun: "script",
    constant,
    prepare: exported(step, value),
    run: "bash -eo pipefail <(printf '%s\\n' \"$SCRIPT\")",
  };
}

/** A secret that stays a variable of the script's own shell has to reach that. */
function exported({ action }: Step, value: unknown): string {
  const named =
    typeof value === "string" ? pieces(value).flatMap((p) => (typeof p === "string" ? [] : p.env)) : [];
  const names = (action.secrets ?? []).filter((name) => named.includes(name));
  return names.length === 0 ? "" : `  export ${names.join(" ")}\n`;
}

/**
 * The script's text, lines as lines. A run-time value in it stays `${NAME}`, a variable of the shell, where bash expands it
 * wherever it stands; next to quotes, escapes and heredocs, which could keep bash from doing so, the text is put together
 * first.
 */
function embedded(parts: readonly Piece[]): string {
  const text = parts.map((p) => (typeof p === "string" ? p : `\${${p.env}}`)).join("");
  const expands = knownText(parts) !== undefined || !/['\\]|<</.test(text);
  if (!expands || hasHidden(text) || !text.includes("\n")) {
    return `SCRIPT=${expands && knownText(parts) === undefined ? bashText(text) : bashWord(parts)}`;
  }
  let end = "END_OF_SCRIPT";
  while (text.split("\n").includes(end)) end += "_";
  return `IFS= read -r -d '' SCRIPT <<'${end}' || :\n${text.replace(/\n$/, "")}\n${end}`;
}

/** Names go into the environment of the command alone, so that no PATH of the task changes what this script runs. */
function environment(step: Step): { constant: string | undefined; code: string } {
  const env = step.args.bashMap("env");
  if (env === undefined) return { constant: undefined, code: "" };
  if ("env" in env) {
    return {
      constant: undefined,
      code: `  words ${env.env}\n  for entry in \${WORDS[@]+"\${WORDS[@]}"}; do export "\${entry?}" || exit 1; done\n`,
    };
  }
  if (env.known.length === 0) return { constant: undefined, code: "" };
  return {
    constant: bashArray(
      "ENVIRONMENT",
      env.known.map((v) => v.entry),
    ),
    code: '  for entry in "${ENVIRONMENT[@]}"; do export "${entry?}" || exit 1; done\n',
  };
}

/**
 * Shows all that is printed, as it comes, and keeps the last line of it. The work gets neither descriptor: what it leaves
 * running in the background would hold them open.
 */
function captured(noun: string): string {
  return `exec 3>&1
last="$(
  exec 4>&1
  run 3>&- 4>&- | tee >(awk 'NF { line = $0 } END { sub(/\\r$/, "", line); print line }' >&4) >&3
)" || fail "the ${noun} ended with code $?"
`;
}
