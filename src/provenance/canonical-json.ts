import { AnvcsError } from '../contracts/errors.ts'
import { utf8 } from '../lib/bytes.ts'

/** A JSON value as records are made of. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** What a reader puts up with; beyond it a text is refused unread. */
export interface JsonLimits {
  /** UTF-8 bytes of the whole text. */
  readonly maxBytes: number
  readonly maxDepth: number
  /** Members of all objects and items of all arrays together. */
  readonly maxValues: number
}

/** A surrogate without its partner: JSON can carry it, UTF-8 cannot. */
const loneSurrogate = /[\ud800-\udfff]/u

/**
 * The one text of a value by RFC 8785: no white space, keys in UTF-16 order, numbers and escapes as ECMAScript prints them.
 * Throws INTERNAL for what has no such text: NaN, infinities, lone surrogates.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new AnvcsError('INTERNAL', { message: 'Canonical JSON has only finite numbers.' })
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${quoted(key)}:${canonicalJson(value[key]!)}`)
  return `{${members.join(',')}}`
}

/** The value, or undefined for any text that `canonicalJson` would not have written, or that is beyond the limits. */
export function parseCanonicalJson(text: string, limits: JsonLimits): JsonValue | undefined {
  if (text.length > limits.maxBytes || loneSurrogate.test(text) || utf8(text).length > limits.maxBytes) return undefined
  const value = parse(text)
  if (value === undefined || !isWithin(value, limits)) return undefined
  return canonicalText(value) === text ? value : undefined
}

export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function quoted(text: string): string {
  if (loneSurrogate.test(text)) throw new AnvcsError('INTERNAL', { message: 'Canonical JSON has no lone surrogates.' })
  return JSON.stringify(text)
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** A number too great for a double parses as Infinity, and an escape can spell a lone surrogate: neither has a canonical text. */
function canonicalText(value: JsonValue): string | undefined {
  try {
    return canonicalJson(value)
  } catch {
    return undefined
  }
}

function isWithin(value: JsonValue, { maxDepth, maxValues }: JsonLimits): boolean {
  let left = maxValues
  const visit = (value: JsonValue, depth: number): boolean => {
    if (typeof value !== 'object' || value === null) return true
    const items = Object.values<JsonValue>(value)
    left -= items.length
    return depth < maxDepth && left >= 0 && items.every((item) => visit(item, depth + 1))
  }
  return visit(value, 0)
}
