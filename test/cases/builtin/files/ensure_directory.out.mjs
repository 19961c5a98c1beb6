#!/usr/bin/env node
// ensure_directory.out: makes sure that a folder exists. What is in it is left alone.

import { appendFileSync, chmodSync, existsSync, lstatSync, mkdirSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";

const STEP = "ensure_directory.out";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const PATH = "out"; // relative to the stack's folder, or absolute
const MODE = 0o750;

process.on("uncaughtException", (error) => fail(error.message));

const target = resolve(STACK, PATH);
const present = lookAt(target);
if (present && !present.isDirectory()) fail(`${target} exists and is not a folder`);

if (!present) {
  makeParent(target);
  mkdirSync(target);
}
if (!present || (present.mode & 0o7777) !== MODE) chmodSync(target, MODE);
console.log(present ? `${target} is there` : `made ${target}`);
output({
  DIRECTORY_OUT_PATH: target,
});

// Missing folders are made inside the stack only: elsewhere a missing one is more likely a mistake.
function makeParent(path) {
  const parent = dirname(path);
  if (existsSync(parent)) return;
  const inside = relative(STACK, parent);
  if (inside.startsWith("..") || isAbsolute(inside)) fail(`the folder ${parent} does not exist`);
  mkdirSync(parent, { recursive: true });
}

// What is at the path, not following links; undefined where there is nothing.
function lookAt(path) {
  return lstatSync(path, { throwIfNoEntry: false });
}

// Hands values to the steps that come after.
function output(values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(process.env.CLOCKWORK_OUTPUT ?? "/dev/stdout", lines.join(""));
}

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
