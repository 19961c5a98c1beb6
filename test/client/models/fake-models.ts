/* Stands in for the editor's language models: `vscode.lm` and the person who chooses are the test's. */
import { type Model, ModelProblem, type Models } from "../../../client/src/models/answer.ts";
import type { ModelMessage } from "../../../server/src/protocol.ts";

export class FakeModel implements Model {
  readonly id: string;
  readonly vendor = "fake";
  readonly maxInputTokens = 50_000;
  readonly sent: (readonly ModelMessage[])[] = [];
  allowed: boolean | undefined = true;
  /** What it says to messages; by default their number. */
  says: (messages: readonly ModelMessage[]) => readonly (string | Error | "hang")[] = (m) => [
    String(m.length),
  ];

  constructor(id: string) {
    this.id = id;
  }

  get name(): string {
    return `Model ${this.id}`;
  }

  get family(): string {
    return `family-of-${this.id}`;
  }

  isAllowed(): boolean | undefined {
    return this.allowed;
  }

  /** A word a token. */
  async count(text: string): Promise<number> {
    return text.split(/\s+/).filter((word) => word !== "").length;
  }

  async *send(messages: readonly ModelMessage[], signal: AbortSignal): AsyncGenerator<string> {
    this.sent.push(messages);
    if (this.allowed === false) throw new ModelProblem("key", "You said no", "Say yes.");
    for (const part of this.says(messages)) {
      if (part === "hang")
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(new Error("cancelled"))),
        );
      if (part instanceof Error) throw part;
      yield part;
    }
  }
}

export class FakeModels implements Models {
  readonly models: FakeModel[];
  setting: string | undefined;
  /** Whom the person chooses when asked. */
  choice: string | undefined;
  asked = 0;

  constructor(...ids: string[]) {
    this.models = ids.map((id) => new FakeModel(id));
  }

  async all(): Promise<readonly Model[]> {
    return this.models;
  }

  chosen(): string | undefined {
    return this.setting;
  }

  async choose(): Promise<Model | undefined> {
    this.asked++;
    return this.models.find(({ id }) => id === this.choice);
  }
}
