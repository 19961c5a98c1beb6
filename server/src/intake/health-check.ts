import { diagnostic } from "../diagnostics/diagnostic.ts";
import { compareAddresses, modulePrefix } from "./address.ts";
import { parseDuration } from "./duration.ts";
import type { Edge, ResourceIr, VerifyIr } from "./ir.ts";
import { numberValue } from "./number.ts";
import type { Report } from "./scope.ts";
import { stringType } from "./type.ts";
import type { Value } from "./value.ts";
import { stringValue, unknownOf } from "./values.ts";

/** The address of the check that a service's `health_check` block becomes. */
export function healthAddress(service: string): string {
  const prefix = modulePrefix(service);
  return service.startsWith("service.", prefix.length)
    ? `${prefix}verify.http.${service.slice(prefix.length + "service.".length)}.health`
    : service;
}

/** The check that a service's `health_check` block becomes; `edges` are those of the block. */
export function healthCheck(
  service: ResourceIr,
  edges: readonly Edge[],
  report: Report,
): VerifyIr | undefined {
  const block = service.attributes.get("health_check");
  const span = service.attributeSpans.get("health_check");
  if (service.kind !== "service" || !block || !span) return undefined;
  if (block.kind !== "object") {
    // What refers to no resource is not known because of a mistake, which has been reported.
    if (edges.length > 0)
      report(
        diagnostic("not-known-yet", "Whether there is a health_check must be known while planning", { span }),
      );
    return undefined;
  }
  const field = (name: string): Value | undefined => {
    const value = block.fields.get(name);
    return value?.kind === "null" ? undefined : value;
  };
  const url = field("url") ?? portUrl(service.attributes.get("ports"), field("path"));
  if (!url) {
    report(
      diagnostic(
        "missing-attribute",
        'This health_check needs "url", because the service publishes no port',
        {
          span,
          hint: 'Such as url = "http://localhost:8080/health", or publish a port.',
        },
      ),
    );
    return undefined;
  }
  const attributes = new Map<string, Value>([["url", url]]);
  attributes.set("expect_status", field("expect_status") ?? numberValue(200));
  const interval = field("interval");
  if (interval) attributes.set("interval", interval);
  const timeout = field("timeout");
  const retries = field("retries");
  const timeoutMs = timeout?.kind === "string" ? parseDuration(timeout.value) : undefined;
  return {
    address: healthAddress(service.address),
    kind: "http",
    name: `${service.name}.health`,
    attributes,
    attributeSpans: new Map([...attributes.keys()].map((name) => [name, span])),
    dependsOn: [
      { address: service.address, span },
      ...edges.filter((e) => e.address !== service.address),
    ].sort((a, b) => compareAddresses(a.address, b.address)),
    span,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retries?.kind === "number" && { retries: retries.value.toNumber() }),
    evaluate: (attribute, outputs) => {
      const { value, diagnostics } = service.evaluate("health_check", outputs);
      const ports = service.evaluate("ports", outputs);
      if (value?.kind !== "object") return { diagnostics };
      const given = value.fields.get(attribute);
      if (given && given.kind !== "null") return { value: given, diagnostics };
      const made = attribute === "url" ? portUrl(ports.value, value.fields.get("path")) : undefined;
      return { ...(made?.kind === "string" && { value: made }), diagnostics };
    },
  };
}

/** `http://HOST:PORT/PATH` of the first published port. */
function portUrl(ports: Value | undefined, path: Value | undefined): Value | undefined {
  if (!ports || ports.kind === "null") return undefined;
  if (ports.kind !== "list") return unknownOf(stringType);
  const [first] = ports.items;
  if (!first) return undefined;
  const external = first.kind === "object" ? first.fields.get("external") : undefined;
  const address = first.kind === "object" ? first.fields.get("host_ip") : undefined;
  if (external?.kind !== "number" || path?.kind === "unknown" || address?.kind === "unknown")
    return unknownOf(stringType);
  const suffix = path?.kind === "string" ? path.value : "/";
  return stringValue(
    `http://${hostOf(address)}:${external.value.toFixed()}${suffix.startsWith("/") ? "" : "/"}${suffix}`,
  );
}

/** A port bound to one address of the host is reached there and nowhere else. */
function hostOf(address: Value | undefined): string {
  if (address?.kind !== "string" || /^(0\.0\.0\.0|127\.0\.0\.1|::1?|)$/.test(address.value))
    return "localhost";
  return address.value.includes(":") ? `[${address.value}]` : address.value;
}
