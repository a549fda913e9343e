import type { Item } from './item-list.ts'

/** An item of the base with its versions. */
export interface Row {
  readonly base: Item
  readonly left: Item | undefined
  readonly right: Item | undefined
}

/** A stretch of the three lists: rows of the base, and what the sides have there. `isJoined`: of several, as the changes in them touch each other. */
export interface Chunk {
  readonly rows: readonly Row[]
  readonly left: readonly Item[]
  readonly right: readonly Item[]
  readonly isJoined?: boolean
}

export function saysSame(left: readonly Item[], right: readonly Item[]): boolean {
  return left.length === right.length && left.every((item, i) => item.id === right[i]!.id)
}
