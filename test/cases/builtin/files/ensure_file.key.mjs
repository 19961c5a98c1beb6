#!/usr/bin/env node
// ensure_file.key: makes sure that a file has exactly this content and mode.
// It is written beside its place and renamed into it, so nobody ever sees half of it.

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";

const STEP = "ensure_file.key";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const PATH = env("ENSURE_FILE_KEY_PATH"); // relative to the stack's folder, or absolute
const MODE = Number.parseInt(env("ENSURE_FILE_KEY_MODE"), 8);
const CONTENT = secret("ENSURE_FILE_KEY_CONTENT_FILE");

process.on("uncaughtException", (error) => fail(error.message));

const target = resolve(STACK, PATH);
const content = Buffer.from(CONTENT);
const present = lookAt(target);
if (present && !present.isFile() && !present.isSymbolicLink()) fail(`${target} exists and is not a file`);

if (present?.isFile() && readFileSync(target).equals(content)) {
  if ((present.mode & 0o7777) !== MODE) chmodSync(target, MODE);
  console.log(`${target} is as it should be`);
} else {
  makeParent(target);
  write();
  console.log(`${present ? "changed" : "wrote"} ${target} (${content.length} bytes)`);
}

function write() {
  const temporary = `${target}.clockwork.tmp`;
  // A run that was cut off may have left one.
  rmSync(temporary, { force: true });
  try {
    const file = openSync(temporary, "wx", 0o600);
    writeFileSync(file, content);
    fsyncSync(file);
    closeSync(file);
    chmodSync(temporary, MODE);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

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

// A secret is in no environment but in a file, whose path is.
function secret(name) {
  return readFileSync(env(name), "utf8");
}

// A value that an earlier step made.
function env(name) {
  const value = process.env[name];
  if (value === undefined) fail(`the run-time value ${name} is missing`);
  return value;
}

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
