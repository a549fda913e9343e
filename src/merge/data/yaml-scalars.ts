import { otherKeySign, type DataScalar, type ValueIds } from './data-node.ts'
import { scalarOf, type FlowDialect } from './flow-reader.ts'
import { matchEnd } from './read-json.ts'

/** Plain scalars that are, or in some schema may be, no strings. */
const special = /^(?:|~|null|true|false|yes|no|on|off|y|n|[-+.]?\d.*|[-+]?\.(?:inf|nan)|<<|=)$/i

/** Signs that a plain scalar may not begin with; `-`, `?` and `:` may, before anything but white space. */
const plainStart = /[^\s[\]{},#&*!|>'"%@`?:-]|[-?:](?=[^\s,[\]{}])/y

/** A key or value as it is told apart: `a` and `"a"` are one, `1` and `"1"` are not. */
export function plainValue(text: string): string {
  return special.test(text) ? `p${text}` : `s${text}`
}

/** An alias, a quoted or a plain scalar, read to the end of its first line at most; undefined for what is none. */
export interface InlineScalar {
  readonly value: string
  readonly end: number
}

/** A plain scalar in one line; `inFlow` it ends at brackets and commas too. */
export function plainInLine(text: string, at: number, inFlow: boolean): InlineScalar | undefined {
  if (matchEnd(plainStart, text, at) < 0) return undefined
  let end = at
  for (let i = at; i < text.length; i++) {
    const char = text[i]!
    if (char === '\n' || (char === '#' && isBlank(text[i - 1]))) break
    if (char === ':' && (isBreakOrBlank(text[i + 1]) || (inFlow && ',[]{}'.includes(text[i + 1]!)))) break
    if (inFlow && ',[]{}'.includes(char)) break
    if (char === '\t') return undefined
    if (char !== ' ') end = i + 1
  }
  return { value: plainValue(text.slice(at, end)), end }
}

/** A quoted scalar, over several lines it may be; undefined where it does not end. */
export function quoted(text: string, at: number): InlineScalar | undefined {
  const quote = text[at]
  const isDouble = quote === '"'
  for (let i = at + 1; i < text.length; i++) {
    if (isDouble && text[i] === '\\') i++
    else if (text[i] === quote) {
      if (!isDouble && text[i + 1] === quote) i++
      else {
        const value = quotedValue(text.slice(at + 1, i), isDouble)
        return value === undefined ? undefined : { value, end: i + 1 }
      }
    }
  }
  return undefined
}

const goodEscape = /\\(?:[0abtnvfre "/\\N_LP\t\n]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})/g

/** What needs folding or unescaping is told apart as written, but for the white space around line breaks. */
function quotedValue(raw: string, isDouble: boolean): string | undefined {
  if (isDouble && raw.includes('\\')) {
    if (raw.replace(goodEscape, '').includes('\\')) return undefined
    return `d${withoutEnds(raw)}`
  }
  const inner = isDouble ? raw : raw.replaceAll("''", "'")
  if (raw.includes('\n')) return /^(?:---|\.\.\.)(?:\s|$)/m.test(raw) ? undefined : `f${withoutEnds(inner)}`
  return `s${inner}`
}

/** Without white space around line breaks. */
function withoutEnds(text: string): string {
  const lines = text.split('\n')
  return lines
    .map((line, i) => (i === 0 ? line : line.trimStart()))
    .map((line, i) => (i + 1 === lines.length ? line : line.trimEnd()))
    .join('\n')
}

/** Collections between brackets. A key without a value, a pair in a list, a key with `?`: not read. */
export const yamlDialect: FlowDialect = {
  keySeparator: ':',

  commentEnd(text, at) {
    if (text[at] !== '#' || !isBreakOrBlank(text[at - 1])) return at
    const end = text.indexOf('\n', at)
    return end < 0 ? text.length : end
  },

  key(text, at) {
    const read = inFlow(text, at)
    if (!read || text.slice(at, read.end).includes('\n')) return undefined
    const isQuoted = text[at] === '"' || text[at] === "'"
    if (text[read.end] !== ':' || (!isQuoted && !isBreakOrBlank(text[read.end + 1]))) return undefined
    return { key: keyOf(read.value), end: read.end, isLoose: false }
  },

  scalar(text, at, ids) {
    const read = inFlow(text, at)
    if (!read) return undefined
    let next = read.end
    while (isBreakOrBlank(text[next]) && next < text.length) next++
    // A plain scalar over several lines, or a pair in a list.
    if (!',]}#'.includes(text[next] ?? ' ')) return undefined
    return { scalar: scalarOf(ids, read.value, text.slice(at, read.end), read.end), isLoose: false }
  },
}

function inFlow(text: string, at: number): InlineScalar | undefined {
  const char = text[at]
  if (char === '"' || char === "'") return quoted(text, at)
  if (char === '*') return alias(text, at)
  return plainInLine(text, at, true)
}

const aliasName = /\*[^\s,[\]{}]+/y

export function alias(text: string, at: number): InlineScalar | undefined {
  const end = matchEnd(aliasName, text, at)
  return end < 0 ? undefined : { value: `*${text.slice(at + 1, end)}`, end }
}

/** The key for a value: strings as they are, all else so that it equals no string. */
export function keyOf(value: string): string {
  return value.startsWith('s') ? value.slice(1) : `${otherKeySign}${value}`
}

const blockHeader = /([|>])([-+]?)[ \t]*((?:[ ]#[^\n]*)?)\n/y

/** A scalar after `|` or `>`, whose lines are indented by more than `outer`. One with a digit in its header is not read. */
export function blockScalar(text: string, at: number, outer: number, ids: ValueIds): DataScalar | undefined {
  blockHeader.lastIndex = at
  const header = blockHeader.exec(text)
  if (!header) return undefined
  let indent = -1
  let end = blockHeader.lastIndex
  let contentEnd = end
  while (end < text.length) {
    const lineEnd = lineEndAt(text, end)
    const spaces = indentAt(text, end)
    if (end + spaces < lineEnd) {
      if (indent < 0 && spaces > outer) indent = spaces
      if (indent < 0 || spaces < indent) break
      contentEnd = lineEnd + 1
    } else if (indent < 0 && spaces > outer + 1) {
      // Empty lines that go deeper than the first line of text are an error in it.
      return undefined
    } else if (header[2] === '+') contentEnd = lineEnd + 1
    end = lineEnd + 1
  }
  const content = text.slice(blockHeader.lastIndex, contentEnd)
  const lines = content.split('\n').map((line) => line.slice(Math.max(indent, 0)))
  // The last line break stays outside, as the separator of the item.
  return scalarOf(
    ids,
    `b${header[1]}${header[2]}${header[3]!.trim()}\n${lines.join('\n')}`,
    text.slice(at, contentEnd - 1),
    contentEnd - 1,
    true,
  )
}

export function indentAt(text: string, lineStart: number): number {
  let at = lineStart
  while (text[at] === ' ') at++
  return at - lineStart
}

export function lineEndAt(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

export function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t'
}

export function isBreakOrBlank(char: string | undefined): boolean {
  return char === undefined || char === '\n' || isBlank(char)
}
