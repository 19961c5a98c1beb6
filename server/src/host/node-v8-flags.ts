/**
 * V8's settings for a program that runs for a moment, which the command line is. They count for what is loaded after them:
 *
 * - The young generation stays at its first size, so that it is not eight megabytes after loading the program's own code.
 * - The grammar's wasm is compiled once, quickly. Compiling it well takes 16 MB, and more time than it ever gives back.
 * - JavaScript is optimised only where a function stays hot for a tenth of a second. Optimising everything that is warm
 *   takes a plan of 1,000 resources half its time and 10 MB; a plan of 10,000 still gets what is worth it.
 *
 * V8's flags are no interface: they come and go, and an unknown one makes it complain on stderr. So each major version of
 * Node has those that were measured with it (test/bench/plan.mjs), and a version that is not here has none.
 */
import { setFlagsFromString } from "node:v8";

const smallYoungGeneration = "--semi-space-growth-factor=1";
const wasmCompiledOnce = "--wasm-tiering-budget=1000000000";
const since22 = [
  smallYoungGeneration,
  // Its --liftoff-only is read before any program can set it.
  wasmCompiledOnce,
  "--no-maglev",
  "--invocation-count-for-turbofan=30000",
];
const flags: Readonly<Record<string, readonly string[]>> = {
  20: [smallYoungGeneration, "--liftoff-only", "--interrupt-budget=8000000"],
  22: since22,
  24: since22,
};

/**
 * What a run that has megabytes to read is given back: it lasts long enough to be worth optimising. Later versions gain a
 * tenth of the time for half as much memory again, which is no bargain.
 */
const largeFlags: Readonly<Record<string, readonly string[]>> = {
  20: ["--semi-space-growth-factor=3", "--interrupt-budget=400000"],
};

/**
 * The language server's, which lives long and keeps V8's own but for one: compiling the grammar's wasm well takes it 25 MB for
 * a moment and 6 MB for good, and opens no stack sooner (test/bench/keystroke.mjs).
 */
const serverFlags: Readonly<Record<string, readonly string[]>> = {
  20: [wasmCompiledOnce],
  22: [wasmCompiledOnce],
  24: [wasmCompiledOnce],
};

const major = process.versions.node.split(".")[0] ?? "";

/** To be called before the program is loaded. */
export function useShortRunFlags(): void {
  for (const flag of flags[major] ?? []) setFlagsFromString(flag);
}

/** To be called before the grammar is loaded. */
export function useServerFlags(): void {
  for (const flag of serverFlags[major] ?? []) setFlagsFromString(flag);
}

/**
 * To be called before the grammar is loaded when a stack is large (more than a megabyte of text): takes a quarter off the
 * time of a plan of 10,000 resources, for a tenth more memory.
 */
export function expectLargeInput(): void {
  for (const flag of largeFlags[major] ?? []) setFlagsFromString(flag);
}
