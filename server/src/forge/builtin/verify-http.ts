/** `verify "http"`, and the health check of a service. */
import { nodeScript } from "./node-script.ts";
import { missing, type Template } from "./step.ts";
import { pollConstants, tryTimeout } from "./verify-poll.ts";

export const verifyHttp: Template = (step) => {
  const { args, id } = step;
  const url = args.node("url");
  if (url === undefined) return missing(step, "url");
  const contains = args.node("body_contains");
  const headers = args.node("headers");
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [
        `${id}: asks a URL until it answers as expected.`,
        "It connects directly, over IPv4 or IPv6, through no proxy, and follows no redirect.",
      ],
      imports: { "node:http": ["request as http"], "node:https": ["request as https"] },
      constants: [
        ...pollConstants(step),
        ["TIMEOUT_MS", tryTimeout(step), "for one answer"],
        ["ADDRESS", url],
        ["METHOD", args.node("method") ?? '"GET"'],
        ["EXPECT_STATUS", args.node("expect_status") ?? "200"],
        headers === undefined ? undefined : ["HEADERS", headers],
        contains === undefined ? undefined : ["BODY_CONTAINS", contains],
        ["MAX_BODY", "1_048_576", "bytes of an answer that are looked at"],
      ],
      body: `
await poll(async () => {
  let answer;
  try {
    answer = await ask();
  } catch (error) {
    return \`expected status \${EXPECT_STATUS} from \${ADDRESS}, but \${reason(error)}\`;
  }
  if (answer.status !== EXPECT_STATUS) return \`expected status \${EXPECT_STATUS} from \${ADDRESS}, got \${answer.status}\`;${
    contains === undefined
      ? ""
      : `
  if (!answer.body.includes(BODY_CONTAINS)) {
    return \`expected the answer of \${ADDRESS} to contain \${JSON.stringify(BODY_CONTAINS)}, got \${JSON.stringify(answer.body.slice(0, 200))}\`;
  }`
  }
});
console.log(\`\${ADDRESS} answers with status \${EXPECT_STATUS}\`);

function ask() {
  return new Promise((resolve, reject) => {
    const send = ADDRESS.startsWith("https:") ? https : http;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { method: METHOD, ${headers === undefined ? "" : "headers: HEADERS, "}agent: false, lookup, autoSelectFamily: true, signal };
    const request = send(ADDRESS, options, (answer) => {
      const chunks = [];
      let size = 0;
      const done = () => {
        resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() });
        request.destroy();
      };
      answer.on("data", (chunk) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= MAX_BODY) done();
      });
      answer.on("end", done);
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end();
  });
}

function reason(error) {
  if (error.name === "AbortError" || error.name === "TimeoutError") return \`there was no answer within \${TIMEOUT_MS} ms\`;
  if (error.code === "ECONNREFUSED") return "nothing listens there (ECONNREFUSED)";
  return error.message || error.code;
}
`,
    }),
  };
};
