/** `file` and `directory`: ensure and remove. */
import { nodeScript } from "./node-script.ts";
import { missing, nodeOutputs, type Template } from "./step.ts";

const pathNote = "relative to the stack's folder, or absolute";

export const ensureFile: Template = (step) => {
  const { args, id } = step;
  const path = args.node("path");
  if (path === undefined) return missing(step, "path");
  const content = args.node("content");
  const source = args.node("source");
  if (content === undefined && source === undefined) return missing(step, "content");
  const outputs = nodeOutputs(step, { path: "target", sha256: "sha256(content)" });
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [
        `${id}: makes sure that a file has exactly this content and mode.`,
        "It is written beside its place and renamed into it, so nobody ever sees half of it.",
      ],
      imports: {
        "node:fs": [
          "chmodSync",
          "closeSync",
          "fsyncSync",
          "openSync",
          "readFileSync",
          "renameSync",
          "rmSync",
          "writeFileSync",
        ],
        "node:path": ["resolve"],
      },
      constants: [
        ["PATH", path, pathNote],
        ["MODE", modeOf(args.node("mode"), "0644")],
        content === undefined ? undefined : ["CONTENT", content],
        content !== undefined || source === undefined
          ? undefined
          : ["SOURCE", source, "the file that is copied"],
      ],
      body: `
const target = resolve(STACK, PATH);
const content = ${content === undefined ? "readFileSync(resolve(STACK, SOURCE))" : "Buffer.from(CONTENT)"};
const present = lookAt(target);
if (present && !present.isFile() && !present.isSymbolicLink()) fail(\`\${target} exists and is not a file\`);

if (present?.isFile() && readFileSync(target).equals(content)) {
  if ((present.mode & 0o7777) !== MODE) chmodSync(target, MODE);
  console.log(\`\${target} is as it should be\`);
} else {
  makeParent(target);
  write();
  console.log(\`\${present ? "changed" : "wrote"} \${target} (\${content.length} bytes)\`);
}
${outputs}

function write() {
  const temporary = \`\${target}.clockwork.tmp\`;
  // A run that was cut off may have left one.
  rmSync(temporary, { force: true });
  try {
    const file = openSync(temporary, "wx", 0o600);
    writeFileSync(file, content);
    fsyncSync(file);
    closeSync(file);
    chmodSync(temporary, MODE);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
`.replace("\n\n\nfunction", "\n\nfunction"),
    }),
  };
};

export const removeFile: Template = (step) => {
  const path = step.args.node("path");
  if (path === undefined) return missing(step, "path");
  return {
    lang: "node",
    content: nodeScript(step.id, {
      about: [`${step.id}: removes a file.`],
      imports: { "node:fs": ["unlinkSync"], "node:path": ["resolve"] },
      constants: [["PATH", path, pathNote]],
      body: `
const target = resolve(STACK, PATH);
const present = lookAt(target);
if (!present) {
  console.log(\`\${target} is not there\`);
} else if (present.isDirectory()) {
  fail(\`\${target} is a folder and not the file that was made\`);
} else {
  unlinkSync(target);
  console.log(\`removed \${target}\`);
}
`,
    }),
  };
};

export const ensureDirectory: Template = (step) => {
  const { args, id } = step;
  const path = args.node("path");
  if (path === undefined) return missing(step, "path");
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [`${id}: makes sure that a folder exists. What is in it is left alone.`],
      imports: { "node:fs": ["chmodSync", "mkdirSync"], "node:path": ["resolve"] },
      constants: [
        ["PATH", path, pathNote],
        ["MODE", modeOf(args.node("mode"), "0755")],
      ],
      body: `
const target = resolve(STACK, PATH);
const present = lookAt(target);
if (present && !present.isDirectory()) fail(\`\${target} exists and is not a folder\`);

if (!present) {
  makeParent(target);
  mkdirSync(target);
}
if (!present || (present.mode & 0o7777) !== MODE) chmodSync(target, MODE);
console.log(present ? \`\${target} is there\` : \`made \${target}\`);
${nodeOutputs(step, { path: "target" })}
`,
    }),
  };
};

export const removeDirectory: Template = (step) => {
  const path = step.args.node("path");
  if (path === undefined) return missing(step, "path");
  return {
    lang: "node",
    content: nodeScript(step.id, {
      about: [
        `${step.id}: removes a folder if nothing is left in it.`,
        "What others have put there is theirs: then the step fails and names it.",
      ],
      imports: { "node:fs": ["readdirSync", "rmdirSync"], "node:path": ["resolve"] },
      constants: [["PATH", path, pathNote]],
      body: `
const target = resolve(STACK, PATH);
const present = lookAt(target);
if (present && !present.isDirectory()) fail(\`\${target} is not the folder that was made\`);

if (present) {
  const inside = readdirSync(target).sort();
  const named = inside.slice(0, 10).join(", ") + (inside.length > 10 ? \` and \${inside.length - 10} more\` : "");
  if (inside.length > 0) fail(\`\${target} is not empty: \${named}\`);
  rmdirSync(target);
  console.log(\`removed \${target}\`);
} else {
  console.log(\`\${target} is not there\`);
}
`,
    }),
  };
};

/** A known mode as an octal literal, another as a number made of it. */
function modeOf(expression: string | undefined, fallback: string): string {
  if (expression === undefined) return `0o${fallback.replace(/^0+(?=.)/, "")}`;
  const known = /^"(0o)?([0-7]{1,4})"$/.exec(expression);
  return known ? `0o${(known[2] ?? "").replace(/^0+(?=.)/, "")}` : `Number.parseInt(${expression}, 8)`;
}
