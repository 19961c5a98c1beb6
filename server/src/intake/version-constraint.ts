/** Version constraints as Terraform writes them: `>= 1.0, < 2.0`, `~> 1.2`, `!= 1.3.1`, `1.4.0`. */

interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: readonly string[];
  /** How many numbers were written. */
  readonly precision: number;
}

export interface Clause {
  readonly operator: string;
  readonly version: Version;
}

export interface ConstraintProblem {
  readonly message: string;
  /** The clause, as offsets in the text. */
  readonly start: number;
  readonly end: number;
}

const operators = ["=", "!=", ">", ">=", "<", "<=", "~>"];

export function parseConstraint(text: string): readonly Clause[] | ConstraintProblem {
  const clauses: Clause[] = [];
  let at = 0;
  for (const part of text.split(",")) {
    const start = at + (part.length - part.trimStart().length);
    const end = Math.max(start, at + part.trimEnd().length);
    at += part.length + 1;
    const match = /^([^\w\s.]*)\s*(.*)$/.exec(part.trim());
    const [operator = "", version = ""] = match?.slice(1) ?? [];
    const parsed = parseVersion(version);
    const problem =
      part.trim() === ""
        ? "a version is missing"
        : operator !== "" && !operators.includes(operator)
          ? `"${operator}" is no operator; there are ${operators.join(" ")}`
          : parsed
            ? undefined
            : `"${version}" is no version such as 1.2.3`;
    if (problem !== undefined || !parsed) return { message: problem ?? "", start, end };
    clauses.push({ operator: operator === "" ? "=" : operator, version: parsed });
  }
  return clauses;
}

/** Source: semver 2.0, with fewer numbers allowed and an optional `v`, as in hashicorp/go-version. */
function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+){0,2})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
    text,
  );
  if (!match?.[1]) return undefined;
  const written = match[1].split(".").map(Number);
  return {
    numbers: [written[0] ?? 0, written[1] ?? 0, written[2] ?? 0],
    prerelease: match[2]?.split(".") ?? [],
    precision: written.length,
  };
}

/** Whether a version meets every clause. Throws on a text that is no version: ours is one. */
export function satisfies(version: string, clauses: readonly Clause[]): boolean {
  const parsed = parseVersion(version);
  if (!parsed) throw new Error(`not a version: ${version}`);
  return clauses.every((clause) => meets(parsed, clause));
}

function meets(version: Version, { operator, version: wanted }: Clause): boolean {
  const order = compare(version, wanted);
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  // A prerelease is met only by a clause that names one of the same version. Source: Terraform's required_version.
  if (version.prerelease.length > 0 && !(wanted.prerelease.length > 0 && sameNumbers(version, wanted)))
    return false;
  switch (operator) {
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    default:
      return order >= 0 && isWithin(version, wanted);
  }
}

/** `~> 1.2` allows any 1.x from 1.2 on, `~> 1.2.3` any 1.2.x from 1.2.3 on; `~> 1` every version from 1 on. */
function isWithin(version: Version, wanted: Version): boolean {
  return wanted.numbers.slice(0, wanted.precision - 1).every((n, i) => version.numbers[i] === n);
}

function sameNumbers(a: Version, b: Version): boolean {
  return a.numbers.every((n, i) => n === b.numbers[i]);
}

function compare(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  // What is released comes after its prereleases.
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return b.prerelease.length - a.prerelease.length;
  for (let i = 0; i < Math.max(a.prerelease.length, b.prerelease.length); i++) {
    const difference = compareIdentifiers(a.prerelease[i], b.prerelease[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers come before texts, a shorter list before a longer one. Source: semver 2.0, 11.4. */
function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [left, right] = [a, b].map((t) => (/^\d+$/.test(t) ? Number(t) : undefined));
  if (left !== undefined && right !== undefined) return left - right;
  if (left !== undefined || right !== undefined) return left !== undefined ? -1 : 1;
  return a < b ? -1 : 1;
}
