import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Group {
  readonly name: string;
  readonly expressions: readonly string[];
}

/**
 * All groups of `expressions/*.txt`. A line that begins with `# ` names a group; every other line that is not empty is an
 * expression. One of several lines stands between two lines `---`.
 */
export function readGroups(folder = "test/conformance/expressions"): readonly Group[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => groupsOf(name.replace(/\.txt$/, ""), readFileSync(join(folder, name), "utf8")));
}

function groupsOf(file: string, text: string): readonly Group[] {
  const groups: { readonly name: string; readonly expressions: string[] }[] = [];
  let block: string[] | undefined;
  for (const line of text.split("\n")) {
    if (line === "---") {
      if (block) groups.at(-1)?.expressions.push(block.join("\n"));
      block = block ? undefined : [];
    } else if (block) block.push(line);
    else if (line.startsWith("# ")) groups.push({ name: `${file}: ${line.slice(2)}`, expressions: [] });
    else if (line !== "") groups.at(-1)?.expressions.push(line);
  }
  return groups;
}
