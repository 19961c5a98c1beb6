#!/usr/bin/env node
// remove_file.motd: removes a file.

import { lstatSync, unlinkSync } from "node:fs";
import { resolve } from "node:path";

const STEP = "remove_file.motd";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const PATH = "out/motd"; // relative to the stack's folder, or absolute

process.on("uncaughtException", (error) => fail(error.message));

const target = resolve(STACK, PATH);
const present = lookAt(target);
if (!present) {
  console.log(`${target} is not there`);
} else if (present.isDirectory()) {
  fail(`${target} is a folder and not the file that was made`);
} else {
  unlinkSync(target);
  console.log(`removed ${target}`);
}

// What is at the path, not following links; undefined where there is nothing.
function lookAt(path) {
  return lstatSync(path, { throwIfNoEntry: false });
}

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
