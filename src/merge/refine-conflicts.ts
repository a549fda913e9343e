import { isEmpty, type Chunk } from './diff3.ts'
import { diffLines, type DiffScratch } from './line-diff.ts'
import { textOf, type Lines } from './lines.ts'
import type { ConflictStyle, LineRange } from './merge-result.ts'

/** Conflicts that are no more than so many lines apart read better as one. */
const nearLines = 3

interface Context {
  readonly left: Lines
  readonly right: Lines
  readonly scratch: DiffScratch
}

/**
 * The chunks that are no conflicts, and the conflicts made small as `git merge-file` does in each style. Undefined when the budget is
 * used up.
 */
export function refineConflicts(
  chunks: readonly Chunk[],
  style: ConflictStyle,
  context: Context,
): readonly Chunk[] | undefined {
  // What diff3 finds alike stands in the left text already, and parts no conflicts.
  const open = chunks.filter(({ changed }) => changed !== 'alike')
  if (style === 'diff3') return open
  if (style === 'zdiff3')
    return open.map((chunk) => (chunk.changed === 'both' ? withoutEqualEnds(chunk, context) : chunk))
  const parts: Chunk[] = []
  for (const chunk of open) {
    const parted = chunk.changed === 'both' ? partConflict(chunk, context) : [chunk]
    if (!parted) return undefined
    parts.push(...parted)
  }
  return joinNear(parts, context.left)
}

function withoutEqualEnds(chunk: Chunk, { left: { ids: left }, right: { ids: right } }: Context): Chunk {
  let [from, end] = [chunk.left.from, chunk.left.end]
  let [rightFrom, rightEnd] = [chunk.right.from, chunk.right.end]
  while (from < end && rightFrom < rightEnd && left[from] === right[rightFrom]) {
    from++
    rightFrom++
  }
  while (from < end && rightFrom < rightEnd && left[end - 1] === right[rightEnd - 1]) {
    end--
    rightEnd--
  }
  return { ...chunk, left: { from, end }, right: { from: rightFrom, end: rightEnd } }
}

/** A conflict for each place where the sides differ from each other; all of them have the base of the whole. */
function partConflict(chunk: Chunk, { left, right, scratch }: Context): readonly Chunk[] | undefined {
  if (isEmpty(chunk.left) || isEmpty(chunk.right)) return [chunk]
  const ids = ({ ids }: Lines, { from, end }: LineRange) => ids.subarray(from, end)
  const changes = diffLines(ids(left, chunk.left), ids(right, chunk.right), scratch)
  if (changes?.length === 0) return [{ changed: 'alike', base: chunk.base, left: chunk.left, right: chunk.right }]
  return changes?.map((change) => ({
    ...chunk,
    left: { from: chunk.left.from + change.left, end: chunk.left.from + change.leftEnd },
    right: { from: chunk.right.from + change.right, end: chunk.right.from + change.rightEnd },
  }))
}

/** Joins neighbouring conflicts with only a few lines between them, or only lines without a letter or digit. */
function joinNear(chunks: readonly Chunk[], left: Lines): readonly Chunk[] {
  const joined: Chunk[] = []
  for (const chunk of chunks) {
    const last = joined.at(-1)
    if (last?.changed === 'both' && chunk.changed === 'both' && isNear(left, last.left.end, chunk.left.from))
      joined[joined.length - 1] = {
        changed: 'both',
        reason: last.reason === chunk.reason ? last.reason! : 'both-changed',
        base: { from: last.base.from, end: chunk.base.end },
        left: { from: last.left.from, end: chunk.left.end },
        right: { from: last.right.from, end: chunk.right.end },
      }
    else joined.push(chunk)
  }
  return joined
}

function isNear(lines: Lines, from: number, end: number): boolean {
  return end - from <= nearLines || !/[A-Za-z0-9]/.test(textOf(lines, from, end))
}
