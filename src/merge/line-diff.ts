import type { StepBudget } from '../lib/myers.ts'
import { slideChanges } from './slide-changes.ts'
import { SplitSearch, type Region } from './split-search.ts'
import { tellingLines } from './telling-lines.ts'

/** Lines `left` to before `leftEnd` of one text stand where the other has `right` to before `rightEnd`. */
export interface LineChange {
  readonly left: number
  readonly leftEnd: number
  readonly right: number
  readonly rightEnd: number
}

/** What the diffs of one table of lines share. */
export interface DiffScratch {
  /** A zero for each id. */
  readonly counts: Uint32Array
  readonly budget: StepBudget
}

/**
 * The changes between two texts, given as ids of lines: in order, at least one equal line apart. Undefined when the budget is used up.
 * It finds what `git diff` finds with `diff.algorithm=myers` and without its indent heuristic, so that merges by lines agree with Git's.
 */
export function diffLines(
  left: Uint32Array,
  right: Uint32Array,
  { counts, budget }: DiffScratch,
): readonly LineChange[] | undefined {
  const region = differing(left, right)
  budget.steps -= left.length + right.length
  const isLeftChanged = new Uint8Array(left.length).fill(1, region.left, region.leftEnd)
  const isRightChanged = new Uint8Array(right.length).fill(1, region.right, region.rightEnd)
  if (region.left < region.leftEnd && region.right < region.rightEnd) {
    const leftPlaces = tellingLines(left, { from: region.left, end: region.leftEnd, other: right }, counts)
    const rightPlaces = tellingLines(right, { from: region.right, end: region.rightEnd, other: left }, counts)
    const search = new SplitSearch(pick(left, leftPlaces), pick(right, rightPlaces), budget)
    const isDone = search.eachRun((from, to, length) => {
      for (let i = 0; i < length; i++) isLeftChanged[leftPlaces[from + i]!] = isRightChanged[rightPlaces[to + i]!] = 0
    })
    if (!isDone) return undefined
  }
  slideChanges({ lines: left, isChanged: isLeftChanged }, { lines: right, isChanged: isRightChanged })
  slideChanges({ lines: right, isChanged: isRightChanged }, { lines: left, isChanged: isLeftChanged })
  return changesOf(isLeftChanged, isRightChanged)
}

/** Both sequences without what is equal at their ends. */
function differing(left: Uint32Array, right: Uint32Array): Region {
  const most = Math.min(left.length, right.length)
  let start = 0
  while (start < most && left[start] === right[start]) start++
  let end = 0
  while (end < most - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++
  return { left: start, leftEnd: left.length - end, right: start, rightEnd: right.length - end }
}

function pick(ids: Uint32Array, places: Uint32Array): Uint32Array {
  return places.map((place) => ids[place]!)
}

function changesOf(isLeftChanged: Uint8Array, isRightChanged: Uint8Array): readonly LineChange[] {
  const changes: LineChange[] = []
  let left = 0
  let right = 0
  while (left < isLeftChanged.length || right < isRightChanged.length) {
    const change = { left, right }
    while (isLeftChanged[left]) left++
    while (isRightChanged[right]) right++
    if (left > change.left || right > change.right) changes.push({ ...change, leftEnd: left, rightEnd: right })
    left++
    right++
  }
  return changes
}
