/** A secret in a text, from `start` to before `end`. */
export interface Found {
  readonly start: number
  readonly end: number
  readonly kind: string
}

interface Rule {
  readonly kind: string
  /** Its group `secret` is what goes. No rule may look twice at a stretch of text without bound. */
  readonly pattern: RegExp
  /** Must the secret look random? */
  readonly isRandom?: true
}

/** What the rules of Secretlint leave out, by intent (too general for them) or by oversight. */
const rules: readonly Rule[] = [
  {
    kind: 'private key',
    // Without its end, too: a prompt may be cut off in the middle of one.
    pattern:
      /(?<secret>-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[^]){0,65536}(?:-----END [A-Z0-9 ]{1,80}-----)?)/dg,
  },
  { kind: 'AWS access key', pattern: /(?<![A-Z0-9])(?<secret>(?:AKIA|ASIA|AROA|AIDA)[A-Z2-7]{16})(?![A-Z0-9])/dg },
  {
    kind: 'AWS secret key',
    pattern:
      /\b(?:aws_?)?secret_?(?:access_?)?key\b["']?[ \t]{0,8}(?:=>|[:=])[ \t]{0,8}["']?(?<secret>[A-Za-z0-9/+]{40})/dgi,
  },
  {
    kind: 'GitHub token',
    pattern:
      /\b(?<secret>(?:gh[oprsu]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{40,255}|glpat-[A-Za-z0-9_-]{20,255}))/dg,
  },
  {
    kind: 'API key',
    pattern: /\b(?<secret>(?:sk|pk|rk)[-_](?:[a-z0-9]{1,16}[-_]){0,3}[A-Za-z0-9_-]{20,255})/dg,
    isRandom: true,
  },
  { kind: 'Google API key', pattern: /\b(?<secret>AIza[A-Za-z0-9_-]{35})/dg },
  {
    kind: 'npm token',
    pattern: /(?<secret>\bnpm_[A-Za-z0-9]{30,255}|(?<=:_(?:authToken|auth|password)=)[^\s$]{8,512})/dg,
  },
  {
    kind: 'Slack webhook',
    pattern: /(?<secret>https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{20,255})/dg,
  },
  {
    kind: 'token',
    pattern: /\b(?<secret>eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,2048})/dg,
  },
  {
    kind: 'authorization',
    pattern:
      /\bauthorization["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?:bearer|basic|token|digest)[ \t]{1,8}(?<secret>[A-Za-z0-9._~+/=-]{8,8192})/dgi,
  },
  { kind: 'authorization', pattern: /\bbearer[ \t]{1,8}(?<secret>[A-Za-z0-9._~+/-]{16,8192}=*)/dgi, isRandom: true },
  {
    kind: 'credentials in a URL',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?<secret>[^\s/?#@:"'<>$]{0,256}:(?!\$)[^\s/?#@"'<>]{1,256})@/dgi,
  },
  {
    kind: 'password',
    pattern:
      /(?<![A-Za-z])(?:[A-Za-z0-9_.-]{0,64}(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|credentials?))["']?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}["'`]?(?<secret>[^\s"'`,;<>(){}[\]$]{8,512})/dgi,
    isRandom: true,
  },
  {
    kind: 'anvcs ticket',
    pattern: /(?<secret>\banvcs1[a-z0-9_-]{40,4096}|(?<=anvcs:\/\/[^\s#]{0,512}#)[A-Za-z0-9_-]{32,2048})/dgi,
  },
]

/** All that the rules find in a text. */
export function secretRules(text: string): Found[] {
  return rules.flatMap(({ kind, pattern, isRandom }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const [start, end] = match.indices!.groups!['secret']!
      return isRandom && !looksRandom(text.slice(start, end)) ? [] : [{ start, end, kind }]
    }),
  )
}

/**
 * Does a value look drawn rather than written? Names, paths, versions and words in code do not: they have little entropy for each
 * character, or only one kind of them.
 */
function looksRandom(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9._-]/].filter((kind) => kind.test(value)).length
  const isHex = /^[0-9a-f]{32,}$/i.test(value)
  return entropyBits(value) >= (isHex ? 2.8 : 2.75) && (isHex || (/[0-9]/.test(value) && kinds >= 2) || kinds >= 4)
}

/** Shannon's entropy, in bits for each character. */
function entropyBits(value: string): number {
  const counts = new Map<string, number>()
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}
