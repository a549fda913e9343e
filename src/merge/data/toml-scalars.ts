import { keyPartSeparator, maxDataDepth, type ValueIds } from './data-node.ts'
import { quotedEnd, scalarOf, type FlowDialect } from './flow-reader.ts'
import { matchEnd } from './read-json.ts'

const bareKey = /[\w-]+/y
const dateTime = /\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?(?![\w.:+-])/y
const time = /\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?![\w.:+-])/y
const float = /[+-]?(?:(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?|inf|nan)(?![\w.:+-])/y
const radix = /0(?:x[\da-fA-F](?:_?[\da-fA-F])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)(?![\w.:+-])/y
const word = /(?:true|false)(?![\w.:+-])/y
const patterns = [float, dateTime, word, radix, time]

/** Keys, scalars and comments of TOML 1.0. */
export const tomlDialect: FlowDialect = {
  keySeparator: '=',
  commentEnd,
  key(text, at) {
    const read = readTomlKey(text, at)
    return read && { key: read.parts.join(keyPartSeparator), end: read.end, isLoose: false }
  },
  scalar(text, at, ids) {
    const char = text[at]
    if (char === '"' || char === "'") return string(text, at, ids)
    for (const pattern of patterns) {
      const end = matchEnd(pattern, text, at)
      if (end < 0) continue
      const scalar = text.slice(at, end)
      return { scalar: scalarOf(ids, `k${scalar}`, scalar, end), isLoose: false }
    }
    return undefined
  },
  // Lines and a comma at the end came into inline tables with TOML 1.1.
  isOpen: (isMap, text) => isMap && (text.includes('\n') || /,\s*\}$/.test(text)),
}

function commentEnd(text: string, at: number): number {
  if (text[at] !== '#') return at
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** A key with its dots, each part bare or quoted. */
export function readTomlKey(
  text: string,
  start: number,
): { readonly parts: readonly string[]; readonly end: number } | undefined {
  const parts: string[] = []
  let at = start
  for (;;) {
    const part = readPart(text, at)
    if (!part || part.value.includes(keyPartSeparator) || parts.length === maxDataDepth) return undefined
    parts.push(part.value)
    const dot = skipBlanks(text, part.end)
    if (text[dot] !== '.') return { parts, end: part.end }
    at = skipBlanks(text, dot + 1)
  }
}

function readPart(text: string, at: number): { readonly value: string; readonly end: number } | undefined {
  if (text[at] === '"') {
    const end = quotedEnd(text, at)
    const value = end < 0 ? undefined : unescaped(text.slice(at + 1, end - 1))
    return value === undefined ? undefined : { value, end }
  }
  if (text[at] === "'") {
    const end = literalEnd(text, at)
    return end < 0 ? undefined : { value: text.slice(at + 1, end - 1), end }
  }
  const end = matchEnd(bareKey, text, at)
  return end < 0 ? undefined : { value: text.slice(at, end), end }
}

export function skipBlanks(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}

function literalEnd(text: string, at: number): number {
  const end = text.indexOf("'", at + 1)
  const line = text.indexOf('\n', at)
  return end < 0 || (line >= 0 && line < end) ? -1 : end + 1
}

function string(text: string, at: number, ids: ValueIds) {
  const quote = text[at]!
  const isLong = text.startsWith(quote.repeat(3), at)
  const isLiteral = quote === "'"
  const end = isLong ? longEnd(text, at, quote, isLiteral) : isLiteral ? literalEnd(text, at) : quotedEnd(text, at)
  if (end < 0) return undefined
  const raw = text.slice(at, end)
  const inner = isLong ? raw.slice(3, -3).replace(/^\n/, '') : raw.slice(1, -1)
  const value = isLiteral ? inner : unescaped(inner)
  if (value === undefined) return undefined
  return { scalar: scalarOf(ids, `s${value}`, raw, end, isLong && raw.includes('\n')), isLoose: false }
}

/** Up to two quotes may stand before the three that end it. */
function longEnd(text: string, start: number, quote: string, isLiteral: boolean): number {
  for (let at = start + 3; at < text.length; at++) {
    if (!isLiteral && text[at] === '\\') at++
    else if (text.startsWith(quote.repeat(3), at)) {
      let end = at + 3
      while (end < at + 5 && text[end] === quote) end++
      return end
    }
  }
  return -1
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
}

/** The value of a basic string; undefined for an escape that TOML does not know. */
function unescaped(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw
  let isGood = true
  const value = raw.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([ \t]*\n\s*)|([^]?))/g,
    (_, short?: string, four?: string, eight?: string, fold?: string, char?: string) => {
      const hex = short ?? four ?? eight
      if (fold !== undefined) return ''
      const code = hex === undefined ? -1 : Number.parseInt(hex, 16)
      if (code > 0x10ffff) isGood = false
      else if (code >= 0) return String.fromCodePoint(code)
      const known = escapes[char ?? '']
      if (known === undefined) isGood = false
      return known ?? ''
    },
  )
  return isGood ? value : undefined
}
