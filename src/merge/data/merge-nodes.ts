import type { StepBudget } from '../../lib/myers.ts'
import { alignList, type ListStep } from './align-list.ts'
import {
  commentsInside,
  isSameItem,
  type DataCollection,
  type DataItem,
  type DataNode,
  type ValueIds,
} from './data-node.ts'
import type { CollectionRule, DataRules } from './data-rules.ts'
import { areSimilar, identityKeys, unorderedKeys, type ElementKeys } from './element-keys.ts'
import {
  clash,
  entryOf,
  type Entry,
  type KeyedItems,
  type MergedNode,
  type PairedEntry,
  type SideItems,
} from './entry.ts'
import { withDocumentHeads } from './document-heads.ts'
import { EntryWriter } from './entry-writer.ts'
import { StyleFit } from './item-style.ts'
import { mergeKeyOrder, type KeyOrder, type KeyOrders, type SharedGap } from './key-order.ts'
import { mergedLines } from './merge-trivia.ts'
import { renamedItems } from './renamed-keys.ts'
import { unplacedKeys, type KeyClash } from './unplaced-keys.ts'
import { narrowerRange } from './version-range.ts'

interface Collections {
  readonly base: DataCollection | undefined
  readonly left: DataCollection
  readonly right: DataCollection
}

/** Merges three trees, of one set of `ids`. The values of the result are those that each side gave, or a conflict. */
export class NodeMerge {
  readonly #ids: ValueIds
  readonly #rules: DataRules
  readonly #budget: StepBudget
  readonly #scalarId: (text: string) => number | undefined

  /** `scalarId` tells the value of a scalar of several lines as the language reads it. */
  constructor(ids: ValueIds, rules: DataRules, budget: StepBudget, scalarId: (text: string) => number | undefined) {
    this.#ids = ids
    this.#rules = rules
    this.#budget = budget
    this.#scalarId = scalarId
  }

  /** Undefined: a conflict. */
  node(base: DataNode | undefined, left: DataNode, right: DataNode, path: readonly string[]): MergedNode | undefined {
    const take = (from: 'left' | 'right'): MergedNode => {
      const node = from === 'left' ? left : right
      return { pieces: [node.text], id: node.id, from }
    }
    if (left.text === right.text || base?.text === right.text) return take('left')
    if (base?.text === left.text) return take('right')
    const computed = this.#rules.ifBoth(path)
    if (computed === 'range') {
      const side = narrowerRange(base?.text, left.text, right.text)
      if (side) return take(side)
    } else if (computed)
      return computed === 'left' ? take('left') : { pieces: [computed], id: this.#literalId(computed), from: 'both' }
    if (base && (isWrapped(base, left) || isWrapped(base, right))) return undefined
    const collections = asCollections(base, left, right)
    if (collections) return this.#collection(collections, path)
    const isSame = (one: DataNode | undefined, other: DataNode) =>
      one?.id === other.id && commentsInside(one) === commentsInside(other)
    if (isSame(left, right) || isSame(base, right)) return take('left')
    if (isSame(base, left)) return take('right')
    return this.#block(base, left, right)
  }

  #literalId(text: '[]' | 'null'): number {
    return text === '[]' ? this.#ids.list([]) : this.#ids.of('knull')
  }

  /** Scalars of several lines, line by line. */
  #block(base: DataNode | undefined, left: DataNode, right: DataNode): MergedNode | undefined {
    if (![base, left, right].every((node) => node?.kind === 'scalar' && node.isBlock)) return undefined
    const text = mergedLines(`${base!.text}\n`, `${left.text}\n`, `${right.text}\n`)
    const id = text === undefined ? undefined : this.#scalarId(text.slice(0, -1))
    return id === undefined ? undefined : { pieces: [text!.slice(0, -1)], id, from: 'both' }
  }

  #collection(collections: Collections, path: readonly string[]): MergedNode | undefined {
    const { base, left, right } = collections
    const isMap = left.kind === 'map'
    const rule = this.#rules.of(path)
    const found = isMap ? this.#map(collections, rule) : this.#list(collections, rule)
    if (!found) return undefined
    const entries =
      !isMap && left.props === '---'
        ? withDocumentHeads(
            found,
            [left, right].every(({ items }) => items[0]?.head === ''),
          )
        : found
    const fit = new StyleFit(base, left, right)
    const writer = new EntryWriter(collections, fit, path, (entry, inner) =>
      this.node(entry.base?.value, entry.left!.value, entry.right!.value, inner),
    )
    const written = writer.write(entries)
    const id = written.values && this.#idOf(left, written.values)
    return { pieces: written.pieces, id, from: 'both' }
  }

  #idOf(node: DataCollection, values: readonly (readonly [key: string, id: number])[]): number {
    const ids = this.#ids
    const id =
      node.kind === 'map'
        ? ids.map(values.map(([key, value]) => ids.entry(key, value)))
        : values.reduce((id, [, value]) => ids.pair(id, value), ids.list([]))
    return ids.withProps(node.props, id)
  }

  #map({ base, left, right }: Collections, rule: CollectionRule | undefined): readonly Entry[] | undefined {
    const keys = (node: DataCollection | undefined) => node?.items.map(({ key }) => key) ?? []
    const isShared = ({ replaced, left: ofLeft, right: ofRight }: SharedGap, items: KeyedItems) =>
      rule === 'ordered' || isRenamedByBoth(replaced, ofLeft, ofRight, items)
    return this.#keyed(
      { base, left, right },
      { base: keys(base), left: keys(left), right: keys(right) },
      {
        isShared,
        isOrdered: rule === 'ordered',
      },
    )
  }

  /** Items by keys, in any order. */
  #keyed(
    collections: Collections,
    keys: ElementKeys,
    {
      isShared,
      isOrdered,
    }: { readonly isShared: (gap: SharedGap, items: KeyedItems) => boolean; readonly isOrdered: boolean },
  ): readonly Entry[] | undefined {
    const items: KeyedItems = {
      base: byKey(keys.base, collections.base?.items ?? []),
      left: byKey(keys.left, collections.left.items),
      right: byKey(keys.right, collections.right.items),
    }
    const entries = new Map<string, Entry>()
    for (const key of new Set([...keys.left, ...keys.right])) {
      const [base, left, right] = [items.base.get(key), items.left.get(key), items.right.get(key)]
      const isOtherKind = left && right && !isSameKind(left, right)
      const entry = isOtherKind ? ofOtherKind(key, base, left, right) : entryOf(key, base, left, right)
      if (entry) entries.set(key, entry)
      else if (isOtherKind) return undefined
    }
    const joined = new Set<string>()
    conflictRenamed(items, entries, joined)
    const rank = (key: string) => {
      const entry = entries.get(key)
      const item = entry?.reason ? (entry.left[0] ?? entry.right[0]) : (entry?.left ?? entry?.right)
      return item?.rank ?? 0
    }
    const orders = { ...keys, kept: new Set(entries.keys()), rank }
    const order = mergeKeyOrder(orders)
    if (order.isMovedByBoth && isOrdered) return undefined
    for (const gap of sharedGapsOf(order, orders)) if (isShared(gap, items)) joinGap(gap, items, entries, joined)
    if (collections.left.kind === 'map')
      for (const found of unplacedKeys(keys, items)) joinKeys(found, items, entries, joined)
    const inOrder = order.keys.filter((key) => entries.has(key)).sort((one, other) => rank(one) - rank(other))
    return inOrder.map((key) => entries.get(key)!)
  }

  #list(collections: Collections, rule: CollectionRule | undefined): readonly Entry[] | undefined {
    const unordered = unorderedKeys(rule, collections)
    if (unordered)
      return this.#keyed(collections, unordered, { isShared: ({ replaced }) => replaced.length > 0, isOrdered: false })
    if (!collections.base) return undefined
    const keys = identityKeys(rule, collections)
    const tokens = tokensOf(collections, keys)
    const steps = alignList(tokens, this.#budget)
    const found = steps?.map((step) => entryOfStep(step, collections, keys)).filter((entry) => entry !== undefined)
    const entries = found && keys ? withTwinsJoined(found, new Set(keys.base)) : found
    return entries && areMovesPlain(entries, tokens, collections) ? entries : undefined
  }
}

function byKey(keys: readonly string[], items: readonly DataItem[]): ReadonlyMap<string, DataItem> {
  return new Map(keys.map((key, i) => [key, items[i]!]))
}

/** Did a side put all of a map below a key, or take it from there? What the other side did in it belongs elsewhere then. */
function isWrapped(base: DataNode, side: DataNode): boolean {
  const holds = (outer: DataNode, inner: DataNode): boolean => {
    if (outer.kind !== 'map' || inner.kind !== 'map') return false
    const keys = new Set(inner.items.map(({ key }) => key))
    return !outer.items.some(({ key }) => keys.has(key)) && outer.items.some(({ value }) => areSimilar(value, inner))
  }
  return holds(side, base) || holds(base, side)
}

/** The same kind of collection on all sides, so that it can be merged item by item. Without a base: what both added. */
function asCollections(base: DataNode | undefined, left: DataNode, right: DataNode): Collections | undefined {
  if (left.kind === 'scalar' || right.kind === 'scalar' || base?.kind === 'scalar') return undefined
  const isAlike = (other: DataCollection) =>
    other.kind === left.kind && other.layout === left.layout && other.props === left.props
  if (!isAlike(right)) return undefined
  // Two maps that both added under one key are one thing only if they say much the same.
  if (!base) return left.kind === 'list' || areSimilar(left, right) ? { base, left, right } : undefined
  if (isAlike(base)) return { base, left, right }
  // An empty map of YAML has brackets, and gets lines with its first entry.
  return base.kind === 'map' && left.kind === 'map' && base.items.length === 0
    ? { base: undefined, left, right }
    : undefined
}

/** Did both sides give a key of the base another name, each its own? */
function isRenamedByBoth(
  replaced: readonly string[],
  left: readonly string[],
  right: readonly string[],
  items: KeyedItems,
): boolean {
  const has = (keys: readonly string[], side: 'left' | 'right', id: number) =>
    keys.some((key) => items[side].get(key)!.value.id === id)
  return replaced.some((key) => {
    const id = items.base.get(key)!.value.id
    return has(left, 'left', id) && has(right, 'right', id)
  })
}

/**
 * What one side deleted and the other one gave another key is a conflict: merged by keys it would come back under that key. So is what both gave a key of
 * their own.
 */
function conflictRenamed(items: KeyedItems, entries: Map<string, Entry>, joined: Set<string>): void {
  for (const { key, base, left, right } of renamedItems(items)) {
    if (left && right) {
      const keys = { base: [key], left: [left.key], right: [right.key] }
      joinKeys({ at: left.key, reason: 'both-replaced', keys }, items, entries, joined)
      continue
    }
    const kept = (left ?? right)!
    if (entries.get(kept.key)?.reason) continue
    const under = (version: keyof KeyedItems) => [items[version].get(kept.key) ?? []].flat()
    const sides = { left: under('left'), right: under('right') }
    const reason = left ? 'right-deleted' : 'left-deleted'
    entries.set(kept.key, clash(kept.key, reason, { base: [base, ...under('base')], ...sides }))
  }
}

/** The places at which both sides put something; where each put what was there into an order of its own, the places in either order. */
function sharedGapsOf(order: KeyOrder, orders: KeyOrders): readonly SharedGap[] {
  if (!order.isMovedByBoth) return order.sharedGaps
  const { sharedGaps } = mergeKeyOrder({ ...orders, left: orders.right, right: orders.left })
  return [...order.sharedGaps, ...sharedGaps.map((gap) => ({ ...gap, left: gap.right, right: gap.left }))]
}

/** Makes one conflict of what both sides put at a place. */
function joinGap(
  { replaced, left, right }: SharedGap,
  items: KeyedItems,
  entries: Map<string, Entry>,
  joined: Set<string>,
): void {
  const reason = replaced.length > 0 ? 'both-replaced' : 'both-added'
  joinKeys({ at: left[0]!, reason, keys: { base: replaced, left, right } }, items, entries, joined)
}

/** Makes one conflict of several keys, unless one of them is part of another one. */
function joinKeys(
  { at, reason, keys }: KeyClash,
  items: KeyedItems,
  entries: Map<string, Entry>,
  joined: Set<string>,
): void {
  const all = [...keys.left, ...keys.right]
  if (all.some((key) => joined.has(key) || entries.get(key)?.reason)) return
  for (const key of all) {
    entries.delete(key)
    joined.add(key)
  }
  const own = (side: keyof SideItems) => keys[side].map((key) => items[side].get(key)!)
  entries.set(at, clash(at, reason, { base: own('base'), left: own('left'), right: own('right') }))
}

/** Are both entries of TOML, or both sections, or both arrays of tables, which have no header of their own? */
function isSameKind(one: DataItem, other: DataItem): boolean {
  return one.rank === other.rank && (one.rank === 0 || (one.head === '') === (other.head === ''))
}

/** What is a section of TOML on one side only: no place suits both, so that only a side that left it alone gives way. */
function ofOtherKind(key: string, base: DataItem | undefined, left: DataItem, right: DataItem): Entry | undefined {
  if (base && isSameItem(base, left)) return { key, right }
  if (base && isSameItem(base, right)) return { key, left }
  if (left.rank !== right.rank) return undefined
  return clash(key, base ? 'both-changed' : 'both-added', { base: base ? [base] : [], left: [left], right: [right] })
}

function tokensOf({ base, left, right }: Collections, keys: ElementKeys | undefined) {
  const ids = new Map<string, number>()
  const token = (key: string) => {
    let id = ids.get(key)
    if (id === undefined) ids.set(key, (id = ids.size))
    return id
  }
  const tokens = (side: keyof SideItems, node: DataCollection | undefined) =>
    Uint32Array.from(node?.items ?? [], ({ value }, i) => (keys ? token(keys[side][i]!) : value.id))
  return { base: tokens('base', base), left: tokens('left', left), right: tokens('right', right) }
}

function entryOfStep(
  step: ListStep,
  { base, left, right }: Collections,
  keys: ElementKeys | undefined,
): Entry | undefined {
  if ('reason' in step)
    return clash(`${step.left.from}`, step.reason, {
      base: base!.items.slice(step.base.from, step.base.end),
      left: left.items.slice(step.left.from, step.left.end),
      right: right.items.slice(step.right.from, step.right.end),
    })
  const at = <T>(list: readonly T[] | undefined, place: number | undefined) =>
    place === undefined ? undefined : list?.[place]
  const [ofBase, ofLeft, ofRight] = [at(base!.items, step.base), at(left.items, step.left), at(right.items, step.right)]
  const key = at(keys?.left, step.left) ?? at(keys?.right, step.right) ?? `${step.left ?? step.right}`
  if (step.isPaired && !(areSimilar(ofBase!.value, ofLeft!.value) && areSimilar(ofBase!.value, ofRight!.value)))
    return clash(key, 'both-changed', { base: [ofBase!], left: [ofLeft!], right: [ofRight!] })
  return entryOf(key, ofBase, ofLeft, ofRight)
}

/** What both sides added under one key, each at a place of its own, is one element at the first of them. */
function withTwinsJoined(entries: readonly Entry[], inBase: ReadonlySet<string>): readonly Entry[] {
  const added = new Map<string, number>()
  const joined: (Entry | undefined)[] = [...entries]
  entries.forEach((entry, at) => {
    if (entry.reason || entry.base || inBase.has(entry.key)) return
    const first = added.get(entry.key)
    const twin = first === undefined ? undefined : entries[first]
    if (!twin || twin.reason) added.set(entry.key, at)
    else {
      joined[first!] = { key: entry.key, left: twin.left ?? entry.left, right: twin.right ?? entry.right }
      joined[at] = undefined
    }
  })
  return joined.filter((entry) => entry !== undefined)
}

interface Tokens {
  readonly base: Uint32Array
  readonly left: Uint32Array
  readonly right: Uint32Array
}

/**
 * Where each element stands once in all three lists: does it in the result, however conflicts are resolved, and does none come back
 * that a side took away while the other moved it?
 */
function areMovesPlain(entries: readonly Entry[], tokens: Tokens, { left, right }: Collections): boolean {
  const isUnique = (list: Uint32Array) => new Set(list).size === list.length
  if (!isUnique(tokens.base) || !isUnique(tokens.left) || !isUnique(tokens.right)) return true
  const tokenOf = new Map<DataItem, number>()
  left.items.forEach((item, i) => tokenOf.set(item, tokens.left[i]!))
  right.items.forEach((item, i) => tokenOf.set(item, tokens.right[i]!))
  const inBase = new Set(tokens.base)
  const has = { left: new Set(tokens.left), right: new Set(tokens.right) }
  const isBack = ({ base, left, right }: PairedEntry) => {
    const token = tokenOf.get((left ?? right)!)!
    return !base && !(left && right) && inBase.has(token) && !has[left ? 'right' : 'left'].has(token)
  }
  return (
    (['left', 'right'] as const).every((side) => {
      const items = entries.flatMap((entry) =>
        entry.reason ? entry[side] : [(entry[side] ?? entry.left ?? entry.right)!],
      )
      return new Set(items.map((item) => tokenOf.get(item))).size === items.length
    }) && !entries.some((entry) => !entry.reason && isBack(entry))
  )
}
