/** `verify "file"`. */
import { nodeScript } from "./node-script.ts";
import { missing, type Template } from "./step.ts";
import { pollConstants } from "./verify-poll.ts";

export const verifyFile: Template = (step) => {
  const { args, id } = step;
  const path = args.node("path");
  if (path === undefined) return missing(step, "path");
  const contains = args.node("contains");
  const hash = args.node("sha256");
  const checks = [
    contains &&
      "  if (!readFileSync(target).includes(CONTAINS)) return `expected ${target} to contain ${JSON.stringify(CONTAINS)}`;",
    hash &&
      "  const found = sha256(readFileSync(target));\n  if (found !== SHA256.toLowerCase()) return `expected ${target} to have the sha256 ${SHA256}, got ${found}`;",
  ].filter((line) => line !== undefined);
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [`${id}: looks at a file until it is as expected.`],
      imports: {
        "node:fs": ["statSync", ...(checks.length > 0 ? ["readFileSync"] : [])],
        "node:path": ["resolve"],
      },
      constants: [
        ...pollConstants(step),
        ["PATH", path, "relative to the stack's folder, or absolute"],
        contains === undefined ? undefined : ["CONTAINS", contains],
        hash === undefined ? undefined : ["SHA256", hash],
      ],
      body: `
const target = resolve(STACK, PATH);
await poll(() => {
  const present = statSync(target, { throwIfNoEntry: false });
  if (!present) return \`expected a file at \${target}, but there is nothing\`;
  if (!present.isFile()) return \`expected a file at \${target}, but it is something else\`;
${checks.map((c) => `${c}\n`).join("")}});
console.log(\`\${target} is as expected\`);
`,
    }),
  };
};
