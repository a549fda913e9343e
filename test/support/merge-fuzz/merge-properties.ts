import type { MergeText } from '../../../src/merge/merge-text.ts'
import type { MergeTextResult } from '../../../src/merge/merge-result.ts'
import type { GeneratedTriple, MergeDriver } from './merge-driver.ts'

export interface Judged {
  readonly status: 'clean' | 'conflict'
  readonly text: string
  /** What is wrong with it whatever the texts mean. */
  readonly breaches: readonly string[]
  /** Clean, and not what both sides' edits together make. */
  readonly isOther: boolean
}

/** Merges a triple in both directions, and says what does not hold. */
export async function judge(triple: GeneratedTriple, driver: MergeDriver, mergeText: MergeText): Promise<Judged> {
  const { path, base, left, right } = triple
  const merged = await mergeText({ path, base, left, right })
  const other = await mergeText({ path, base, left: right, right: left })
  const breaches = [
    ...(await identityBreaches(triple, mergeText)),
    ...(merged.status === 'clean' ? cleanBreaches(triple, merged.text) : markerBreaches(triple, driver, merged)),
    ...lostWords(triple, merged.text).map((word) => `the word ${word} of one side is lost`),
    ...exchangeBreaches(triple, merged, other),
  ]
  if (merged.status === 'clean' || driver.isValidInConflict) {
    const areSides = [base, left, right].every((text) => driver.isValid(text, path))
    if (areSides && !driver.isValid(merged.text, path)) breaches.push(`what is ${merged.status} cannot be read`)
  }
  if (merged.status === 'clean') breaches.push(...(driver.faults?.(triple, merged.text) ?? []))
  const { together } = triple
  const isOther = merged.status === 'clean' && together !== undefined && tokens(merged.text) !== tokens(together)
  return { status: merged.status, text: merged.text, breaches, isOther }
}

async function identityBreaches({ path, base, left, right }: GeneratedTriple, mergeText: MergeText): Promise<string[]> {
  const breaches: string[] = []
  for (const [one, two, expected] of [
    [left, base, left],
    [base, right, right],
    [left, left, left],
    [right, right, right],
  ] as const) {
    const same = await mergeText({ path, base, left: one, right: two })
    if (same.status !== 'clean' || same.text !== expected) breaches.push('one side alone does not come out as it is')
  }
  return breaches
}

/** How often each word is in a text. */
export function wordCounts(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [word] of text.matchAll(/[\p{L}\p{N}_$]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Words that one side has and the base has not: they are in what comes out, clean or not. */
function lostWords({ base, left, right, computed }: GeneratedTriple, text: string): readonly string[] {
  const [known, result] = [wordCounts(base), wordCounts(text)]
  const added = new Set([...wordCounts(left).keys(), ...wordCounts(right).keys()])
  return [...added].filter((word) => !known.has(word) && !result.has(word) && !computed?.test(word))
}

/** Words that a side took away, and whose lines the other one left as they were, or moved, are not in a clean result. */
function cleanBreaches({ base, left, right, telling }: GeneratedTriple, text: string): string[] {
  const after = wordCounts(text)
  const isBack = (word: string, side: ReadonlyMap<string, number>, other: string) =>
    after.has(word) && !side.has(word) && linesWith(word, other) === linesWith(word, base)
  const [inLeft, inRight] = [wordCounts(left), wordCounts(right)]
  const words = [...wordCounts(base).keys()].filter((word) => telling?.test(word) ?? !isInComments(word, base))
  return words
    .filter((word) => isBack(word, inLeft, right) || isBack(word, inRight, left))
    .map((word) => `the word ${word} that a side deleted is back`)
}

/** Comments are moved here and deleted there without harm, be they alone in their line or behind code. */
function isInComments(word: string, text: string): boolean {
  const code = text
    .split('\n')
    .filter((line) => !/^\s*(?:\/[/*]|\*|#|<!--)/.test(line))
    .map((line) => line.replace(/\s(?:\/\/|\/\*|#|<!--) [^'"`]*$/, ''))
  return !code.some((line) => wordCounts(line).has(word))
}

function linesWith(word: string, text: string): string {
  const lines = text.split('\n').filter((line) => line.includes(word) && wordCounts(line).has(word))
  return lines
    .map((line) => line.trim())
    .sort()
    .join('\n')
}

function markerBreaches(
  { path, left, right }: GeneratedTriple,
  driver: MergeDriver,
  merged: MergeTextResult,
): string[] {
  const breaches: string[] = []
  if (merged.status === 'clean' || path.endsWith('.ipynb')) return breaches
  const count = merged.conflicts.length
  for (const sign of ['<{7} left', '={7}', '>{7} right'])
    if (merged.text.match(new RegExp(`^${sign}\\r?$`, 'gm'))?.length !== count)
      breaches.push(`the markers ${sign} are not ${count}`)
  for (const conflict of driver.showsOwnLines ? merged.conflicts : [])
    for (const [side, text] of [
      ['left', left],
      ['right', right],
    ] as const) {
      const { lines, text: shown } = conflict[side]
      const own = text.split('\n').slice(lines.from, lines.end).join('\n')
      if (shown.replace(/\n$/, '') !== own) breaches.push(`a conflict shows for ${side} what is not in its lines`)
    }
  return breaches
}

/** Both sides may add at one place, in either order: the words are the same. */
function exchangeBreaches(
  { isRestyled }: GeneratedTriple,
  merged: MergeTextResult,
  other: MergeTextResult,
): readonly string[] {
  if (merged.status !== other.status)
    return isRestyled ? [] : [`${merged.status}, but ${other.status} with sides exchanged`]
  if (merged.status === 'conflict' || isRestyled || merged.text === other.text) return []
  return sorted(merged.text) === sorted(other.text) ? [] : ['another text with sides exchanged']
}

function sorted(text: string): string {
  return (text.match(/[\p{L}\p{N}_$]+|[^\s,]/gu) ?? []).sort().join(' ')
}

function tokens(text: string): string {
  return (text.match(/[\p{L}\p{N}_$]+|[^\s,]/gu) ?? []).join(' ')
}
