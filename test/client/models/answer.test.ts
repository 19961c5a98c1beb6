import { describe, expect, test } from "vitest";
import { answer } from "../../../client/src/models/answer.ts";
import type { ModelAnswer, ModelCall, ModelMessage } from "../../../server/src/protocol.ts";
import { FakeModels } from "./fake-models.ts";

async function all(models: FakeModels, call: ModelCall, signal = new AbortController().signal) {
  const answers: ModelAnswer[] = [];
  for await (const one of answer(models, call, signal)) answers.push(one);
  return answers;
}

const messages: readonly ModelMessage[] = [
  { role: "user", text: "two words" },
  { role: "assistant", text: "one" },
];
const model = (id: string) => ({ type: "model", id, name: `Model ${id}`, maxInputTokens: 50_000 });

describe("which model answers", () => {
  test("is the only one", async () => {
    const models = new FakeModels("a");
    expect(await all(models, { call: "model" })).toEqual([model("a")]);
    expect(models.asked).toBe(0);
  });

  test("is the one that the person chose before, or chooses now", async () => {
    const models = new FakeModels("a", "b");
    models.choice = "b";
    const asking = { type: "waiting", why: "choose a model in the editor" };
    expect(await all(models, { call: "model" })).toEqual([asking, model("b")]);
    models.setting = "a";
    expect(await all(models, { call: "model" })).toEqual([model("a")]);
    models.setting = "gone";
    expect(await all(models, { call: "model" })).toEqual([asking, model("b")]);
  });

  test("is the one that the stack names, by id, family or name, whatever the person chose", async () => {
    const models = new FakeModels("a", "b");
    models.setting = "a";
    for (const wanted of ["b", "family-of-b", "model B"])
      expect(await all(models, { call: "model", wanted })).toEqual([model("b")]);
    expect(await all(models, { call: "model", wanted: "c" })).toMatchObject([
      {
        type: "refused",
        message: expect.stringContaining('no model "c"'),
        hint: expect.stringContaining("a, b"),
      },
    ]);
  });

  test("is none where there is none, or none is chosen", async () => {
    expect(await all(new FakeModels(), { call: "model" })).toMatchObject([
      { type: "refused", failure: "unreachable", message: "The editor has no language model" },
    ]);
    expect(await all(new FakeModels("a", "b"), { call: "model" })).toMatchObject([
      { type: "waiting" },
      { type: "refused", message: "No model was chosen in the editor" },
    ]);
  });
});

describe("a request to a model", () => {
  test("is counted in its tokens", async () => {
    expect(await all(new FakeModels("a"), { call: "count", model: "a", messages })).toEqual([
      { type: "counted", tokens: 3 },
    ]);
  });

  test("is answered as the answer comes, with the tokens of both at the end", async () => {
    const models = new FakeModels("a");
    for (const one of models.models) one.says = () => ["x ", "y z"];
    expect(await all(models, { call: "ask", model: "a", messages })).toEqual([
      { type: "text", text: "x " },
      { type: "text", text: "y z" },
      { type: "end", input: 3, output: 3 },
    ]);
    expect(models.models[0]?.sent).toEqual([messages]);
  });

  test("waits for the person's consent, and is refused without it", async () => {
    const models = new FakeModels("a");
    for (const one of models.models) one.allowed = undefined;
    expect((await all(models, { call: "ask", model: "a", messages }))[0]).toEqual({
      type: "waiting",
      why: "the editor asks whether Clockwork may use Model a",
    });
    for (const one of models.models) one.allowed = false;
    expect(await all(models, { call: "ask", model: "a", messages })).toEqual([
      { type: "refused", failure: "key", message: "You said no", hint: "Say yes." },
    ]);
  });

  test("fails with what the model fails with, on one line", async () => {
    const models = new FakeModels("a");
    for (const one of models.models) one.says = () => ["x", new Error("no\nnetwork")];
    expect(await all(models, { call: "ask", model: "a", messages })).toMatchObject([
      { type: "text" },
      { type: "refused", failure: "cut", message: "The editor's model failed: no network" },
    ]);
    expect(await all(models, { call: "ask", model: "b", messages })).toMatchObject([
      { type: "refused", message: "The editor does not have the model b any more" },
    ]);
  });

  test("ends without another word when it is broken off", async () => {
    const models = new FakeModels("a");
    for (const one of models.models) one.says = () => ["x", "hang"];
    const stop = new AbortController();
    const answers = answer(models, { call: "ask", model: "a", messages }, stop.signal);
    expect((await answers.next()).value).toEqual({ type: "text", text: "x" });
    const next = answers.next();
    stop.abort();
    expect(await next).toEqual({ value: undefined, done: true });
  });
});
