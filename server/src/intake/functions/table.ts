/**
 * Every function of the language by name: Terraform 1.11's, as data that evaluation, completion, hover and signature help
 * read alike.
 */
import { compareText } from "../values.ts";
import { cidrFunctions } from "./cidr.ts";
import { conversionFunctions } from "./conversion.ts";
import { dateFunctions } from "./date.ts";
import { encodingFunctions } from "./encoding.ts";
import { fileFunctions } from "./files.ts";
import type { FunctionEntry, FunctionTable } from "./function.ts";
import { hashFunctions } from "./hash.ts";
import { mappingFunctions } from "./mappings.ts";
import { numericFunctions } from "./numeric.ts";
import { pathFunctions } from "./path.ts";
import { refusedFunctions } from "./refused.ts";
import { regexFunctions } from "./regex.ts";
import { secretFunctions } from "./secret.ts";
import { sequenceFunctions } from "./sequences.ts";
import { setFunctions } from "./sets.ts";
import { stringFunctions } from "./string.ts";
import { templateFunctions } from "./templates.ts";

const entries: Readonly<Record<string, FunctionEntry>> = {
  ...cidrFunctions,
  ...conversionFunctions,
  ...dateFunctions,
  ...encodingFunctions,
  ...fileFunctions,
  ...hashFunctions,
  ...mappingFunctions,
  ...numericFunctions,
  ...pathFunctions,
  ...refusedFunctions,
  ...regexFunctions,
  ...secretFunctions,
  ...sequenceFunctions,
  ...setFunctions,
  ...stringFunctions,
  ...templateFunctions,
};

/** In order of names. */
export const functions: FunctionTable = new Map(
  Object.entries(entries).sort(([a], [b]) => compareText(a, b)),
);
