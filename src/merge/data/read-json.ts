import type { DataFile, ValueIds } from './data-node.ts'
import type { KnownItems } from './known-items.ts'
import { FlowReader, quotedEnd, scalarOf, type FlowDialect } from './flow-reader.ts'

/**
 * JSON (RFC 8259), with comments and commas at the end as in tsconfig.json, and the scalars and bare keys of JSON5. A text
 * that is none of these is no file for this reader: undefined.
 */
export function readJson(text: string, ids: ValueIds, known?: KnownItems): DataFile | undefined {
  const reader = new FlowReader(text, ids, dialect, known)
  const start = reader.skip(0)
  const root = start < 0 ? undefined : reader.read(start, 0, known?.outermost)
  if (!root || reader.skip(root.end) !== text.length) return undefined
  known?.end(root.kind === 'scalar' ? undefined : root.items)
  return {
    lead: text.slice(0, start),
    root,
    tail: text.slice(root.end),
    duplicates: reader.duplicates,
    features: reader.features,
    anchors: [],
    unboundAliases: [],
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.+-])/y
const word = /(?:true|false|null)(?![\w$])/y
const looseNumber = /[-+]?(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|Infinity|NaN)(?![\w.+-])/y
const bareKey = /[A-Za-z_$][\w$]*/y

const dialect: FlowDialect = {
  keySeparator: ':',

  commentEnd(text, at) {
    if (text[at] !== '/') return at
    if (text[at + 1] === '/') {
      const end = text.indexOf('\n', at)
      return end < 0 ? text.length : end
    }
    if (text[at + 1] !== '*') return at
    const end = text.indexOf('*/', at + 2)
    return end < 0 ? -1 : end + 2
  },

  key(text, at) {
    const string = stringAt(text, at)
    if (string) return { key: string.value, end: string.end, isLoose: text[at] === "'" }
    const end = matchEnd(bareKey, text, at)
    return end < 0 ? undefined : { key: text.slice(at, end), end, isLoose: true }
  },

  scalar(text, at, ids) {
    const string = stringAt(text, at)
    if (string)
      return {
        scalar: scalarOf(ids, `s${string.value}`, text.slice(at, string.end), string.end),
        isLoose: text[at] === "'",
      }
    const strict = Math.max(matchEnd(number, text, at), matchEnd(word, text, at))
    const end = strict < 0 ? matchEnd(looseNumber, text, at) : strict
    if (end < 0) return undefined
    const scalar = text.slice(at, end)
    return { scalar: scalarOf(ids, `k${scalar}`, scalar, end), isLoose: strict < 0 }
  },
}

function stringAt(text: string, at: number): { readonly value: string; readonly end: number } | undefined {
  if (text[at] !== '"' && text[at] !== "'") return undefined
  const end = quotedEnd(text, at)
  if (end < 0) return undefined
  const raw = text.slice(at + 1, end - 1)
  if (!raw.includes('\\') && !raw.includes('\t')) return { value: raw, end }
  if (text[at] === "'") return { value: raw, end }
  try {
    return { value: JSON.parse(text.slice(at, end)) as string, end }
  } catch {
    return undefined
  }
}

/** Where a sticky pattern that matches at a place ends; -1 where it does not match. */
export function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}
