import { expect, test } from "vitest";
import { repositoryFolder } from "../../../server/src/state/observe/repository-folder.ts";

test.each([
  ["repository.app", ".clockwork/repos/app"],
  ["fetch_repo.app", ".clockwork/repos/app"],
  ["remove_repo.app", ".clockwork/repos/app"],
  ['repository.app["eu"]', ".clockwork/repos/app.eu"],
  ["fetch_repo.app[0]", ".clockwork/repos/app.0"],
  ["module.m.repository.app", ".clockwork/repos/module.m.app"],
  ['module.m["a"].fetch_repo.app', ".clockwork/repos/module.m.a.app"],
])("%s", (address, folder) => {
  expect(repositoryFolder(address)).toBe(folder);
});

test("addresses that could be mistaken for each other have folders of their own", () => {
  const addresses = [
    "repository.App",
    "repository.app",
    'repository.x["a.b"]',
    'repository.x["../.."]',
    'repository.x["a/b"]',
  ];
  const folders = addresses.map((a) => repositoryFolder(a).toLowerCase());
  expect(new Set(folders).size).toBe(addresses.length);
  for (const folder of folders) expect(folder).toMatch(/^\.clockwork\/repos\/[a-z0-9_][a-z0-9._-]*$/);
});

test("a step without a name is called after its url", () => {
  expect(repositoryFolder("fetch_repo", "https://github.com/user/myapp.git")).toBe(".clockwork/repos/myapp");
  expect(repositoryFolder("fetch_repo", "git@host:group/x/")).toBe(".clockwork/repos/x");
  expect(repositoryFolder("fetch_repo", "..")).toBe(".clockwork/repos/repository");
});
