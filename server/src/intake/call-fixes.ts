/** Repairs of calls, where the text alone says what was meant. */
import type { Fix } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Call, Expression, Node } from "../syntax/ast.ts";

/** Another name for the function. */
export function renamed({ name }: Call, to: string, origin: Origin): Fix {
  return { title: `Change it to "${to}"`, edits: [{ span: at(origin, name), text: to }] };
}

/** `list(a, b)` and `map(k, v)`, which Terraform had until 0.15, as `tolist([a, b])` and `tomap({ k = v })`. */
export function asConstructor(call: Call, origin: Origin): Fix | undefined {
  const { name, args, expand } = call;
  const first = args[0];
  const last = args.at(-1);
  if (!first || !last || expand) return undefined;
  if (name.name === "list") {
    return {
      title: "Write tolist([…])",
      edits: [
        { span: at(origin, name), text: "tolist" },
        insert(origin, first.start, "["),
        insert(origin, last.end, "]"),
      ],
    };
  }
  if (name.name !== "map" || args.length % 2 !== 0) return undefined;
  return {
    title: "Write tomap({…})",
    edits: [{ span: at(origin, name), text: "tomap" }, ...pairs(args, origin)],
  };
}

function pairs(args: readonly Expression[], origin: Origin): Fix["edits"] {
  return args.flatMap((arg, i) => {
    const value = args[i + 1];
    if (i % 2 === 1 || !value) return [];
    // A key that is no text in quotes is evaluated only inside parentheses.
    const [open, close] = arg.type === "template" ? ["", ""] : ["(", ")"];
    return [
      insert(origin, arg.start, `${i === 0 ? "{ " : ""}${open}`),
      { span: at(origin, { start: arg.end, end: value.start }), text: `${close} = ` },
      ...(i + 2 === args.length ? [insert(origin, value.end, " }")] : []),
    ];
  });
}

const at = (origin: Origin, { start, end }: Node): Span => ({ origin, start, end });
const insert = (origin: Origin, offset: number, text: string) => ({
  span: at(origin, { start: offset, end: offset }),
  text,
});
