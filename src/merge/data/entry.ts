import { isSameItem, type DataItem } from './data-node.ts'
import type { DataReason, Piece } from './piece.ts'

export type Side = 'base' | 'left' | 'right'

export interface SideItems {
  readonly base: readonly DataItem[]
  readonly left: readonly DataItem[]
  readonly right: readonly DataItem[]
}

/** The keys of each text, in its order. */
export interface SideKeys {
  readonly base: readonly string[]
  readonly left: readonly string[]
  readonly right: readonly string[]
}

/** The items of each text by key. */
export type KeyedItems = { readonly [side in keyof SideKeys]: ReadonlyMap<string, DataItem> }

/** An item of the result, by the texts that have it. */
export interface PairedEntry {
  readonly key: string
  readonly base?: DataItem | undefined
  readonly left?: DataItem | undefined
  readonly right?: DataItem | undefined
  readonly reason?: never
}

/** What each text has at a place where only people know. */
export interface ClashEntry extends SideItems {
  readonly key: string
  readonly reason: DataReason
}

export type Entry = PairedEntry | ClashEntry

export function clash(key: string, reason: DataReason, items: Partial<SideItems>): ClashEntry {
  return { key, reason, base: [], left: [], right: [], ...items }
}

/**
 * What becomes of an item whose key or identity is known: gone where a side took away what the other left alone, a conflict where the
 * other changed it.
 */
export function entryOf(
  key: string,
  base: DataItem | undefined,
  left: DataItem | undefined,
  right: DataItem | undefined,
): Entry | undefined {
  if ((left && right) || !base) return { key, base, left, right }
  const kept = left ?? right
  if (!kept || isSameItem(base, kept)) return undefined
  return clash(key, left ? 'right-deleted' : 'left-deleted', { base: [base], [left ? 'left' : 'right']: [kept] })
}

/** A merged node: what it is made of, and its value unless there are conflicts in it. */
export interface MergedNode {
  readonly pieces: readonly Piece[]
  readonly id: number | undefined
  /** The side that it is taken from as it stands; `both` where it is put together. */
  readonly from: 'left' | 'right' | 'both'
}
