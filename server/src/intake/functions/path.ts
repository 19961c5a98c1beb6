/** basename and dirname look at the text of a path alone. */
import { stringType } from "../type.ts";
import { stringValue } from "../values.ts";
import { fn, parameter, text } from "./arguments.ts";
import type { FunctionEntry } from "./function.ts";

const path = parameter("path", stringType);

/** Go's filepath.Base. */
function basename(given: string): string {
  if (given === "") return ".";
  const bare = given.replace(/\/+$/, "");
  return bare === "" ? "/" : bare.slice(bare.lastIndexOf("/") + 1);
}

/** Go's filepath.Dir. */
const dirname = (given: string): string => clean(given.slice(0, given.lastIndexOf("/") + 1));

/** Go's filepath.Clean. */
export function clean(given: string): string {
  const rooted = given.startsWith("/");
  const parts: string[] = [];
  for (const part of given.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  const joined = parts.join("/");
  return rooted ? `/${joined}` : joined === "" ? "." : joined;
}

export const pathFunctions: Readonly<Record<string, FunctionEntry>> = {
  basename: fn("The last part of a path.", [path], stringType, ([p]) => stringValue(basename(text(p)))),
  dirname: fn("A path without its last part.", [path], stringType, ([p]) => stringValue(dirname(text(p)))),
};
