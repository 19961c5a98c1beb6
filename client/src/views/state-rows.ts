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
}

export function stateRows(folder: string, state: StateRecord, texts: StateTexts): readonly Row[] {
  const { problems, resources, checks, outputs } = state;
  return [
    ...problems.map((problem, i) => problemRow(folder, problem, i)),
    ...resources.map((resource) => resourceRow(folder, resource, texts)),
    ...group(
      folder,
      "checks",
      texts.checks,
      "beaker",
      checks.map((check) => checkRow(folder, check, texts)),
    ),
    ...group(folder, "outputs", texts.outputs, "symbol-variable", valueRows(folder, "output", outputs)),
  ];
}

/** A stack of several, as the row above its own. */
export function stateStackRow(folder: string, name: string, state: StateRecord, texts: StateTexts): Row {
  const children = stateRows(folder, state, texts);
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

function resourceRow(folder: string, resource: StateResource, texts: StateTexts): Row {
  const { address, kind, status, inputs, outputs, dependsOn, isDeclared, place } = resource;
  const flags = [...(status === "ok" ? [] : [texts[status]]), ...(isDeclared ? [] : [texts.orphan])];
  const id = `${folder} ${address}`;
  return {
    id,
    label: address,
    ...(flags.length > 0 && { description: flags.join(", ") }),
    icon:
      status !== "ok"
        ? { name: "warning", color: "list.warningForeground" }
        : isDeclared
          ? { name: "pass", color: "testing.iconPassed" }
          : { name: "question", color: "descriptionForeground" },
    tooltip: [
      `**${escapedMarkdown(address)}** (${escapedMarkdown(kind)})`,
      ...flags.map(escapedMarkdown),
      ...(dependsOn.length > 0 ? [escapedMarkdown(filled(texts.needs, dependsOn.join(", ")))] : []),
    ].join("\n\n"),
    spoken: [address, ...flags].join(", "),
    context: isDeclared ? "resource" : "resource.orphan",
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
): Row {
  const flags = [...(status === "failed" ? [texts.failed] : []), ...(isDeclared ? [] : [texts.orphan])];
  return {
    id: `${folder} ${address}`,
    label: address,
    ...(flags.length > 0 && { description: flags.join(", ") }),
    icon:
      status === "ok"
        ? { name: "pass", color: "testing.iconPassed" }
        : { name: "error", color: "testing.iconFailed" },
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
