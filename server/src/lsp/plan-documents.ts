/** Plans as documents of the scheme `clockwork-plan:`, and where their lines lead. */
import type {
  CancellationToken,
  DocumentLink,
  Location,
  LocationLink,
  Position,
} from "vscode-languageserver";
import { lineIndex } from "../diagnostics/line-index.ts";
import { planDocument } from "../ide/plan-document.ts";
import { type BlockPlace, planScheme } from "../protocol.ts";
import { type Asking, guarded } from "./ask.ts";
import { toRange } from "./convert.ts";
import type { LivePlan } from "./live-plans.ts";
import { decode, folderPath } from "./uri.ts";

/** The path of the stack's folder; undefined for the address of anything but a plan. */
export function stackOfPlan(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, search } = new URL(uri);
  const folder = protocol === `${planScheme}:` ? decode(search.slice(1)) : undefined;
  return folder === undefined ? undefined : folderPath(folder);
}

export const planText = ({ plan, stale }: LivePlan): string => planDocument(plan, stale).text;

interface OfDocument {
  readonly textDocument: { readonly uri: string };
}
type Handler<P, R> = (params: P, token: CancellationToken) => R;

/** A handler of document links that answers of plans, and leaves other documents to another one. */
export function planLinks<P extends OfDocument, R>(asking: Asking, others: Handler<P, R>) {
  return orOthers(asking, others, (found): DocumentLink[] =>
    found.map(({ range, place: { uri, range: at } }) => ({
      range,
      target: `${uri}#L${at.start.line},${at.start.column}`,
    })),
  );
}

/** The same of definitions. */
export function planDefinitions<P extends OfDocument & { readonly position: Position }, R>(
  asking: Asking,
  client: () => { readonly links: boolean },
  others: Handler<P, R>,
) {
  return orOthers(asking, others, (found, { position }): Location[] | LocationLink[] => {
    const there = found.filter(({ range }) => isIn(position, range));
    if (!client().links) return there.map(({ place }) => ({ uri: place.uri, range: toWire(place.range) }));
    return there.map(({ range, place }) => ({
      originSelectionRange: range,
      targetUri: place.uri,
      targetRange: toWire(place.whole),
      targetSelectionRange: toWire(place.range),
    }));
  });
}

interface Lead {
  /** In the plan's text. */
  readonly range: DocumentLink["range"];
  readonly place: BlockPlace;
}

function orOthers<P extends OfDocument, R, Own>(
  asking: Asking,
  others: Handler<P, R>,
  answer: (found: readonly Lead[], params: P) => Own,
) {
  const ours = guarded(asking, async (params: P) => {
    const folder = stackOfPlan(params.textDocument.uri);
    const plan = folder === undefined ? undefined : await asking.plans.of(folder);
    return plan ? answer(leads(plan), params) : undefined;
  });
  return (params: P, token: CancellationToken) =>
    stackOfPlan(params.textDocument.uri) === undefined ? others(params, token) : ours(params, token);
}

function leads({ plan, stale, places, obstaclePlace }: LivePlan): readonly Lead[] {
  const { text, links } = planDocument(plan, stale);
  const lines = lineIndex(text);
  const byAddress = new Map(plan?.changes.map(({ address }, i) => [address, places[i]]));
  const changes = links.flatMap(({ address, start, end }) => {
    const place = byAddress.get(address);
    return place ? [{ range: toRange(lines, start, end), place }] : [];
  });
  if (stale === undefined || !obstaclePlace) return changes;
  const start = text.indexOf(stale);
  const { length } = /^.*?:\d+:\d+/.exec(stale)?.[0] ?? "";
  return [{ range: toRange(lines, start, start + length), place: obstaclePlace }, ...changes];
}

/** Ours count from 1. */
const toWire = ({ start, end }: BlockPlace["range"]): DocumentLink["range"] => ({
  start: { line: start.line - 1, character: start.column - 1 },
  end: { line: end.line - 1, character: end.column - 1 },
});

const isIn = ({ line, character }: Position, { start, end }: DocumentLink["range"]): boolean =>
  line === start.line && start.character <= character && character <= end.character;
