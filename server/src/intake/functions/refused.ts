import type { FunctionEntry, RefusedFunction } from "./function.ts";

const impure = (description: string, hint: string): RefusedFunction => ({
  refused: "impure-function",
  description,
  hint,
});
const gone = (hint: string): RefusedFunction => ({
  refused: "not-supported",
  description: "Terraform has removed it",
  hint,
});

const ofNow = "its result is another one every time, so the same files would never give the same plan";
const ofHere = "its result depends on the machine, so the same files would give different plans";

/** Known by name so that a call says why, and what to use instead. */
export const refusedFunctions: Readonly<Record<string, FunctionEntry>> = {
  abspath: impure(ofHere, 'Paths are relative to the stack\'s folder; path.root is ".".'),
  bcrypt: impure(
    ofNow,
    "Hash the password in the step that needs it, or pass the hash in as a sensitive variable.",
  ),
  pathexpand: impure(ofHere, "Pass the path in as a variable."),
  plantimestamp: impure(ofNow, "Pass the time in as a variable, or let the step's script ask for it."),
  timestamp: impure(ofNow, "Pass the time in as a variable, or let the step's script ask for it."),
  uuid: impure(ofNow, 'uuidv5("dns", name) gives the same one for the same name.'),
  list: gone("Write tolist([…])."),
  map: gone("Write tomap({…})."),
  type: {
    refused: "unknown-function",
    description: "it is the console's own, and stands alone there",
    hint: "clockwork eval 'type(EXPR)' shows the type of an expression.",
  },
};
