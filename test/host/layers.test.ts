import { expect, test } from "vitest";
import { type Layer, reduced } from "../../server/src/host/node-layers.ts";

const layer = (text: string): Pick<Layer, "kind" | "path"> => {
  const [kind = "", path = ""] = text.split(" ");
  return { kind: kind as Layer["kind"], path };
};
const shown = (...texts: readonly string[]): readonly string[] =>
  reduced(texts.map(layer)).map(({ kind, path, way }) => [kind, path, ...way].join(" "));

test("a folder comes before what lies in it, and what changes nothing is left out", () => {
  expect(
    shown(
      "write /home/me/stack",
      "write /home/me/stack/data",
      "protect /home/me/stack/.git",
      "protect /srv/elsewhere",
      "hide /home",
      "hide /home/me/.ssh",
      "read /home/me",
      "read /home/me/stack/main.cw",
      "read /usr/bin",
    ),
  ).toEqual([
    "hide /home",
    "read /home/me",
    "hide /home/me/.ssh",
    "write /home/me/stack",
    "protect /home/me/stack/.git",
  ]);
});

test("what is named in what is hidden is there, with the folders on the way", () => {
  expect(
    shown("hide /run", "read /run/user/7/agent.sock", "hide /run/user/7", "write /tmp", "hide /tmp"),
  ).toEqual(["hide /run", "hide /tmp", "write /tmp", "read /run/user/7/agent.sock /run/user /run/user/7"]);
});

test("a file may be written in what is protected in what may be written", () => {
  expect(shown("write /s", "protect /s/.clockwork", "write /s/.clockwork/work/r")).toEqual([
    "write /s",
    "protect /s/.clockwork",
    "write /s/.clockwork/work/r",
  ]);
});
