// The same tries in every run; `npm run robustness` takes new ones, and fast-check prints the seed of what fails.
import fc from "fast-check";

const seed = process.env["CLOCKWORK_SEED"];
if (seed !== "random") fc.configureGlobal({ seed: Number(seed ?? 20261123) });
