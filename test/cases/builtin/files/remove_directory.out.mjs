#!/usr/bin/env node
// remove_directory.out: removes a folder if nothing is left in it.
// What others have put there is theirs: then the step fails and names it.

import { lstatSync, readdirSync, rmdirSync } from "node:fs";
import { resolve } from "node:path";

const STEP = "remove_directory.out";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const PATH = "out"; // relative to the stack's folder, or absolute

process.on("uncaughtException", (error) => fail(error.message));

const target = resolve(STACK, PATH);
const present = lookAt(target);
if (present && !present.isDirectory()) fail(`${target} is not the folder that was made`);

if (present) {
  const inside = readdirSync(target).sort();
  const named = inside.slice(0, 10).join(", ") + (inside.length > 10 ? ` and ${inside.length - 10} more` : "");
  if (inside.length > 0) fail(`${target} is not empty: ${named}`);
  rmdirSync(target);
  console.log(`removed ${target}`);
} else {
  console.log(`${target} is not there`);
}

// What is at the path, not following links; undefined where there is nothing.
function lookAt(path) {
  return lstatSync(path, { throwIfNoEntry: false });
}

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
