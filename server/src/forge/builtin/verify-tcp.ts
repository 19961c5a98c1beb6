/** `verify "tcp"`. */
import { nodeScript } from "./node-script.ts";
import { missing, type Template } from "./step.ts";
import { pollConstants, tryTimeout } from "./verify-poll.ts";

export const verifyTcp: Template = (step) => {
  const { args, id } = step;
  const host = args.node("host");
  const port = args.node("port");
  if (host === undefined) return missing(step, "host");
  if (port === undefined) return missing(step, "port");
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [`${id}: connects to a port until that is accepted.`],
      imports: { "node:net": ["connect"] },
      constants: [
        ...pollConstants(step),
        ["TIMEOUT_MS", tryTimeout(step), "for one connection"],
        ["HOST", host],
        ["PORT", port],
      ],
      body: `
await poll(
  () =>
    new Promise((resolve) => {
      const socket = connect({ host: HOST, port: PORT, lookup, autoSelectFamily: true });
      const end = (problem) => {
        socket.destroy();
        resolve(problem && \`expected \${HOST}:\${PORT} to accept connections, but \${problem}\`);
      };
      socket.setTimeout(TIMEOUT_MS, () => end(\`there was no answer within \${TIMEOUT_MS} ms\`));
      socket.on("error", (error) => end(error.message || error.code));
      socket.on("connect", () => end());
    }),
);
console.log(\`\${HOST}:\${PORT} accepts connections\`);
`,
    }),
  };
};
