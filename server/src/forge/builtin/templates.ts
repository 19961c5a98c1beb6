/** The template of each built-in step, by its name in the kinds table. */
import { ensureDirectory, ensureFile, removeDirectory, removeFile } from "./file.ts";
import { ensureProcess, removeProcess } from "./process-service.ts";
import type { Template } from "./step.ts";
import { verifyCommand } from "./verify-command.ts";
import { verifyFile } from "./verify-file.ts";
import { verifyHttp } from "./verify-http.ts";
import { verifyTcp } from "./verify-tcp.ts";

export const templates: ReadonlyMap<string, Template> = new Map<string, Template>([
  ["ensure_service", ensureProcess],
  ["remove_service", removeProcess],
  ["ensure_file", ensureFile],
  ["remove_file", removeFile],
  ["ensure_directory", ensureDirectory],
  ["remove_directory", removeDirectory],
  ["verify_http", verifyHttp],
  ["verify_tcp", verifyTcp],
  ["verify_command", verifyCommand],
  ["verify_file", verifyFile],
]);
