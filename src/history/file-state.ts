import type { AuthorId, FeedId } from '../contracts/ids.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import type { CborValue } from '../lib/cbor.ts'
import { bytesOf, listOf, tuple, uint } from '../lib/shape.ts'

/**
 * A causally closed set of operations on one file: of each feed all up to a number, and virtual authors. A count is the
 * number of the feed's last operation on this file that is in the set, plus one, so that one set has one form.
 */
export interface FileState {
  readonly counts: ReadonlyMap<FeedId, number>
  /** Sorted, without duplicates. */
  readonly authors: readonly AuthorId[]
}

export const emptyState: FileState = { counts: new Map(), authors: [] }

/** The same text for the same set. */
export function stateKey(state: FileState): string {
  const counts = [...state.counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([feed, count]) => `${feed}:${count}`)
  return `${counts.join(',')}|${state.authors.join(',')}`
}

export function isEmptyState(state: FileState): boolean {
  return state.counts.size === 0 && state.authors.length === 0
}

/** Is every operation of `inner` in `outer`? */
export function isWithin(inner: FileState, outer: FileState): boolean {
  for (const [feed, count] of inner.counts) if ((outer.counts.get(feed) ?? 0) < count) return false
  return isSublist(inner.authors, outer.authors)
}

/** Are all of the one list in the other? Both are sorted: a file has an author for each commit that has come from outside. */
function isSublist(part: readonly AuthorId[], whole: readonly AuthorId[]): boolean {
  if (part === whole) return true
  if (part.length > whole.length) return false
  let at = 0
  for (const author of part) {
    while (at < whole.length && whole[at]! < author) at++
    if (whole[at++] !== author) return false
  }
  return true
}

export function joinStates(left: FileState, right: FileState): FileState {
  if (left === right || isWithin(right, left)) return left
  if (isWithin(left, right)) return right
  const counts = new Map(left.counts)
  for (const [feed, count] of right.counts) if (count > (counts.get(feed) ?? 0)) counts.set(feed, count)
  return { counts, authors: sortedUnion(left.authors, right.authors) }
}

/** The operations that are in both. */
export function meetStates(left: FileState, right: FileState): FileState {
  const counts = new Map<FeedId, number>()
  for (const [feed, count] of left.counts) {
    const other = right.counts.get(feed)
    if (other !== undefined) counts.set(feed, Math.min(count, other))
  }
  return { counts, authors: left.authors.filter((author) => right.authors.includes(author)) }
}

export function withAuthor(state: FileState, author: AuthorId): FileState {
  return { counts: state.counts, authors: sortedUnion(state.authors, [author]) }
}

/** The state with all operations of a feed below a number. */
export function withCount(state: FileState, feed: FeedId, count: number): FileState {
  return { counts: new Map(state.counts).set(feed, count), authors: state.authors }
}

export function sortedUnion(left: readonly AuthorId[], right: readonly AuthorId[]): readonly AuthorId[] {
  return [...new Set([...left, ...right])].sort()
}

/** Layout: [[[feed, count]...], [author...]], both sorted. */
export function writeState(state: FileState): CborValue {
  const counts = [...state.counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return [counts.map(([feed, count]) => [hexBytes(feed), count]), state.authors.map(hexBytes)]
}

const maxStateFeeds = 4096
const maxStateAuthors = 4096
const stateShape = tuple(listOf(tuple(bytesOf(16), uint), maxStateFeeds), listOf(bytesOf(16), maxStateAuthors))

/** The state, or undefined where the value is malformed or not in its one form. */
export function readState(value: CborValue): FileState | undefined {
  const read = stateShape(value)
  if (!read) return undefined
  const counts = read[0].map(([feed, count]) => [toHex(feed) as FeedId, count] as const)
  const authors = read[1].map((author) => toHex(author) as AuthorId)
  if (!isStrictlySorted(counts.map(([feed]) => feed)) || !isStrictlySorted(authors)) return undefined
  return counts.some(([, count]) => count === 0) ? undefined : { counts: new Map(counts), authors }
}

function isStrictlySorted(ids: readonly string[]): boolean {
  return ids.every((id, i) => i === 0 || ids[i - 1]! < id)
}
