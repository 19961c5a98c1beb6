/* A real Neovim with its built-in client, configured by the very text of docs/editors.md. */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";

function neovim(): { readonly version: string } | { readonly reason: string } {
  try {
    const [version = ""] = execFileSync("nvim", ["--version"], { encoding: "utf8" }).split("\n");
    return { version };
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isMissing) throw error;
    return { reason: "Neovim is not installed (Debian: apt-get install neovim)" };
  }
}

/** The first block of Lua of the page for users. */
function configuration(): string {
  const lua = /```lua\n([\s\S]*?)```/.exec(readFileSync("docs/editors.md", "utf8"))?.[1];
  if (lua === undefined) throw new Error("docs/editors.md has no configuration for Neovim");
  return lua;
}

/** Waits for what a user would see, and writes it down. */
const driver = `
local seen = { diagnostics = {}, completion = {} }
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 50)
for _, d in ipairs(vim.diagnostic.get(0)) do
  table.insert(seen.diagnostics, { line = d.lnum + 1, message = d.message })
end
vim.api.nvim_win_set_cursor(0, { 6, #"  value = file." })
local params = vim.lsp.util.make_position_params(0, "utf-16")
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/completion", params, 20000) or {}) do
  for _, item in ipairs(answer.result and (answer.result.items or answer.result) or {}) do
    table.insert(seen.completion, item.label)
  end
end
seen.omnifunc = vim.bo.omnifunc
vim.fn.writefile({ vim.fn.json_encode(seen) }, os.getenv("SEEN"))
vim.cmd("qa!")
`;

let folder: string | undefined;
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test("Neovim shows diagnostics and completes", { timeout: 60_000 }, async (ctx) => {
  const found = neovim();
  if ("reason" in found) return ctx.skip(found.reason);
  folder = mkdtempSync(join(tmpdir(), "clockwork-nvim-"));
  const at = (name: string) => join(folder ?? "", name);
  for (const name of ["bin", "home", "stack"]) mkdirSync(at(name));
  const cli = resolve("dist/cli.js");
  writeFileSync(at("bin/clockwork"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(at("init.lua"), configuration());
  writeFileSync(at("driver.lua"), driver);
  writeFileSync(
    at("stack/main.cw"),
    'resource "file" "page" {\n  path    = "a.html"\n  content = "a"\n}\noutput "o" {\n  value = file.pgae\n}\n',
  );
  await promisify(execFile)(
    "nvim",
    [
      "--headless",
      "-n",
      "-i",
      "NONE",
      "-u",
      at("init.lua"),
      at("stack/main.cw"),
      "-c",
      `luafile ${at("driver.lua")}`,
    ],
    {
      env: {
        PATH: `${at("bin")}:${process.env["PATH"]}`,
        HOME: at("home"),
        XDG_CONFIG_HOME: at("home"),
        XDG_CACHE_HOME: at("home"),
        SEEN: at("seen.json"),
      },
      timeout: 50_000,
    },
  );
  const seen: unknown = JSON.parse(readFileSync(at("seen.json"), "utf8"));
  expect(seen).toMatchObject({
    diagnostics: [{ line: 6, message: expect.stringContaining('There is no file called "pgae"') }],
    completion: expect.arrayContaining(["page"]),
    omnifunc: "v:lua.vim.lsp.omnifunc",
  });
});
