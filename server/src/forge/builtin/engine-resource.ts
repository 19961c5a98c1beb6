/** `network` and `volume`: they are made once and never changed; another driver or label means another one. */
import { bashOutputs, bashScript } from "./bash-script.ts";
import { bashArray } from "./bash-source.ts";
import { engineConstants, engineOf, missing, type Template } from "./step.ts";

export const ensureEngineResource =
  (kind: "network" | "volume"): Template =>
  (step) => {
    const { args, id } = step;
    const engine = engineOf(step);
    if ("problem" in engine) return engine;
    const name = args.bash("name");
    if (name === undefined) return missing(step, "name");
    const driver = args.bash("driver");
    const labels = args.bashMap("labels");
    const known = labels && "known" in labels && labels.known.length > 0 ? labels.known : undefined;
    return {
      lang: "bash",
      content: bashScript(step, {
        about: [
          `${id}: makes a ${kind} of the container engine where there is none.`,
          `The label clockwork.stack says which stack the ${kind} belongs to.`,
        ],
        constants: [
          ...engineConstants(engine.name),
          `NAME=${name}`,
          driver && `DRIVER=${driver}`,
          known &&
            bashArray(
              "LABELS",
              known.map((l) => l.entry),
            ),
        ],
        body: `${answers}
if "$ENGINE" ${kind} inspect "$NAME" >/dev/null 2>&1; then
  ${checkOwner(kind)}
  echo "${kind} $NAME is there"
else
  options=(--label "clockwork.stack=\${CLOCKWORK_LINEAGE:?}")
${driver ? '  options+=(--driver "$DRIVER")\n' : ""}${
  known ? '  for label in "${LABELS[@]}"; do options+=(--label "$label"); done\n' : ""
}${
  labels && "env" in labels
    ? `  words ${labels.env}\n  for label in \${WORDS[@]+"\${WORDS[@]}"}; do options+=(--label "$label"); done\n`
    : ""
}  "$ENGINE" ${kind} create "\${options[@]}" "$NAME" >/dev/null || fail "$ENGINE could not make the ${kind} $NAME"
  echo "made ${kind} $NAME"
fi
${bashOutputs(step.action.provides, { id: '"$NAME"' })}`,
      }),
    };
  };

export const removeEngineResource =
  (kind: "network" | "volume"): Template =>
  (step) => {
    const engine = engineOf(step);
    if ("problem" in engine) return engine;
    const name = step.args.bash("name");
    if (name === undefined) return missing(step, "name");
    return {
      lang: "bash",
      content: bashScript(step, {
        about: [
          `${step.id}: removes a ${kind} of the container engine${kind === "volume" ? ", with the data in it" : ""}.`,
        ],
        constants: [...engineConstants(engine.name), `NAME=${name}`],
        body: `${answers}
if "$ENGINE" ${kind} inspect "$NAME" >/dev/null 2>&1; then
  ${checkOwner(kind)}
  "$ENGINE" ${kind} rm "$NAME" >/dev/null || fail "$ENGINE could not remove the ${kind} $NAME"
  echo "removed ${kind} $NAME"
else
  echo "${kind} $NAME is not there"
fi
`,
      }),
    };
  };

/** A failed `inspect` means that there is no such thing, once it is clear that the engine answers. */
const answers = '"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"';

function checkOwner(kind: string): string {
  return `stack="$("$ENGINE" ${kind} inspect --format '{{ index .Labels "clockwork.stack" }}' "$NAME")"
  if [ "$stack" != "\${CLOCKWORK_LINEAGE:?}" ] && [ -z "\${CLOCKWORK_ADOPT:-}" ]; then
    fail "the ${kind} $NAME was not made by this stack"
  fi`;
}
