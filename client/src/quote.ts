/** How a shell reads a command line. */
export type ShellFamily = "posix" | "fish" | "powershell" | "cmd";

/** From a shell's name or path; one that nobody knows is read as the platform's usual one. */
export function shellFamily(shell: string, platform: string): ShellFamily {
  const name = /([^/\\]*?)(?:\.exe)?$/i.exec(shell)?.[1]?.toLowerCase() ?? "";
  return families[name] ?? (platform === "win32" ? "powershell" : "posix");
}

const families: Readonly<Record<string, ShellFamily>> = {
  bash: "posix",
  gitbash: "posix",
  sh: "posix",
  zsh: "posix",
  wsl: "posix",
  fish: "fish",
  pwsh: "powershell",
  powershell: "powershell",
  cmd: "cmd",
};

/**
 * One command line out of a program and its arguments, each of which reaches the program as it is. In `cmd` a percent
 * sign cannot be quoted on a typed line: a variable's name between two of them is replaced.
 */
export function commandLine(argv: readonly string[], family: ShellFamily): string {
  const line = argv.map((argument) => quote(argument, family)).join(" ");
  // A quoted string alone is an expression to PowerShell; `&` runs it.
  return family === "powershell" && line.startsWith("'") ? `& ${line}` : line;
}

/** Means itself to every shell. */
const plain = /^(?:[\w/][\w./:=@+-]*|--?[\w-]+)$/;

function quote(argument: string, family: ShellFamily): string {
  if (plain.test(argument)) return argument;
  switch (family) {
    case "posix":
      return `'${argument.replaceAll("'", "'\\''")}'`;
    case "fish":
      return `'${argument.replaceAll(/[\\']/g, "\\$&")}'`;
    case "powershell":
      // PowerShell takes the typographic quotes for the plain one.
      return `'${argument.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
    case "cmd":
      // A backslash before the closing quote would escape it for the program's own parser.
      return `"${argument.replaceAll('"', '""').replace(/\\+$/, "$&$&")}"`;
  }
}
