import { describe, expect, it } from "vitest";
import { formats, keyFormats } from "../../server/src/intake/formats.ts";
import { analyseText, problems } from "../support/stack.ts";

/** Texts by format: those that are fine, those that cannot be right. */
const table: Readonly<Partial<Record<keyof typeof formats, readonly [string[], string[]]>>> = {
  "http-url": [
    ["http://x", "https://user@h:8080/a?b#c", "http://[::1]:80/", "HTTP://X", "http://bücher.example/"],
    [
      "",
      "x",
      "/health",
      "localhost:8080",
      "http:/x",
      "http://",
      "http://h:99999",
      "http://h:0",
      "http://a b",
      " http://x",
      "ftp://x",
    ],
  ],
  "git-url": [
    [
      "u",
      "../app",
      "/srv/my repos/app",
      "git@h:team/app.git",
      "ssh://git@h:22/a.git",
      "file:///srv/a",
      "https://h/a.git",
    ],
    ["", " ", "--upload-pack=x", "https:/h/a", "https:h/a", "https://h/a b", "https://"],
  ],
  "git-ref": [
    ["main", "v1.2.0", "feature/a-b", "0123abc", "a@b", "größe"],
    ["", "a b", "-x", "/a", "a/", "a..b", "a.lock", "HEAD~1", "a^", "a:b", "a*", "a@{1}", "a//b", "a."],
  ],
  image: [
    [
      "nginx",
      "nginx:1.27",
      "a/b/c",
      "localhost/a",
      "Registry.Example:5000/team/app:V1",
      "a__b",
      "a--b",
      `a@sha256:${"0".repeat(64)}`,
      `a:1@sha256:${"a".repeat(64)}`,
    ],
    [
      "",
      "Nginx",
      "a b",
      "a:",
      "a:1:2",
      "a@sha256:12",
      "https://r/a",
      "a//b",
      "-a",
      "a-",
      "a___b",
      `a:${"t".repeat(129)}`,
      `${"n".repeat(256)}`,
    ],
  ],
  tag: [["app:1"], ["App", `a@sha256:${"0".repeat(64)}`]],
  ip: [
    ["127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1", "::ffff:1.2.3.4"],
    ["", "localhost", "256.1.1.1", "1.2.3", "1.2.3.4.5", "1.2.3.4."],
  ],
  hostname: [
    ["localhost", "a.b-c.d", "127.0.0.1", "::1", "my_host", "bücher.example"],
    ["", "a b", "http://x", "x:80", "a/b"],
  ],
  "absolute-path": [["/data"], ["", "data", "/", "./x"]],
  "url-path": [
    ["/", "/health?x=1"],
    ["", "health", "/a b"],
  ],
  platform: [
    ["linux/amd64", "linux/arm64/v8", "linux"],
    ["", "linux/", "linux amd64"],
  ],
  name: [
    ["web", "a.b-c_d", "9"],
    ["", "-a", "a b", "a/b", "ä"],
  ],
  size: [
    ["512m", "2g", "1.5G", "100", "512MiB", "64 mb"],
    ["", "m", "-1g", "2x", "lots"],
  ],
  mode: [
    ["0644", "644"],
    ["", "999", "0o644", "1777", "rw-r--r--"],
  ],
};

describe("a format", () => {
  for (const [name, [good, bad]] of Object.entries(table)) {
    const check = formats[name as keyof typeof formats];
    it.each(good)(`${name} takes %j`, (text) => expect(check(text)).toBeUndefined());
    it.each(bad)(`${name} refuses %j`, (text) => expect(check(text)?.message).toBeTruthy());
  }

  it("tells what is wrong with an image", () => {
    const hints = ["Team/App:1", "a b", "https://r/a", "a:1:2", "a:", "a@sha256:1"].map(
      (t) => formats.image(t)?.hint,
    );
    expect(hints).toEqual([
      "Names have no capitals: team/app:1",
      "There is a space in it.",
      "It begins with the registry's name, without a scheme.",
      "It has two tags.",
      'The tag behind ":" is missing.',
      "A digest is sha256: and 64 hexadecimal digits.",
    ]);
  });

  it("of keys", () => {
    expect([keyFormats.variable("A_b"), keyFormats.header("X-Key")]).toEqual([undefined, undefined]);
    for (const key of ["", "A=B", "A B"]) expect(keyFormats.variable(key)).toBeDefined();
    for (const key of ["", "A B", "A:"]) expect(keyFormats.header(key)).toBeDefined();
  });

  it("takes a hostile text in no time", () => {
    for (const check of Object.values(formats)) {
      for (const part of ["a", "a-", "1.", "a/", ":", "-", "a:", "x.lock/"]) {
        const before = performance.now();
        check(`${part.repeat(5_000)}!`);
        expect(performance.now() - before).toBeLessThan(250);
      }
    }
  });
});

it("values are checked wherever they stand, and sensitive ones are not shown", async () => {
  const stack = `variable "s" {
  default   = "Not An Image"
  sensitive = true
}
resource "service" "s" {
  image    = var.s
  env      = { "A B" = "1" }
  networks = ["a b"]
  mounts   = [{ source = "v", target = "data" }]
  resources {
    cpus   = 0
    memory = "lots"
  }
}
resource "task" "t" {
  command = []
}
`;
  const found = problems(await analyseText(stack)).filter((p) => p.startsWith("invalid-value"));
  expect(found.join("\n")).not.toContain("Not An Image");
  expect(found).toEqual(
    expect.arrayContaining([
      'invalid-value: env["A B"]: "A B" is not the name of an environment variable',
      'invalid-value: networks[0]: "a b" is not a name',
      'invalid-value: mounts[0].target: "data" is not an absolute path inside the container',
      "invalid-value: resources.cpus: 0 is not more than 0",
      'invalid-value: resources.memory: "lots" is not an amount of memory',
      "invalid-value: command: the list is empty",
    ]),
  );
});
