/** The page of all functions, `docs/functions.md`; `scripts/docs.mjs` writes it. */
import {
  callText,
  type FunctionSignature,
  functionSignatures,
  type ParameterSignature,
} from "./signatures.ts";

export function functionsPage(): string {
  const all = functionSignatures();
  const callable = all.filter((s) => s.refused === undefined);
  const refused = all.filter((s) => s.refused !== undefined);
  return `# Functions

The functions of Terraform 1.11, with the same results. \`name...\` takes any number of arguments. Files are read while
planning, inside of the stack's folder alone.

${callable.map(section).join("\n")}
## Functions that cannot be called

A plan depends on the files and the variables alone. What would make it another one each time, or on each machine, is
refused; the names are known, so that the error says what to use instead.

| function | why | instead |
|---|---|---|
${refused.map(row).join("\n")}
`;
}

function section(signature: FunctionSignature): string {
  const { parameters, variadic, description, result } = signature;
  const lines = [...parameters, ...(variadic ? [variadic] : [])].map(parameterLine);
  return `## ${signature.name}\n\n\`${callText(signature)}\` → \`${result}\`\n\n${description}\n${lines.length > 0 ? `\n${lines.join("\n")}\n` : ""}`;
}

function parameterLine({ name, type, description, nullable }: ParameterSignature): string {
  return `- \`${name}\`: \`${type}\`${nullable ? " or null" : ""}${description === undefined ? "" : `; ${description}`}`;
}

const row = ({ name, refused = "", instead = "" }: FunctionSignature): string =>
  `| \`${name}\` | ${refused} | ${instead} |`;
