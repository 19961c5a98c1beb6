/** An agent that answers from files: the same request always has the same reply, and one that nobody recorded fails and says how it differs. */
import * as z from "zod/mini";
import { type Agent, AgentError, type AgentRequest, requestHash } from "./agent.ts";

/** What of the outside world it needs. Paths are absolute. */
export interface RecordingFiles {
  readText(path: string): Promise<string>;
  list(path: string): Promise<readonly { readonly name: string }[]>;
  stat(path: string): Promise<{ readonly kind: string } | undefined>;
}

const request = z.object({
  model: z.string(),
  system: z.string(),
  turns: z.array(z.object({ role: z.enum(["user", "assistant"]), text: z.string() })),
  maxTokens: z.number(),
});

/** A file of the folder, `HASH.json`: of the request it answers (`requestHash`). */
export const recording = z.object({
  request,
  reply: z.object({
    text: z.string(),
    stop: z._default(z.enum(["end", "max-tokens", "refusal", "context", "other"]), "end"),
  }),
});

/** Lines of a difference that are shown. */
const mostLines = 60;

/** `diff` gives the difference of two texts of a name as lines. */
export function recorded(
  folder: string,
  model: string,
  files: RecordingFiles,
  diff: (name: string, before: string, after: string) => string,
): Agent {
  return {
    name: "recorded",
    model,
    ask: async (asked, { signal }) => {
      signal.throwIfAborted();
      const path = `${folder}/${requestHash(asked)}.json`;
      if (await files.stat(path)) {
        const { reply } = await read(files, path);
        return { ...reply, stopReason: reply.stop };
      }
      throw await unknownRequest(files, folder, path, asked, diff);
    },
  };
}

async function read(files: RecordingFiles, path: string): Promise<z.infer<typeof recording>> {
  const text = await files.readText(path);
  try {
    return recording.parse(JSON.parse(text));
  } catch (error) {
    throw new AgentError("recording", `${path} is no recording`, undefined, error);
  }
}

async function unknownRequest(
  files: RecordingFiles,
  folder: string,
  path: string,
  asked: AgentRequest,
  diff: (name: string, before: string, after: string) => string,
): Promise<AgentError> {
  const names = (await files.stat(folder)) ? (await files.list(folder)).map(({ name }) => name) : [];
  const wanted = textOf(asked);
  const texts = await Promise.all(
    names
      .filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
      .map(async (name) => ({ name, text: textOf((await read(files, `${folder}/${name}`)).request) })),
  );
  const nearest = texts
    .map((candidate) => ({ ...candidate, common: commonLines(candidate.text, wanted) }))
    .sort((a, b) => b.common - a.common)[0];
  const message = `There is no recording of this request: ${path}`;
  if (!nearest) return new AgentError("recording", message, `There is none at all in ${folder}.`);
  const lines = diff(nearest.name, nearest.text, wanted).split("\n");
  const more = lines.length > mostLines ? `\n… ${lines.length - mostLines} more lines` : "";
  return new AgentError("recording", message, `${lines.slice(0, mostLines).join("\n")}${more}`);
}

function textOf({ model, system, turns }: z.infer<typeof request> | AgentRequest): string {
  return [`model ${model}`, "system:", system, ...turns.flatMap(({ role, text }) => [`${role}:`, text])].join(
    "\n",
  );
}

function commonLines(a: string, b: string): number {
  const lines = new Set(a.split("\n"));
  return b.split("\n").filter((line) => lines.has(line)).length;
}
