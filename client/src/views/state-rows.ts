/** The rows of the State view: what is believed to exist, with what was given to it and what came of it. Pure. */
import type {
  DiagnosticRecord,
  StateCheck,
  StateRecord,
  StateResource,
  StateValue,
} from "../../../server/src/protocol.ts";
import { filled } from "../graph/texts.ts";
import { escapedMarkdown, fenced, type Row } from "./row.ts";

export interface StateTexts {
  readonly tainted: string;
  readonly unknown: string;
  readonly failed: string;
  readonly orphan: string;
  readonly outputs: string;
  readonly inputs: string;
  readonly checks: string;
  /** `needs {0}` */
  readonly needs: string;
  /** `drifted: {0}` */
  readonly drifted: string;
  /** `seen {0}` */
  readonly seen: string;
}

/** What was seen otherwise than the state says; `seen` is when, as people read it. */
export interface Seen {
  readonly detail: string;
  readonly seen: string;
}

/** By address. */
export type SeenThings = ReadonlyMap<string, Seen>;

export function stateRows(
  folder: string,
  state: StateRecord,
  texts: StateTexts,
  drift: SeenThings = new Map(),
): readonly Row[] {
  const { problems, resources, checks, outputs } = state;
  return [
    ...problems.map((problem, i) => problemRow(folder, problem, i)),
    ...resources.map((resource) => resourceRow(folder, resource, texts, drift.get(resource.address))),
    ...group(
      folder,
      "checks",
      texts.checks,
      "beaker",
      checks.map((check) => checkRow(folder, check, texts, drift.get(check.address))),
    ),
    ...group(folder, "outputs", texts.outputs, "symbol-variable", valueRows(folder, "output", outputs)),
  ];
}

/** A stack of several, as the row above its own. */
export function stateStackRow(
  folder: string,
  name: string,
  state: StateRecord,
  texts: StateTexts,
  drift: SeenThings,
): Row {
  const children = stateRows(folder, state, texts, drift);
  return {
    id: folder,
    label: name,
    icon: { name: "layers" },
    context: "stack",
    children,
    isOpen: true,
    folder,
  };
}

function problemRow(folder: string, { message, hint, severity }: DiagnosticRecord, index: number): Row {
  return {
    id: `${folder} problem ${index}`,
    label: message,
    tooltip: [message, ...(hint === undefined ? [] : [hint])].map(escapedMarkdown).join("\n\n"),
    icon:
      severity === "error"
        ? { name: "error", color: "list.errorForeground" }
        : { name: "warning", color: "list.warningForeground" },
    context: "problem",
    // The way out is no less important than what is wrong.
    children:
      hint === undefined ? [] : [{ ...plainRow(folder, `hint ${index}`, hint), icon: { name: "info" } }],
    isOpen: true,
    folder,
  };
}

const plainRow = (folder: string, id: string, label: string): Row => {
  return {
    id: `${folder} ${id}`,
    label,
    context: "text",
    children: [],
    folder,
    tooltip: escapedMarkdown(label),
  };
};

function resourceRow(
  folder: string,
  resource: StateResource,
  texts: StateTexts,
  seen: Seen | undefined,
): Row {
  const { address, kind, status, inputs, outputs, dependsOn, isDeclared, place } = resource;
  const flags = [
    ...(seen ? [filled(texts.drifted, seen.detail)] : []),
    ...(status === "ok" ? [] : [texts[status]]),
    ...(isDeclared ? [] : [texts.orphan]),
  ];
  const id = `${folder} ${address}`;
  return {
    id,
    label: address,
    ...(flags.length > 0 && { description: flags.join(", ") }),
    icon: seen
      ? { name: "warning", color: "gitDecoration.modifiedResourceForeground" }
      : status !== "ok"
        ? { name: "warning", color: "list.warningForeground" }
        : isDeclared
          ? { name: "pass", color: "testing.iconPassed" }
          : { name: "question", color: "descriptionForeground" },
    tooltip: [
      `**${escapedMarkdown(address)}** (${escapedMarkdown(kind)})`,
      ...flags.map(escapedMarkdown),
      ...(seen ? [escapedMarkdown(filled(texts.seen, seen.seen))] : []),
      ...(dependsOn.length > 0 ? [escapedMarkdown(filled(texts.needs, dependsOn.join(", ")))] : []),
    ].join("\n\n"),
    spoken: [address, ...flags].join(", "),
    context: seen ? "resource.drifted" : isDeclared ? "resource" : "resource.orphan",
    children: [
      ...valueRows(folder, `${address} output`, outputs),
      ...group(
        folder,
        `${address} inputs`,
        texts.inputs,
        "symbol-property",
        valueRows(folder, `${address} input`, inputs),
      ),
    ],
    folder,
    address,
    addresses: [address],
    ...(place && { place }),
  };
}

function checkRow(
  folder: string,
  { address, status, isDeclared, place }: StateCheck,
  texts: StateTexts,
  seen: Seen | undefined,
): Row {
  const isFailing = status === "failed" || seen !== undefined;
  const flags = [...(isFailing ? [texts.failed] : []), ...(isDeclared ? [] : [texts.orphan])];
  return {
    id: `${folder} ${address}`,
    label: address,
    ...(flags.length > 0 && { description: flags.join(", ") }),
    icon: isFailing
      ? { name: "error", color: "testing.iconFailed" }
      : { name: "pass", color: "testing.iconPassed" },
    ...(seen && { tooltip: escapedMarkdown(filled(texts.seen, seen.seen)) }),
    spoken: [address, ...flags].join(", "),
    context: "check",
    children: [],
    folder,
    address,
    ...(place && { place }),
  };
}

/** Nothing where there is nothing in it. */
function group(
  folder: string,
  id: string,
  label: string,
  icon: string,
  children: readonly Row[],
): readonly Row[] {
  if (children.length === 0) return [];
  const isOpen = id === "outputs";
  return [{ id: `${folder} ${id}`, label, icon: { name: icon }, context: "group", children, isOpen, folder }];
}

function valueRows(folder: string, of: string, values: readonly StateValue[]): readonly Row[] {
  return values.map(({ name, text, block, plain, place }) => ({
    id: `${folder} ${of} ${name}`,
    label: name,
    description: text,
    icon: { name: plain === undefined ? "lock" : "symbol-field" },
    tooltip: fenced(`${name} = ${block ?? text}`, "clockwork"),
    context: plain === undefined ? "value.hidden" : "value",
    children: [],
    folder,
    ...(plain !== undefined && { value: plain }),
    ...(place && { place }),
  }));
}
