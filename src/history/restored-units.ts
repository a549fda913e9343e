import { deletionOf, withDeletions } from '../document/deletions.ts'
import { inOrder, withoutRanges } from '../document/unit-ranges.ts'
import { readTextUpdate, type UnitRange } from '../document/update-reader.ts'
import type { FileState } from './file-state.ts'
import type { Twins } from './revived-copies.ts'
import type { VirtualAuthor } from './virtual-author.ts'

/** What an author that restores a state says of units. */
interface Saying extends UnitRange {
  readonly isShown: boolean
  readonly by: VirtualAuthor
}

/** The units of which an author that restores a state speaks: those that it shows, and those that it does not. */
export interface Restoring {
  readonly by: VirtualAuthor
  readonly shown: readonly UnitRange[]
  readonly hidden: readonly UnitRange[]
  /** What of it is the same text twice. */
  readonly twins: readonly Twins[]
}

/**
 * What the authors in a state that restore others say of its units. Of several the latest decides. What it shows is shown whatever
 * has deleted it before; what deletes it beside or after that author does. What it hides is hidden.
 */
export class RestoredUnits {
  /** The same for the same authors of which the same is revived. */
  readonly key: string
  readonly #shown: readonly Saying[]
  readonly #hidden: readonly Saying[]

  /** `restorings` are in the order of their authors, the latest last. `revivedOf` tells what of that which one hides is shown all the same. */
  constructor(restorings: readonly Restoring[], revivedOf: (restoring: Restoring) => readonly UnitRange[]) {
    let key = ''
    let sayings: readonly Saying[] = []
    for (const restoring of restorings) {
      const { by, shown, hidden } = restoring
      const revived = revivedOf(restoring)
      key += `${by.id} ${revived.map(({ client, clock, length }) => `${client}:${clock}+${length} `).join('')}`
      const news = [
        ...shown.map((range) => ({ ...range, isShown: true, by })),
        ...withoutRanges(hidden, revived).map((range) => ({ ...range, isShown: false, by })),
      ].sort(inOrder)
      sayings = [...withoutRanges(sayings, [...shown, ...hidden].sort(inOrder)), ...news].sort(inOrder)
    }
    this.key = key
    this.#shown = sayings.filter(({ isShown }) => isShown)
    this.#hidden = sayings.filter(({ isShown }) => !isShown)
  }

  /** Units of these that are deleted all the same by who lies within some states. */
  deletedBy(deleted: readonly UnitRange[], isWithin: (before: FileState) => boolean): readonly UnitRange[] {
    const overruled = this.#shown.filter(({ by }) => isWithin(by.before))
    return withoutRanges(deleted.toSorted(inOrder), overruled)
  }

  /** An update as it counts here. */
  counted(update: Uint8Array, isWithin: (before: FileState) => boolean): Uint8Array {
    const { deleted } = readTextUpdate(update)!
    const left = this.deletedBy(deleted, isWithin)
    return lengthOf(left) === lengthOf(deleted) ? update : withDeletions(update, left)
  }

  /** The deletion of what is hidden; undefined where that is nothing. */
  get hiding(): Uint8Array | undefined {
    return this.#hidden.length ? deletionOf(this.#hidden) : undefined
  }
}

function lengthOf(ranges: readonly UnitRange[]): number {
  return ranges.reduce((sum, { length }) => sum + length, 0)
}
