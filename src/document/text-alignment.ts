import { commonRuns, type CommonRun, type StepBudget } from '../lib/myers.ts'
import { heaviestRuns } from './weighted-alignment.ts'

/** Steps that one alignment may take, and table cells of one region: limits of diff version 1. */
const maxSteps = 1 << 26
const maxCells = 1 << 20

/** Part of both texts, in lines. */
interface Region {
  readonly left: number
  readonly leftEnd: number
  readonly right: number
  readonly rightEnd: number
}

/**
 * Which units of two texts are the same, as runs in order that cut no line break and no surrogate pair. Diff version 1:
 * lines that stand once on both sides hold the texts together, between them words are kept before white space. What would
 * take more than the limits is not aligned. The same at every peer.
 */
export function alignTexts(left: string, right: string): readonly CommonRun[] {
  return new Alignment(left, right).run()
}

class Alignment {
  readonly #left: Lines
  readonly #right: Lines
  readonly #budget: StepBudget = { steps: maxSteps }
  readonly #runs: CommonRun[] = []

  constructor(left: string, right: string) {
    const ids = new Map<string, number>()
    const start = commonLines(left, right)
    const end = commonEndLines(left, right, start)
    this.#left = new Lines(left, start, left.length - end, ids)
    this.#right = new Lines(right, start, right.length - end, ids)
    if (start) this.#runs.push({ left: 0, right: 0, length: start })
    if (end) this.#runs.push({ left: left.length - end, right: right.length - end, length: end })
  }

  run(): readonly CommonRun[] {
    const regions: Region[] = [{ left: 0, leftEnd: this.#left.count, right: 0, rightEnd: this.#right.count }]
    for (let next = regions.pop(); next; next = regions.pop()) {
      const region = this.#trim(next)
      if (region.left === region.leftEnd || region.right === region.rightEnd || this.#budget.steps < 0) continue
      if (this.#alignWords(region)) continue
      // One by one: there can be more than a call takes arguments.
      for (const part of this.#split(region, this.#anchors(region))) regions.push(part)
    }
    return this.#runs.sort((a, b) => a.left - b.left)
  }

  #keep(left: number, right: number, lines: number): void {
    if (!lines) return
    const at = this.#left.starts[left]!
    this.#runs.push({ left: at, right: this.#right.starts[right]!, length: this.#left.starts[left + lines]! - at })
  }

  #trim(region: Region): Region {
    const { ids: left } = this.#left
    const { ids: right } = this.#right
    let { left: i, leftEnd: iEnd, right: j, rightEnd: jEnd } = region
    while (i < iEnd && j < jEnd && left[i] === right[j]) {
      i++
      j++
    }
    while (i < iEnd && j < jEnd && left[iEnd - 1] === right[jEnd - 1]) {
      iEnd--
      jEnd--
    }
    this.#keep(region.left, region.right, i - region.left)
    this.#keep(iEnd, jEnd, region.leftEnd - iEnd)
    this.#budget.steps -= region.leftEnd - region.left
    return { left: i, leftEnd: iEnd, right: j, rightEnd: jEnd }
  }

  /** False where the region is too large for that. */
  #alignWords({ left, leftEnd, right, rightEnd }: Region): boolean {
    if ((leftEnd - left) * (rightEnd - right) > maxCells) return false
    const leftText = this.#left.text(left, leftEnd)
    const rightText = this.#right.text(right, rightEnd)
    this.#budget.steps -= leftText.length + rightText.length
    const runs = heaviestRuns(leftText, rightText, maxCells, this.#budget)
    if (!runs) return false
    const leftAt = this.#left.starts[left]!
    const rightAt = this.#right.starts[right]!
    for (const run of runs) this.#runs.push({ left: leftAt + run.left, right: rightAt + run.right, length: run.length })
    return true
  }

  /** Pairs of equal lines with words that split a region: those that are unique on both sides, else those of a shortest diff. */
  #anchors(region: Region): readonly CommonRun[] {
    const { left, leftEnd, right, rightEnd } = region
    this.#budget.steps -= leftEnd - left + rightEnd - right
    const unique = longestChain(uniquePairs(this.#left, this.#right, region))
    if (unique.length) return unique
    const leftIds = this.#left.ids.subarray(left, leftEnd)
    const rightIds = this.#right.ids.subarray(right, rightEnd)
    const anchors: CommonRun[] = []
    for (const run of commonRuns(leftIds, rightIds, this.#budget) ?? [])
      for (let i = 0; i < run.length; i++)
        if (this.#left.hasWords(left + run.left + i))
          anchors.push({ left: left + run.left + i, right: right + run.right + i, length: 1 })
    return anchors
  }

  /** Without anchors nothing is left: the region is replaced whole. */
  #split(region: Region, anchors: readonly CommonRun[]): readonly Region[] {
    if (!anchors.length) return []
    const regions: Region[] = []
    let { left, right } = region
    for (const anchor of anchors) {
      regions.push({ left, leftEnd: anchor.left, right, rightEnd: anchor.right })
      this.#keep(anchor.left, anchor.right, 1)
      left = anchor.left + 1
      right = anchor.right + 1
    }
    regions.push({ left, leftEnd: region.leftEnd, right, rightEnd: region.rightEnd })
    return regions
  }
}

/** The lines of part of a text, each with an id that equal lines of both texts share. */
class Lines {
  readonly ids: Uint32Array
  /** Where each line starts, and where the last one ends. */
  readonly starts: readonly number[]
  readonly #text: string

  constructor(text: string, start: number, end: number, ids: Map<string, number>) {
    const starts = [start]
    const lineIds: number[] = []
    for (let at = start; at < end;) {
      const newline = text.indexOf('\n', at)
      const next = newline < 0 || newline >= end ? end : newline + 1
      const line = text.slice(at, next)
      let id = ids.get(line)
      if (id === undefined) ids.set(line, (id = ids.size))
      lineIds.push(id)
      starts.push((at = next))
    }
    this.#text = text
    this.ids = Uint32Array.from(lineIds)
    this.starts = starts
  }

  get count(): number {
    return this.ids.length
  }

  text(line: number, lineEnd: number): string {
    return this.#text.slice(this.starts[line], this.starts[lineEnd])
  }

  hasWords(line: number): boolean {
    return /[^ \t\r\n]/.test(this.text(line, line + 1))
  }
}

/** Units of the whole lines that both texts begin with. */
function commonLines(left: string, right: string): number {
  const most = Math.min(left.length, right.length)
  let same = 0
  while (same < most && left.charCodeAt(same) === right.charCodeAt(same)) same++
  if (same === left.length && same === right.length) return same
  return same ? left.lastIndexOf('\n', same - 1) + 1 : 0
}

/** Units of the whole lines that both texts end with, after `start` units. */
function commonEndLines(left: string, right: string, start: number): number {
  const most = Math.min(left.length, right.length) - start
  let same = 0
  while (same < most && left.charCodeAt(left.length - 1 - same) === right.charCodeAt(right.length - 1 - same)) same++
  for (; same > 0; same--) if (startsLine(left, left.length - same) && startsLine(right, right.length - same)) break
  return same
}

function startsLine(text: string, at: number): boolean {
  return at === 0 || text.charCodeAt(at - 1) === 10
}

/** Lines with words that stand once on each side of a region, in order of the left side. */
function uniquePairs(left: Lines, right: Lines, region: Region): readonly CommonRun[] {
  const leftPlaces = uniquePlaces(left.ids, region.left, region.leftEnd)
  const rightPlaces = uniquePlaces(right.ids, region.right, region.rightEnd)
  const pairs: CommonRun[] = []
  for (const [id, place] of leftPlaces) {
    const other = rightPlaces.get(id)
    if (place >= 0 && other !== undefined && other >= 0 && left.hasWords(place))
      pairs.push({ left: place, right: other, length: 1 })
  }
  return pairs
}

/** Place of each id; -1 where it stands more than once. */
function uniquePlaces(ids: Uint32Array, start: number, end: number): ReadonlyMap<number, number> {
  const places = new Map<number, number>()
  for (let i = start; i < end; i++) places.set(ids[i]!, places.has(ids[i]!) ? -1 : i)
  return places
}

/** The longest subsequence of pairs that ascends on the right side too (patience sorting). */
function longestChain(pairs: readonly CommonRun[]): readonly CommonRun[] {
  const piles: number[] = []
  const before = new Int32Array(pairs.length)
  for (const [i, pair] of pairs.entries()) {
    let low = 0
    let high = piles.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[piles[middle]!]!.right < pair.right) low = middle + 1
      else high = middle
    }
    before[i] = low ? piles[low - 1]! : -1
    piles[low] = i
  }
  const chain: CommonRun[] = []
  for (let i = piles.at(-1) ?? -1; i >= 0; i = before[i]!) chain.push(pairs[i]!)
  return chain.reverse()
}
