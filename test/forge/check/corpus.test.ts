import { describe, expect, test } from "vitest";
import type { Code } from "../../../server/src/diagnostics/codes.ts";
import { checkReply } from "../../../server/src/forge/check.ts";
import { corpus, corpusActions } from "./samples.ts";

/**
 * The rule of the row of SAFETY section 3 that names the item. U05 lost its row ("one step per action") when actions got
 * several run steps; what refuses it now is that the step runs another purpose's script.
 */
const expected: Readonly<Record<string, Code>> = {
  P01: "P-SEG",
  P03: "P-ROOT",
  P05: "P-SEG",
  P07: "P-SEG",
  P09: "P-ROOT",
  P11: "P-CHAR",
  P13: "P-CHAR",
  P15: "P-LONG",
  P17: "P-RESERVED",
  P19: "P-SEG",
  P21: "P-SEG",
  P23: "P-SEG",
  P25: "P-SEG",
  P27: "P-SEG",
  P29: "P-SEG",
  P31: "P-SEG",
  P33: "P-ROOT",
  P35: "P-CHAR",
  P37: "P-SEG",
  X01: "P-SHADOW",
  X03: "P-AUTOLOAD",
  X05: "P-AUTOLOAD",
  X07: "P-SEG",
  X09: "P-AUTOLOAD",
  D01: "P-COLLIDE",
  D03: "P-COLLIDE",
  D05: "B-JSON",
  M01: "M-MODE",
  M03: "M-MODE",
  M05: "M-MODE",
  M07: "M-MODE",
  M09: "M-MODE",
  M11: "M-MODE",
  S01: "S-FLAG",
  S03: "S-FLAG",
  S05: "S-ARTIFACT",
  S07: "S-ARTIFACT",
  S09: "S-FLAG",
  S11: "S-FLAG",
  S13: "S-FLAG",
  S15: "S-FLAG",
  S17: "S-SUB",
  S19: "S-ARTIFACT",
  S21: "S-LANG",
  S23: "S-SUB",
  S25: "S-FLAG",
  S27: "S-RUNTIME",
  S29: "S-RUNTIME",
  S31: "S-CMD",
  S33: "S-CMD",
  S35: "S-RUNTIME",
  S37: "S-ARG",
  S39: "S-CMD",
  S41: "S-LANG",
  S43: "S-FLAG",
  S45: "S-FLAG",
  S47: "B-SHAPE",
  U01: "U-UNKNOWN",
  U03: "U-ORDER",
  U05: "S-ARTIFACT",
  U07: "U-UNKNOWN",
  V01: "V-NAME",
  V03: "V-NAME",
  V05: "V-NAME",
  V07: "V-NAME",
  V09: "V-NAME",
  V11: "V-NAME",
  V13: "V-VALUE",
  V15: "V-NAME",
  V17: "V-NAME",
  V21: "V-MISMATCH",
  V23: "C-SECRET",
  V25: "V-NAME",
  C01: "C-TEXT",
  C03: "C-TEXT",
  C05: "C-SHEBANG",
  C07: "C-TEXT",
  C09: "C-EMPTY",
  C11: "C-SECRET",
  C13: "C-GO",
  C15: "C-REMOTE",
  C17: "C-TEXT",
  C19: "C-GO",
  B01: "B-JSON",
  B03: "B-SHAPE",
  B07: "B-SHAPE",
  B09: "B-SHAPE",
  B11: "S-UNUSED",
  B13: "B-SHAPE",
};

describe("bundle corpus", () => {
  test.each(corpus.items.filter((i) => i.expect === "reject"))("$id is refused: $why", ({ id, json }) => {
    const { value, diagnostics } = checkReply(json, corpusActions);
    expect(value).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toContain(expected[id]);
  });

  test.each(corpus.items.filter((i) => i.expect === "accept"))("$id is accepted: $why", ({ json }) => {
    const { value, diagnostics } = checkReply(json, corpusActions);
    expect(diagnostics).toEqual([]);
    expect(value?.steps).toHaveLength(4);
  });
});
