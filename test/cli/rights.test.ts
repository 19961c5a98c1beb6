import { expect, test } from "vitest";
import { rightsView } from "../../server/src/cli/views/rights.ts";
import { capabilities } from "../../server/src/forge/capabilities.ts";

const step = (id: string, args: Record<string, string> = {}) => ({ name: id.split(".")[0] ?? "", id, args });
const shown = (...steps: ReturnType<typeof step>[]) =>
  rightsView(steps, (action) => capabilities(action), { color: false });

test("every power is said before anybody says yes", () => {
  const steps = [
    step("ensure_file.page", { path: "page.html" }),
    step("build_image.app"),
    step("ensure_service.web", { command: "node" }),
    step("ensure_service.db", { image: "postgres:17" }),
    step("fetch_repo.app", { url: "https://example.com/app" }),
    step("run_task.migrate"),
    step("verify_http.web"),
  ];
  expect(shown(...steps)).toMatchInlineSnapshot(`
    "What they may use:
      no network; writing the path of its arguments: ensure_file.page
      the network, for what its arguments name; no writing; the container engine, which is root on this machine: build_image.app, ensure_service.db
      no network; no writing; keeping a command of the stack running, which has the network and may write the stack's folder: ensure_service.web
      the network, for what its arguments name; writing the path of its arguments; git with your keys: fetch_repo.app
      the network; writing anything; reading your home: run_task.migrate
      the network, for what its arguments name; no writing: verify_http.web
    "
  `);
});

test("steps of the same rights stand together, and thousands are counted", () => {
  const steps = Array.from({ length: 1000 }, (_, i) => step(`ensure_file.f${i}`));
  expect(shown(...steps)).toBe(
    "What they may use:\n  no network; writing the path of its arguments: ensure_file.f0, ensure_file.f1, ensure_file.f2, ensure_file.f3 and 996 more\n",
  );
  expect(shown()).toBe("");
});
