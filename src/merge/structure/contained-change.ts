import { commonRuns } from '../../lib/myers.ts'

/** Comparisons that the diff of one side may take. */
const maxSteps = 1 << 18

/** A longer part has more changes than one, which do not hold each other; UTF-16 units. */
const maxUnits = 4096

/**
 * The side that holds all that the other one did, and more: what the other put somewhere stands in what this one put there, and what it took
 * away is gone. White space is not looked at. Undefined where neither does.
 */
export function containingSide(base: string, left: string, right: string): 'left' | 'right' | undefined {
  if (Math.max(base.length, left.length, right.length) > maxUnits) return undefined
  const known = new Map<string, number>()
  const [inBase, inLeft, inRight] = [base, left, right].map((text) => wordsOf(text, known)) as [Words, Words, Words]
  const ofLeft = changesOf(inBase, inLeft)
  const ofRight = ofLeft && changesOf(inBase, inRight)
  const across = ofRight && changesOf(inLeft, inRight)
  if (!across || ofLeft.length === 0 || ofRight.length === 0) return undefined
  if (holds(ofRight, ofLeft)) return 'right'
  if (holds(ofLeft, ofRight)) return 'left'
  if (isOnTheWay(ofLeft, across, ofRight)) return 'right'
  return isOnTheWay(ofRight, across, ofLeft) ? 'left' : undefined
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
  readonly ids: Uint32Array
}

/** Words of the base, and what a side put in their place. */
interface Change {
  readonly from: number
  readonly end: number
  readonly put: readonly string[]
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
  const words = text.match(wordPattern) ?? []
  const ids = Uint32Array.from(words, (word) => {
    let id = known.get(word)
    if (id === undefined) known.set(word, (id = known.size))
    return id
  })
  return { words, ids }
}

function changesOf(base: Words, side: Words): readonly Change[] | undefined {
  const runs = commonRuns(base.ids, side.ids, { steps: maxSteps })
  if (!runs) return undefined
  const changes: Change[] = []
  let from = 0
  let at = 0
  for (const run of [...runs, { left: base.ids.length, right: side.ids.length, length: 0 }]) {
    if (run.left > from || run.right > at) changes.push({ from, end: run.left, put: side.words.slice(at, run.right) })
    from = run.left + run.length
    at = run.right + run.length
  }
  return changes
}
