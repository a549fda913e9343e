import type { AuthorId, FeedId, FileId } from '../contracts/ids.ts'
import { joinedRanges, withoutRanges } from '../document/unit-ranges.ts'
import { readTextUpdate, type UnitRange } from '../document/update-reader.ts'
import type { FileLog, FileOperation } from './file-log.ts'
import type { FileState } from './file-state.ts'
import type { VirtualAuthor } from './virtual-author.ts'

type Units = readonly UnitRange[]

/** The same text typed twice for one commit: what an author that restores a state shows, and what it hides. */
export interface Twins {
  /** Who has typed what is hidden. */
  readonly typed: AuthorId
  readonly pairs: readonly { readonly shown: UnitRange; readonly hidden: UnitRange }[]
}

interface CopiesSource {
  log(file: FileId): FileLog
  readonly clocks: { knew(operation: FileOperation, author: AuthorId): boolean }
}

/** A deletion of units that are shown for a copy. */
interface Deletion {
  readonly operation: FileOperation
  readonly deleted: Units
  /** Who has typed a copy, as far as its writer knew of them. */
  readonly saw: ReadonlySet<AuthorId>
}

/** What of the operations of a file has been looked through for one author. */
interface Found {
  counts: ReadonlyMap<FeedId, number>
  readonly deletions: Deletion[]
}

/**
 * Copies that are shown although an author that restores a state hides them: somebody who saw both, and did not know yet which one goes, has
 * deleted the other one. Who has seen one copy only, or knew that the other was hidden, has deleted the word.
 */
export class RevivedCopies {
  readonly #source: CopiesSource
  readonly #found = new Map<AuthorId, Found>()

  constructor(source: CopiesSource) {
    this.#source = source
  }

  /** Those that the author hides, and that are shown at a state all the same. */
  in(state: FileState, by: VirtualAuthor, twins: readonly Twins[]): Units {
    if (!twins.length) return []
    const deletions = this.#deletions(state, by, twins).filter(
      ({ operation: { feed, number } }) => number < (state.counts.get(feed) ?? 0),
    )
    if (!deletions.length) return []
    return joinedRanges(
      twins.flatMap(({ typed, pairs }) => {
        const [ofOne, ofWord] = [true, false].map((isOfOne) =>
          joinedRanges(deletions.filter(({ saw }) => saw.has(typed) === isOfOne).flatMap(({ deleted }) => deleted)),
        ) as [Units, Units]
        return pairs.flatMap(({ shown, hidden }) =>
          withoutRanges(common(shown, ofOne), ofWord).map(({ clock, length }) => ({
            client: hidden.client,
            clock: hidden.clock + clock - shown.clock,
            length,
          })),
        )
      }),
    )
  }

  /** Authors for which operations have been looked through. */
  keys(): Iterable<AuthorId> {
    return this.#found.keys()
  }

  delete(author: AuthorId): void {
    this.#found.delete(author)
  }

  /** Of those who were not known to the author. */
  #deletions(state: FileState, by: VirtualAuthor, twins: readonly Twins[]): readonly Deletion[] {
    const { clocks } = this.#source
    let found = this.#found.get(by.id)
    if (!found) this.#found.set(by.id, (found = { counts: by.before.counts, deletions: [] }))
    const shown = twins.flatMap(({ pairs }) => pairs.map((pair) => pair.shown))
    for (const operation of this.#source.log(by.file).between({ counts: found.counts, authors: [] }, state)) {
      if (operation.type !== 'text') continue
      const { deleted } = readTextUpdate(operation.update)!
      const concerned = deleted.length ? shown.flatMap((range) => common(range, joinedRanges(deleted))) : []
      if (!concerned.length) continue
      const knewBetter = clocks.knew(operation, by.id)
      const saw = knewBetter ? [] : twins.map(({ typed }) => typed).filter((typed) => clocks.knew(operation, typed))
      found.deletions.push({ operation, deleted: concerned, saw: new Set(saw) })
    }
    const counts = new Map(found.counts)
    for (const [feed, count] of state.counts) counts.set(feed, Math.max(count, counts.get(feed) ?? 0))
    found.counts = counts
    return found.deletions
  }
}

/** Two texts that are the same, where they are made of other units. */
export function pairsOf(shown: Units, hidden: Units): Twins['pairs'] {
  const pairs: { shown: UnitRange; hidden: UnitRange }[] = []
  const [left, right] = [shown, hidden].map((units) => units.map((range) => ({ ...range }))) as [
    UnitRange[],
    UnitRange[],
  ]
  for (let [i, j] = [0, 0]; i < left.length && j < right.length;) {
    const [one, other] = [left[i]!, right[j]!]
    const length = Math.min(one.length, other.length)
    if (one.client !== other.client || one.clock !== other.clock)
      pairs.push({ shown: { ...one, length }, hidden: { ...other, length } })
    left[i] = rest(one, length)
    right[j] = rest(other, length)
    if (!left[i]!.length) i++
    if (!right[j]!.length) j++
  }
  return pairs
}

/** Does any of these units belong to twins? */
export function concern(twins: readonly Twins[], deleted: Units): boolean {
  const ranges = joinedRanges(deleted)
  return twins.some(({ pairs }) => pairs.some(({ shown }) => common(shown, ranges).length > 0))
}

function rest({ client, clock, length }: UnitRange, from: number): UnitRange {
  return { client, clock: clock + from, length: length - from }
}

/** The part of a range that is in others, which are in the form of `joinedRanges`. */
function common(range: UnitRange, others: Units): Units {
  return withoutRanges([range], withoutRanges([range], others))
}
