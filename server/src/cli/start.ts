#!/usr/bin/env node
/**
 * What runs first: V8's settings, then the program in main.js. A third of a short command's time would go into compiling
 * that file again, so what V8 made of it is kept in the user's cache folder: written by the first run that has read a
 * stack, used by the next ones, made anew when the program, Node or V8's settings have changed.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { openCodeCache } from "../host/node-code-cache.ts";
import { useShortRunFlags } from "../host/node-v8-flags.ts";

// First, because V8 refuses what it compiled under other settings.
useShortRunFlags();

const file = join(__dirname, "main.js");
const { size, mtimeMs } = statSync(file);
const cache = openCodeCache(`${size}-${Math.floor(mtimeMs)}`);
const script = compile(cache?.read());
const program = { exports: { hasReadStack: () => false } };
script.runInThisContext()(program.exports, require, program, file, __dirname);

if (cache && script.cachedDataRejected !== false) {
  // A command that reads no stack has compiled too little of the program to be worth keeping.
  process.once("exit", () => {
    if (program.exports.hasReadStack()) cache.write(script.createCachedData());
  });
}

/** The file is one function that takes what a module is given; all of it is ASCII. */
function compile(cachedData: Buffer | undefined): Script {
  const text = readFileSync(file, "latin1");
  return new Script(text, { filename: file, ...(cachedData && { cachedData }) });
}
