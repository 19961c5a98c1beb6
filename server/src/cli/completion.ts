/** A flag as completion needs to know it. */
export interface FlagInfo {
  /** With its dashes: `--out`. */
  readonly long: string;
  /** What its value is called in the help; absent when it takes none. `FILE` and `DIR` complete paths. */
  readonly takes?: string;
  readonly description: string;
  /** All values it can have, where they are few. */
  readonly values?: readonly string[];
}

export interface CommandInfo {
  /** `plan`; of a nested command both words: `state list`. */
  readonly name: string;
  readonly description: string;
  readonly flags: readonly FlagInfo[];
  /** What can follow the command; paths when absent. */
  readonly operands?: readonly string[];
}

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** The script that `clockwork completion SHELL` prints: to be sourced, or saved where the shell looks for completions. */
export function completionScript(shell: Shell, commands: readonly CommandInfo[]): string {
  const nodes = nodesOf(commands);
  switch (shell) {
    case "bash":
      return bash(nodes);
    case "zsh":
      return zsh(nodes);
    case "fish":
      return fish(nodes);
  }
}

/** A point at which a person may stand: nothing typed yet, a command, or the first word of a nested one. */
interface Node {
  /** Words typed so far, with a space between; empty at the start. */
  readonly path: string;
  readonly next: readonly { readonly word: string; readonly description: string }[];
  readonly flags: readonly FlagInfo[];
  readonly operands: readonly string[] | undefined;
}

function nodesOf(commands: readonly CommandInfo[]): readonly Node[] {
  const paths = new Set([""]);
  for (const { name } of commands) {
    const words = name.split(" ");
    for (let i = 1; i <= words.length; i++) paths.add(words.slice(0, i).join(" "));
  }
  return [...paths].map((path) => {
    const own = commands.find((c) => c.name === path);
    return { path, next: nextWords(path, paths, commands), flags: own?.flags ?? [], operands: own?.operands };
  });
}

function nextWords(path: string, paths: ReadonlySet<string>, commands: readonly CommandInfo[]): Node["next"] {
  const start = path === "" ? "" : `${path} `;
  return [...paths]
    .filter((p) => p !== "" && p.startsWith(start) && p !== path && !p.slice(start.length).includes(" "))
    .map((p) => ({
      word: p.slice(start.length),
      description: commands.find((c) => c.name === p)?.description ?? nestedNames(p, commands),
    }));
}

/** `list, show, mv`: what a first word stands for that is no command itself. */
function nestedNames(path: string, commands: readonly CommandInfo[]): string {
  const inside = commands.filter((c) => c.name.startsWith(`${path} `));
  return inside.map((c) => c.name.slice(path.length + 1)).join(", ");
}

const isPath = (flag: FlagInfo) => flag.takes === "FILE" || flag.takes === "DIR";
const isValued = (flag: FlagInfo) => flag.takes !== undefined || flag.values !== undefined;
const words = (list: readonly string[]) => list.join(" ");

/** In single quotes, as bash and zsh read them. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Works with the bash 3.2 of macOS: no mapfile, no compopt. Where nothing is offered bash completes paths. */
function bash(nodes: readonly Node[]): string {
  const valued = nodes.flatMap((n) =>
    n.flags.filter(isValued).map((flag) => ({ key: `${n.path} ${flag.long}`, flag })),
  );
  return `# Completion of clockwork for bash: source <(clockwork completion bash)
_clockwork() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' word i offer='' flags=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "\${path:+$path }$word" in
      ${alternatives(nodes.map((n) => n.path))}) path="\${path:+$path }$word" ;;
    esac
  done
  COMPREPLY=()
  case "$path $previous" in
${valued.map(({ key, flag }) => `    ${quote(key)}) offer=${quote(words(flag.values ?? []))} ;;`).join("\n")}
    *)
      case "$path" in
${nodes.map((n) => `        ${quote(n.path)}) offer=${quote(words([...n.next.map((w) => w.word), ...(n.operands ?? [])]))} flags=${quote(words(n.flags.map((f) => f.long)))} ;;`).join("\n")}
      esac
      ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$offer" -- "$current")) ;;
  esac
}
complete -o default -F _clockwork clockwork
`;
}

function zsh(nodes: readonly Node[]): string {
  const described = (items: readonly (readonly [string, string])[]) =>
    items.map(([word, text]) => quote(`${word.replaceAll(":", "\\:")}:${text}`)).join(" ");
  const valued = nodes.flatMap((n) =>
    n.flags.filter(isValued).map((flag) => ({ key: `${n.path} ${flag.long}`, flag })),
  );
  const complete = (flag: FlagInfo) =>
    flag.values
      ? `compadd -- ${words(flag.values)}`
      : flag.takes === "DIR"
        ? "_files -/"
        : isPath(flag)
          ? "_files"
          : ":";
  return `#compdef clockwork
# Completion of clockwork for zsh: source <(clockwork completion zsh)
_clockwork() {
  local command='' word i
  local -a next flags
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "\${command:+$command }$word" in
      ${alternatives(nodes.map((n) => n.path))}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command \${words[CURRENT-1]}" in
${valued.map(({ key, flag }) => `    ${quote(key)}) ${complete(flag)}; return ;;`).join("\n")}
  esac
  case "$command" in
${nodes
  .map((n) => {
    const next = [
      ...n.next.map((w) => [w.word, w.description] as const),
      ...(n.operands ?? []).map((o) => [o, ""] as const),
    ];
    const flags = n.flags.map((f) => [f.long, f.description] as const);
    return `    ${quote(n.path)}) next=(${described(next)}) flags=(${described(flags)}) ;;`;
  })
  .join("\n")}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o flag flags
  elif (( \${#next} )); then
    _describe command next
  else
    _files
  fi
}
if [ "\${funcstack[1]}" = "_clockwork" ]; then
  _clockwork "$@"
else
  compdef _clockwork clockwork
fi
`;
}

/** Patterns of all paths but the empty one. */
function alternatives(paths: readonly string[]): string {
  return paths
    .filter((p) => p !== "")
    .map(quote)
    .join(" | ");
}

function fish(nodes: readonly Node[]): string {
  const quoteFish = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = nodes.flatMap((node) => {
    const at = `complete -c clockwork -n ${quoteFish(`__clockwork_at ${quoteFish(node.path)}`)}`;
    const closed = node.next.length > 0 || node.operands ? " -f" : "";
    return [
      ...node.next.map((w) => `${at} -f -a ${quoteFish(w.word)} -d ${quoteFish(w.description)}`),
      ...(node.operands ? [`${at}${closed} -a ${quoteFish(words(node.operands))}`] : []),
      ...node.flags.map(
        (flag) =>
          `${at} -l ${quoteFish(flag.long.replace(/^--/, ""))}${value(flag)} -d ${quoteFish(flag.description)}`,
      ),
    ];
  });
  function value(flag: FlagInfo): string {
    if (flag.values) return ` -x -a ${quoteFish(words(flag.values))}`;
    if (flag.takes === "DIR") return " -x -a '(__fish_complete_directories)'";
    if (isPath(flag)) return " -r -F";
    return flag.takes === undefined ? "" : " -x";
  }
  return `# Completion of clockwork for fish: clockwork completion fish | source
function __clockwork_at
    set -l path
    for word in (commandline -opc)[2..-1]
        if contains -- (string join -- ' ' $path $word) ${nodes.flatMap((n) => (n.path === "" ? [] : [quoteFish(n.path)])).join(" ")}
            set -a path $word
        end
    end
    test "$path" = "$argv[1]"
end
${lines.join("\n")}
`;
}
