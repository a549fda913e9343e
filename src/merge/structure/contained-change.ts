import { changesBetween, commonRuns } from '../../lib/myers.ts'
import { mergeGap } from './merge-value.ts'

/** Comparisons that the diff of one side may take. */
const maxSteps = 1 << 18

/** A longer part has more changes than one, which do not hold each other; UTF-16 units. */
const maxUnits = 4096

/**
 * The side that holds all that the other one did, and more: what the other put somewhere stands in what this one put there, and what it took
 * away is gone. White space is not looked at. What there is more has to stand apart from what both did: `this.width` says something else than
 * `width`. Undefined where neither side does.
 */
export function containingSide(base: string, left: string, right: string): 'left' | 'right' | undefined {
  if (Math.max(base.length, left.length, right.length) > maxUnits) return undefined
  const known = new Map<string, number>()
  const [inBase, inLeft, inRight] = [base, left, right].map((text) => wordsOf(text, known)) as [Words, Words, Words]
  const ofLeft = changesOf(inBase, inLeft)
  const ofRight = ofLeft && changesOf(inBase, inRight)
  if (!ofRight || ofLeft.length === 0 || ofRight.length === 0) return undefined
  const isHeld = (by: Words, ofHolder: readonly Change[], held: Words, ofHeld: readonly Change[]): boolean => {
    const further = changesOf(held, by)
    if (!further || !(holds(ofHolder, ofHeld) || isOnTheWay(ofHeld, further, ofHolder))) return false
    return further.every((change, i) => {
      const isApart = (slid: Change): boolean => standsApart(slid, inBase, held, by, ofHeld)
      const places = slides(further, i, held, by)
      // One bracket of a pair goes around something: nowhere may that be what the other side put.
      return isWhole(wordsIn(change, held)) ? places.some(isApart) : places.every(isApart)
    })
  }
  const holdsLeft = isHeld(inRight, ofRight, inLeft, ofLeft)
  const holdsRight = isHeld(inLeft, ofLeft, inRight, ofRight)
  // Both did the same, with other white space.
  if (holdsLeft && holdsRight) return mergeGap(base, left, right) === left ? 'left' : 'right'
  return holdsLeft ? 'right' : holdsRight ? 'left' : undefined
}

/**
 * Whether a text lies between two others: first come its changes, then those from it to the last one, and all together are no more than the
 * shortest way from the first one to the last one. A text that only took something away lies on too many ways to tell.
 */
function isOnTheWay(to: readonly Change[], from: readonly Change[], whole: readonly Change[]): boolean {
  return to.every(({ put }) => put.some(isWord)) && lengthOf(to) + lengthOf(from) === lengthOf(whole)
}

/** Words that are taken away and put. */
function lengthOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { from, end, put }) => sum + end - from + put.length, 0)
}

interface Words {
  readonly words: readonly string[]
  /** By word: whether it is the first one of its line. */
  readonly breaks: readonly boolean[]
  readonly ids: Uint32Array
}

/** Words of a text, and what stands in their place in another one, from `at` on. */
interface Change {
  readonly from: number
  readonly end: number
  readonly at: number
  readonly put: readonly string[]
}

/** The places at which one of the changes can stand among equal words; only what is put, or taken away, alone has several. */
function slides(changes: readonly Change[], i: number, held: Words, by: Words): readonly Change[] {
  const { from, end, at, put } = changes[i]!
  if (from < end && put.length > 0) return [changes[i]!]
  const [{ ids }, first, length] = put.length > 0 ? [by, at, put.length] : [held, from, end - from]
  const room = from - (changes[i - 1]?.end ?? 0)
  const roomBehind = (changes[i + 1]?.from ?? held.ids.length) - end
  let back = 0
  while (back < room && ids[first - back - 1] === ids[first - back - 1 + length]) back++
  let on = 0
  while (on < roomBehind && ids[first + on] === ids[first + length + on]) on++
  return Array.from({ length: back + 1 + on }, (_, step) => {
    const to = at + step - back
    return { from: from + step - back, end: end + step - back, at: to, put: by.words.slice(to, to + put.length) }
  })
}

/**
 * Whether a further change of a text does not touch what was changed before: separators, line breaks, or the brackets around it part them. What was taken
 * away before touches with its own words.
 */
function standsApart(further: Change, base: Words, held: Words, by: Words, done: readonly Change[]): boolean {
  const { from, end, at, put } = further
  if (isChoice(put)) return false
  const own = put.length > 0 ? by : held
  const [first, last] = put.length > 0 ? [at, at + put.length - 1] : [from, end - 1]
  return done.every((change) => {
    const isDeletion = change.put.length === 0
    const stop = change.at + change.put.length
    const [words, before, behind] = isDeletion ? [base, change.end - 1, change.from] : [held, from - 1, end]
    const touchesBefore = isDeletion ? change.at === from : change.at < from && from <= stop
    const touchesBehind = isDeletion ? change.at === end : change.at <= end && end < stop
    const [opener, closer] = [words.words[before]!, words.words[behind]!]
    return (
      (!touchesBefore || openers.has(opener) || isParted(opener, own.words[first]!, own.breaks[first]!)) &&
      (!touchesBehind ||
        closers.has(closer) ||
        isParted(own.words[last]!, closer, isDeletion ? base.breaks[behind]! : own.breaks[last + 1]!))
    )
  })
}

/** Whether words hold a part of `a ? b : c`; an optional member has its sign directly before the colon. */
function isChoice(words: readonly string[]): boolean {
  return words.some((word, i) => word === '?' && !/^[:.?),]/.test(words[i + 1] ?? ':'))
}

function wordsIn({ from, end, put }: Change, held: Words): readonly string[] {
  return put.length > 0 ? put : held.words.slice(from, end)
}

function isWhole(words: readonly string[]): boolean {
  let depth = 0
  for (const word of words) {
    if (openers.has(word)) depth++
    else if (closers.has(word) && --depth < 0) return false
  }
  return depth === 0
}

const openers = new Set(['(', '[', '{'])
const closers = new Set([')', ']', '}'])

const separators = new Set([',', ';'])

/** Signs at the start of a line that go on with what the line before says. */
const continuing = /^[.?&|+\-=<>:([]/

/** A colon stands behind the name of what follows; in front of it, it would make a name of what was a value: `{ bar }`, `{ bar: 'bar' }`. */
function isParted(before: string, behind: string, hasBreak: boolean): boolean {
  return separators.has(before) || separators.has(behind) || before === ':' || (hasBreak && !continuing.test(behind))
}

/** Whether each change of the other side lies within one of a side: a deletion in a deletion, and what was put as one run in what was put. */
function holds(side: readonly Change[], other: readonly Change[]): boolean {
  const starts = side.map(() => 0)
  return other.every(({ from, end, put }) => {
    const at = side.findIndex((change) => change.from <= from && end <= change.end)
    if (at < 0) return false
    const all = side[at]!.put
    if (put.length === 0) return all.length === 0
    if (!put.some(isWord)) return false
    const place = runAt(all, put, starts[at]!)
    starts[at] = place + put.length
    return place >= 0
  })
}

function runAt(words: readonly string[], run: readonly string[], from: number): number {
  for (let at = from; at + run.length <= words.length; at++)
    if (run.every((word, i) => words[at + i] === word)) return at
  return -1
}

function isWord(word: string): boolean {
  return /^[\p{L}\p{N}_"'`]/u.test(word)
}

/** A string or number is one word: a longer one does not hold a shorter one. */
const wordPattern = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\d[\p{L}\p{N}_.]*|[\p{L}\p{N}_]+|\S/gu

function wordsOf(text: string, known: Map<string, number>): Words {
  const words: string[] = []
  const breaks: boolean[] = []
  let end = 0
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    words.push(word)
    breaks.push(text.slice(end, index).includes('\n'))
    end = index + word.length
  }
  const ids = Uint32Array.from(words, (word) => {
    let id = known.get(word)
    if (id === undefined) known.set(word, (id = known.size))
    return id
  })
  return { words, breaks, ids }
}

function changesOf(base: Words, side: Words): readonly Change[] | undefined {
  const runs = commonRuns(base.ids, side.ids, { steps: maxSteps })
  if (!runs) return undefined
  return changesBetween(runs, base.ids, side.ids).map(({ left, leftEnd, right, rightEnd }) => ({
    from: left,
    end: leftEnd,
    at: right,
    put: side.words.slice(right, rightEnd),
  }))
}
