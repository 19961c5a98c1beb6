/** The template of each built-in step, by its name in the kinds table. */
import { ensureContainer, removeContainer } from "./container.ts";
import { ensureEngineResource, removeEngineResource } from "./engine-resource.ts";
import { ensureDirectory, ensureFile, removeDirectory, removeFile } from "./file.ts";
import { buildImage, removeImage } from "./image.ts";
import { ensureProcess, removeProcess } from "./process-service.ts";
import { fetchRepo, removeRepo } from "./repository.ts";
import type { Template } from "./step.ts";
import { destroyTask, runTask } from "./task.ts";
import { verifyCommand } from "./verify-command.ts";
import { verifyFile } from "./verify-file.ts";
import { verifyHttp } from "./verify-http.ts";
import { verifyService } from "./verify-service.ts";
import { verifyTcp } from "./verify-tcp.ts";

export const templates: ReadonlyMap<string, Template> = new Map<string, Template>([
  ["fetch_repo", fetchRepo],
  ["remove_repo", removeRepo],
  ["build_image", buildImage],
  ["remove_image", removeImage],
  ["ensure_network", ensureEngineResource("network")],
  ["remove_network", removeEngineResource("network")],
  ["ensure_volume", ensureEngineResource("volume")],
  ["remove_volume", removeEngineResource("volume")],
  ["ensure_service", (step) => (step.args.has("image") ? ensureContainer(step) : ensureProcess(step))],
  ["remove_service", (step) => (step.args.has("image") ? removeContainer(step) : removeProcess(step))],
  ["ensure_file", ensureFile],
  ["remove_file", removeFile],
  ["ensure_directory", ensureDirectory],
  ["remove_directory", removeDirectory],
  ["run_task", runTask],
  ["run_task_destroy", destroyTask],
  ["verify_http", verifyHttp],
  ["verify_tcp", verifyTcp],
  ["verify_command", verifyCommand],
  ["verify_file", verifyFile],
  ["verify_service", verifyService],
]);
