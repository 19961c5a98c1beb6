/** `image`: built from a folder by the container engine. */
import { isHijackingName } from "../../intake/schema/vars.ts";
import type { BashMany } from "./arguments.ts";
import { bashOutputs, bashScript } from "./bash-script.ts";
import { bashArray } from "./bash-source.ts";
import { engineConstants, engineOf, missing, type Step, type Template } from "./step.ts";

export const buildImage: Template = (step) => {
  const { args, id } = step;
  const engine = engineOf(step);
  if ("problem" in engine) return engine;
  const context = args.bash("context");
  const tags = args.bashList("tags");
  if (context === undefined) return missing(step, "context");
  if (tags === undefined || ("known" in tags && tags.known.length === 0)) return missing(step, "tags");
  const dockerfile = args.bash("dockerfile");
  const target = args.bash("target");
  const platform = args.bash("platform");
  const buildArguments = readBuildArguments(step);
  return {
    lang: "bash",
    content: bashScript(step, {
      about: [
        `${id}: builds a container image from a folder.`,
        "The label clockwork.stack says which stack the image belongs to.",
      ],
      constants: [
        ...engineConstants(engine.name),
        `CONTEXT=${context}`,
        "known" in tags ? bashArray("TAGS", tags.known) : undefined,
        dockerfile && `DOCKERFILE=${dockerfile} # inside CONTEXT`,
        target && `TARGET=${target}`,
        platform && `PLATFORM=${platform}`,
        buildArguments.constant,
      ],
      body: `${tagsAtRunTime(tags)}[ -d "$CONTEXT" ] || fail "the folder $CONTEXT does not exist"
CONTEXT="$(cd -- "$CONTEXT" && pwd -P)"

options=(--label "clockwork.stack=\${CLOCKWORK_LINEAGE:?}")
for tag in "\${TAGS[@]}"; do options+=(--tag "$tag"); done
${dockerfile ? 'options+=(--file "$CONTEXT/$DOCKERFILE")\n' : ""}${target ? 'options+=(--target "$TARGET")\n' : ""}${
  platform ? 'options+=(--platform "$PLATFORM")\n' : ""
}${buildArguments.code}
"$ENGINE" build "\${options[@]}" "$CONTEXT" || fail "$ENGINE could not build \${TAGS[0]}"

${pruneUntagged}
image="$("$ENGINE" image inspect --format '{{.Id}}' "\${TAGS[0]}")"
echo "built \${TAGS[0]} ($image)"
${bashOutputs(step.action.provides, { ref: `"\${TAGS[0]}"`, id: '"$image"' })}`,
    }),
  };
};

export const removeImage: Template = (step) => {
  const engine = engineOf(step);
  if ("problem" in engine) return engine;
  const tags = step.args.bashList("tags");
  if (tags === undefined || ("known" in tags && tags.known.length === 0)) return missing(step, "tags");
  return {
    lang: "bash",
    content: bashScript(step, {
      about: [`${step.id}: removes the names of an image; with the last one goes the image.`],
      constants: [
        ...engineConstants(engine.name),
        "known" in tags ? bashArray("TAGS", tags.known) : undefined,
      ],
      body: `${tagsAtRunTime(tags)}"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
for tag in "\${TAGS[@]}"; do
  if ! "$ENGINE" image inspect "$tag" >/dev/null 2>&1; then
    echo "image $tag is not there"
    continue
  fi
  stack="$("$ENGINE" image inspect --format '{{ index .Config.Labels "clockwork.stack" }}' "$tag")"
  if [ "$stack" != "\${CLOCKWORK_LINEAGE:?}" ] && [ -z "\${CLOCKWORK_ADOPT:-}" ]; then
    fail "the image $tag was not built by this stack"
  fi
  "$ENGINE" image rm "$tag" >/dev/null
  echo "removed image $tag"
done

${pruneUntagged}`,
    }),
  };
};

/** Earlier builds have lost their tags to later ones. Removed one by one, because `image prune` leaves their layers behind. */
const pruneUntagged = `# Earlier versions go with their layers; one that a container still uses stays until next time.
for old in $("$ENGINE" images --quiet --no-trunc --filter dangling=true --filter "label=clockwork.stack=\${CLOCKWORK_LINEAGE:?}"); do
  "$ENGINE" image rm "$old" >/dev/null 2>&1 || true
done
`;

function tagsAtRunTime(tags: BashMany<string>): string {
  if ("known" in tags) return "";
  return `words ${tags.env}\nTAGS=("\${WORDS[@]}")\n\n`;
}

/** Secrets go to the engine by name, through its environment: arguments are seen by everybody on the machine. */
function readBuildArguments(step: Step): { constant: string | undefined; code: string } {
  const values = step.args.bashMap("build_args");
  if (values === undefined) return { constant: undefined, code: "" };
  if ("env" in values) {
    const secret = step.action.secrets?.includes(values.env) === true;
    const add = secret
      ? '  export "${argument?}"\n  options+=(--build-arg "${argument%%=*}")'
      : '  options+=(--build-arg "$argument")';
    return {
      constant: undefined,
      code: `words ${values.env}\nfor argument in \${WORDS[@]+"\${WORDS[@]}"}; do\n${add}\ndone\n`,
    };
  }
  const byName = values.known.filter((v) => v.secret && canExport(v.name));
  const open = values.known.filter((v) => !byName.includes(v));
  return {
    constant:
      open.length === 0
        ? undefined
        : bashArray(
            "BUILD_ARGS",
            open.map((v) => v.entry),
          ),
    code: [
      open.length === 0
        ? ""
        : 'for argument in "${BUILD_ARGS[@]}"; do options+=(--build-arg "$argument"); done\n',
      ...byName.map((v) => `export ${v.name}=${v.word}\noptions+=(--build-arg ${v.name})\n`),
    ].join(""),
  };
}

/** Whether a variable can be set for the engine's client without changing how that works. */
export function canExport(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isHijackingName(name.toUpperCase());
}
