/**
 * Secrets in the open: tokens whose issuers gave them a recognisable form, private keys, passwords inside URLs. Every
 * pattern is bounded or starts only where a word starts, so that a hostile text costs no more than reading it.
 * Source of the forms: the issuers' documentation; SAFETY row 29.
 */
const start = "(?<![A-Za-z0-9_-])";
const forms: readonly (readonly [what: string, form: string])[] = [
  ["an AWS access key", `${start}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12}`],
  ["a GitHub token", `${start}gh[pousr]_[A-Za-z0-9]{16}`],
  ["a GitHub token", `${start}github_pat_[A-Za-z0-9_]{20}`],
  ["a GitLab token", `${start}gl(?:pat|ptt|dt|rt|cbt|oas|soat|agent)-[A-Za-z0-9_-]{16}`],
  ["an API key", `${start}sk-[A-Za-z0-9_-]{16}`],
  ["a Stripe key", `${start}(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10}`],
  ["a webhook secret", `${start}whsec_[A-Za-z0-9]{16}`],
  ["a Slack token", `${start}xox[abeoprs]-[A-Za-z0-9-]{10}`],
  ["a Slack webhook", "hooks\\.slack\\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{12}"],
  ["a Google API key", `${start}AIza[A-Za-z0-9_-]{30}`],
  ["an OAuth token", `${start}ya29\\.[A-Za-z0-9_-]{20}`],
  ["an npm token", `${start}npm_[A-Za-z0-9]{30}`],
  ["a PyPI token", `${start}pypi-AgE[A-Za-z0-9_-]{20}`],
  ["a Hugging Face token", `${start}hf_[A-Za-z0-9]{30}`],
  ["a Vault token", `${start}hv[sbr]\\.[A-Za-z0-9_-]{20}`],
  ["a DigitalOcean token", `${start}do[opr]_v1_[a-f0-9]{32}`],
  ["a SendGrid key", `${start}SG\\.[A-Za-z0-9_-]{16,40}\\.[A-Za-z0-9_-]{16}`],
  ["a Docker token", `${start}dckr_pat_[A-Za-z0-9_-]{20}`],
  ["a Grafana token", `${start}gl(?:sa|c)_[A-Za-z0-9+/=]{32}`],
  ["a Shopify token", `${start}shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}`],
  ["a Linear key", `${start}lin_(?:api|oauth)_[A-Za-z0-9]{32}`],
  ["a Databricks token", `${start}dapi[a-f0-9]{32}`],
  ["an Atlassian token", `${start}ATATT3[A-Za-z0-9_=-]{40}`],
  ["a Google OAuth secret", `${start}GOCSPX-[A-Za-z0-9_-]{24}`],
  ["a Square token", `${start}sq0(?:atp|csp)-[A-Za-z0-9_-]{22}`],
  ["an xAI key", `${start}xai-[A-Za-z0-9]{40}`],
  ["a Groq key", `${start}gsk_[A-Za-z0-9]{40}`],
  ["a Vercel token", `${start}vercel_blob_rw_[A-Za-z0-9_]{20}`],
  ["a Discord webhook", "discord(?:app)?\\.com/api/webhooks/[0-9]{15,20}/[A-Za-z0-9_-]{30}"],
  ["a storage key", "AccountKey=[A-Za-z0-9+/]{80,90}=="],
  [
    "an AWS secret key",
    "(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY)[\"']?\\s{0,4}[=:]\\s{0,4}[\"']?[A-Za-z0-9+/]{40}",
  ],
  ["a registry's token", ":_authToken=[A-Za-z0-9_-]{20}"],
  ["a PuTTY key", "PuTTY-User-Key-File-[0-9]:"],
  ["an age key", "AGE-SECRET-KEY-1[A-Z0-9]{20}"],
  ["a JSON web token", `${start}eyJ[A-Za-z0-9_-]{6,4000}\\.eyJ[A-Za-z0-9_-]{6,8000}\\.[A-Za-z0-9_-]{6}`],
  ["a private key", "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY"],
  [
    "a password in a URL",
    "(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://[^\\s/:@\"'`$<>{}]{1,200}:[^\\s/:@\"'`$<>{}%*]{8,200}@(?!localhost\\b|127\\.)",
  ],
  ["a Twilio key", `${start}SK[0-9a-f]{32}(?![0-9a-zA-Z])`],
  ["a password in a header", "Authorization:\\s{0,4}Basic\\s{1,4}[A-Za-z0-9+/]{12}"],
];
/** Those that may begin with any word are looked for only where there is what all of their kind have in them. */
const lateForms: readonly (readonly [what: string, has: string, form: RegExp])[] = [
  ["a Terraform token", ".atlasv1.", /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40}/g],
  ["a Telegram token", ":AA", new RegExp(`${start}[0-9]{8,10}:AA[A-Za-z0-9_-]{33}`, "g")],
];
const any = new RegExp(forms.map(([, form]) => `(${form})`).join("|"), "g");

/** A secret in a text: what it is and where, never itself. `end`: of what is certain, the secret may go on. */
export interface FoundSecret {
  readonly what: string;
  readonly offset: number;
  readonly end: number;
}

/** The first secret in a text. */
export function secretIn(text: string): FoundSecret | undefined {
  const [found] = secretsIn(text);
  return found;
}

/** Every secret in a text, in order. */
export function secretsIn(text: string): FoundSecret[] {
  const found = [...text.matchAll(any)].map((match) => {
    const form = match.findIndex((group, i) => i > 0 && group !== undefined) - 1;
    return foundAt(match, forms[form]?.[0] ?? "a secret");
  });
  for (const [what, has, form] of lateForms)
    if (text.includes(has)) for (const match of text.matchAll(form)) found.push(foundAt(match, what));
  return found.sort((a, b) => a.offset - b.offset);
}

const foundAt = (match: RegExpExecArray, what: string): FoundSecret => ({
  what,
  offset: match.index,
  end: match.index + match[0].length,
});
