import { isRising, longestRise } from '../../lib/rises.ts'
import { type Chunk, type Row, saysSame } from './chunk.ts'
import { containingSide } from './contained-change.ts'
import { type Item, type ItemList, linesBefore, linesOf, standsOnOwnLines, textOf } from './item-list.ts'
import { layList, type Laid, type ListVersions } from './lay-list.ts'
import { isMuchAlike, matchItems } from './match-items.ts'
import { mergeValue } from './merge-value.ts'
import type { ListRule } from '../languages/merge-rules.ts'
import { mergeWords } from './merge-words.ts'
import type { ConflictSide } from '../merge-result.ts'
import type { ConflictPiece, Piece } from './pieces.ts'
import type { Versions } from './source.ts'
import { joinTouching } from './touching-changes.ts'

/** Merges the three versions of one item's node; undefined where that cannot be done. */
type MergeItem = (versions: Versions) => readonly Piece[] | undefined

/** The merged text of a list, or undefined where a conflict in it cannot be shown on lines of its own. */
export function mergeList(lists: ListVersions, rule: ListRule, mergeItem: MergeItem): readonly Piece[] | undefined {
  return new ListMerge(lists, rule, mergeItem).run()
}

class ListMerge {
  readonly #lists: ListVersions
  readonly #rule: ListRule
  readonly #mergeItem: MergeItem
  readonly #laid: Laid[] = []
  #left: readonly Item[]
  #right: readonly Item[]

  constructor(lists: ListVersions, rule: ListRule, mergeItem: MergeItem) {
    this.#lists = lists
    this.#rule = rule
    this.#mergeItem = mergeItem
    this.#left = lists.left.items
    this.#right = lists.right.items
  }

  run(): readonly Piece[] | undefined {
    const { base } = this.#lists
    const inLeft = matchItems(base.items, this.#left)
    const inRight = matchItems(base.items, this.#right)
    const rows = base.items.map((item, i) => ({
      base: item,
      left: this.#left[inLeft[i]!],
      right: this.#right[inRight[i]!],
    }))
    const twins = this.#twins(rows)
    const ordered = this.#inOneOrder(rows)
    if (!ordered) return undefined
    const chunks = joinTouching(this.#chunks(ordered), twins, this.#rule.order)
    for (const chunk of chunks) if (!this.#mergeChunk(chunk, twins)) return undefined
    return layList(this.#lists, this.#laid, this.#rule)
  }

  /**
   * Items that both sides added under one name, by those of the left: what the right one says stands with it. They are taken out
   * of the right list.
   */
  #twins(rows: readonly Row[]): ReadonlyMap<Item, Item> {
    const twins = new Map<Item, Item>()
    const known = new Set(rows.flatMap((row) => [row.left, row.right]))
    const keyOf = (item: Item): string => (item.name === undefined ? `#${item.id}` : item.name)
    const added = new Map<string, Item>()
    for (const item of this.#left) if (!known.has(item) && item.isFree) added.set(keyOf(item), item)
    for (const item of this.#right) {
      const twin = known.has(item) || !item.isFree ? undefined : added.get(keyOf(item))
      if (twin) twins.set(twin, item)
    }
    const gone = new Set(twins.values())
    this.#right = this.#right.filter((item) => !gone.has(item))
    return twins
  }

  /**
   * The rows in the order of the side that moved items, and the other side brought into it. Undefined where both did, and in a list on one line,
   * which is read, and put in order, as one.
   */
  #inOneOrder(rows: readonly Row[]): readonly Row[] | undefined {
    const isMovedLeft = !isRising(placesOf(rows, 'left', this.#left))
    const isMovedRight = !isRising(placesOf(rows, 'right', this.#right))
    if (!isMovedLeft && !isMovedRight) return rows
    if ((isMovedLeft && isMovedRight) || !this.#lists.base.items.some(standsOnOwnLines)) return undefined
    const mover = isMovedLeft ? 'left' : 'right'
    if (this.#movesToo(rows, isMovedLeft ? 'right' : 'left')) return undefined
    const moved = sortRows(rows, mover, isMovedLeft ? this.#left : this.#right)
    if (isMovedLeft) this.#right = sortSide(moved, 'right', this.#right)
    else this.#left = sortSide(moved, 'left', this.#left)
    return moved
  }

  /** Whether a side put what it took away somewhere else: an item whose place says something is not known again there. */
  #movesToo(rows: readonly Row[], side: 'left' | 'right'): boolean {
    const kept = new Set(rows.map((row) => row[side]))
    const items = side === 'left' ? this.#left : this.#right
    const put = new Set(items.flatMap((item) => (kept.has(item) ? [] : [item.id])))
    return rows.some((row) => !row[side] && put.has(row.base.id))
  }

  /** Rows that all three texts have stand alone; what lies between them makes chunks of its own. */
  #chunks(rows: readonly Row[]): readonly Chunk[] {
    const chunks: Chunk[] = []
    let gone: Row[] = []
    let leftFrom = 0
    let rightFrom = 0
    const between = (leftTo: number, rightTo: number): void => {
      const chunk = {
        rows: gone,
        left: this.#left.slice(leftFrom, leftTo),
        right: this.#right.slice(rightFrom, rightTo),
      }
      if (chunk.rows.length + chunk.left.length + chunk.right.length > 0) chunks.push(chunk)
      gone = []
    }
    for (const row of rows) {
      if (row.left && row.right) {
        const leftAt = this.#left.indexOf(row.left, leftFrom)
        const rightAt = this.#right.indexOf(row.right, rightFrom)
        between(leftAt, rightAt)
        chunks.push({ rows: [row], left: [row.left], right: [row.right] })
        leftFrom = leftAt + 1
        rightFrom = rightAt + 1
      } else gone.push(row)
    }
    between(this.#left.length, this.#right.length)
    return chunks
  }

  #mergeChunk(chunk: Chunk, twins: ReadonlyMap<Item, Item>): boolean {
    const hasTwins = chunk.left.some((item) => twins.has(item))
    if (chunk.isJoined) return !hasTwins && (this.#takeContaining(chunk) || this.#conflict(chunk))
    const [row] = chunk.rows
    if (row?.left && row.right) return this.#mergeRow(row, row.left, row.right, chunk)
    const { rows, left, right } = chunk
    const isLeftAlike = saysSame(
      left,
      rows.map((each) => each.base),
    )
    const isRightAlike = saysSame(
      right,
      rows.map((each) => each.base),
    )
    if (!hasTwins && isLeftAlike) return this.#take(right)
    if (!hasTwins && (isRightAlike || saysSame(left, right))) return this.#take(left)
    const known = new Set(rows.flatMap((each) => [each.left, each.right]))
    const addedLeft = left.filter((item) => !known.has(item))
    const addedRight = right.filter((item) => !known.has(item))
    // What the right side says under the name of a twin stands elsewhere there: a conflict would not show it.
    if (isConflict(rows, addedLeft, addedRight, this.#rule))
      return !hasTwins && (this.#takeContaining(chunk) || this.#conflict(chunk))
    // Two things under two names that say much the same may be one.
    const isOneThing = addedLeft.some(
      (item) => !twins.has(item) && addedRight.some((other) => isMuchAlike(item, other)),
    )
    if (isOneThing) return !hasTwins && this.#conflict(chunk)
    for (const item of this.#additions(addedLeft, addedRight, twins))
      if (!this.#add(item, twins.get(item))) return false
    return true
  }

  /** What both sides added: by name in a list that all three texts keep sorted, else first what the left one did. */
  #additions(left: readonly Item[], right: readonly Item[], twins: ReadonlyMap<Item, Item>): readonly Item[] {
    const { base, left: leftList, right: rightList } = this.#lists
    const all = besideTwins(left, right, twins)
    const isSorted = [base, leftList, rightList].every(({ items }) => items.length > 1 && isSortedByName(items))
    return isSorted ? all.toSorted((a, b) => compare(a.name!, b.name!)) : all
  }

  #add(item: Item, twin: Item | undefined): boolean {
    if (!twin) return this.#take([item])
    if (twin.id === item.id) return this.#take([roomier(item, twin)])
    // The comment behind it is one side's addition to what both added.
    if (textOf(item) === textOf(twin) && (item.trail === '' || twin.trail === ''))
      return this.#take([item.trail === '' ? { ...item, trail: twin.trail } : item])
    const chunk = { rows: [], left: [item], right: [twin] }
    return this.#takeContaining(chunk) || this.#conflict(chunk)
  }

  #take(items: readonly Item[]): boolean {
    for (const item of items)
      this.#laid.push({ item, pieces: [textOf(item)], separator: item.separator, trail: item.trail })
    return true
  }

  #mergeRow({ base }: Row, left: Item, right: Item, chunk: Chunk): boolean {
    const before = mergeBefore(base, left, right)
    const trails = [base.trail, left.trail, right.trail] as const
    const trail = mergeValue(...trails) ?? mergeWords(...trails)
    const inner = before && trail !== undefined ? this.#mergeItem({ base, left, right }) : undefined
    if (!inner) return this.#conflict(chunk)
    const separator = mergeValue(base.separator, left.separator, right.separator) ?? left.separator
    this.#laid.push({
      item: base,
      versions: [base, left, right],
      pieces: [...before!, ...withoutLastBreak(inner)],
      separator,
      trail: trail!,
    })
    return true
  }

  /** Takes the side that holds what the other one did, if both put something there; false where neither does. */
  #takeContaining({ rows, left, right }: Chunk): boolean {
    if (left.length === 0 || right.length === 0) return false
    const texts = [rows.map((row) => row.base), left, right].map((items) =>
      items.map((item) => textOf(item) + item.trail).join('\n'),
    )
    const side = containingSide(...(texts as [string, string, string]))
    return side !== undefined && this.#take(side === 'left' ? left : right)
  }

  /** Shows the lines of a chunk as a conflict; false where it shares its lines with something else. */
  #conflict({ rows, left, right }: Chunk): boolean {
    const base = rows.map((row) => row.base)
    const all = [...base, ...left, ...right]
    if (!all.every(standsOnOwnLines) || ![base, left, right].every(isRun)) return false
    const { base: baseList, left: leftList, right: rightList } = this.#lists
    const piece: ConflictPiece = {
      base: sideOf(base, baseList, all),
      left: sideOf(left, leftList, all),
      right: sideOf(right, rightList, all),
    }
    const entity = all.find((item) => item.name !== undefined)?.name
    this.#laid.push({
      item: all[0]!,
      pieces: [entity === undefined ? piece : { ...piece, entity }],
      separator: '',
      trail: '',
      isConflict: true,
    })
    return true
  }
}

/** Whether it cannot be told what to leave out of what one side deleted, and in which order to add what both sides added. */
function isConflict(rows: readonly Row[], left: readonly Item[], right: readonly Item[], { order }: ListRule): boolean {
  const areFree = [...left, ...right].every((item) => item.isFree)
  const isPlaced = (row: Row): boolean => !row.base.isFree
  // Both sides took away something where the order has a meaning: neighbours of each other.
  if (rows.some((row) => row.left && isPlaced(row)) && rows.some((row) => row.right && isPlaced(row))) return true
  const isChanged = (row: Row): boolean => (row.left ?? row.right ?? row.base).id !== row.base.id
  // What a side put where the other one deleted something may be its new version.
  const putLeft = left.length > 0
  const putRight = right.length > 0
  const isReplaced = ({ left, right }: Row): boolean =>
    order === 'unordered' ? !left && !right && putLeft && putRight : (!left && putRight) || (!right && putLeft)
  return rows.some((row) => isChanged(row) || isReplaced(row)) || (putLeft && putRight && !areFree)
}

/**
 * What both sides added, first what the left one did, or what stood first in the right one's list: there it may lack the sign between items. What the right one put before or
 * behind a twin stands there.
 */
function besideTwins(left: readonly Item[], right: readonly Item[], twins: ReadonlyMap<Item, Item>): readonly Item[] {
  if (right[0]?.index === 0 && left[0] !== undefined && left[0].index > 0 && twins.size === 0)
    return [right[0], ...left, ...right.slice(1)]
  const all: Item[] = []
  let at = 0
  for (const item of left) {
    const twin = twins.get(item)
    if (twin) while (at < right.length && right[at]!.index < twin.index) all.push(right[at++]!)
    all.push(item)
  }
  return [...all, ...right.slice(at)]
}

/** Of two items that differ in nothing but white space the one that has more: it is lined up with more. */
function roomier(item: Item, other: Item): Item {
  return textOf(other).length > textOf(item).length ? other : item
}

/** Whether items stand side by side in their text, so that their lines hold nothing else; where one side moved some they may not. */
function isRun(items: readonly Item[]): boolean {
  return items.every((item, i) => i === 0 || item.index === items[i - 1]!.index + 1)
}

/** The lines of items; of none: the place in the list where the others would stand. */
function sideOf(items: readonly Item[], { items: list, start, source }: ItemList, all: readonly Item[]): ConflictSide {
  if (items.length > 0) return linesOf(items[0]!, items.at(-1)!)
  const [first] = all
  const index = first?.index ?? 0
  const before = list[Math.min(index, list.length) - 1]
  const line = source.lineAt(before?.end ?? start) + 1
  return { text: '', lines: { from: line, end: line } }
}

/** The comments and attributes before an item, with the white space after them; a conflict in them is one of their own. */
function mergeBefore(base: Item, left: Item, right: Item): readonly Piece[] | undefined {
  const texts = [base, left, right].map(({ source, start, node }) => source.text.slice(start, source.tree.start[node]))
  const [inBase, inLeft, inRight] = texts as [string, string, string]
  const merged = mergeValue(inBase, inLeft, inRight) ?? mergeWords(inBase, inLeft, inRight)
  if (merged !== undefined) return [merged]
  const sides = [base, left, right].map(linesBefore)
  const [baseLines, leftLines, rightLines] = sides
  if (!baseLines || !leftLines || !rightLines) return undefined
  const indent = inLeft.slice(inLeft.lastIndexOf('\n') + 1)
  const entity = base.name === undefined ? {} : { entity: base.name }
  return [{ base: baseLines, left: leftLines, right: rightLines, ...entity }, `\n${indent}`]
}

/** Some grammars let a node run on to the next line: the break belongs to the gap. */
function withoutLastBreak(pieces: readonly Piece[]): readonly Piece[] {
  const at = pieces.findLastIndex((piece) => piece !== '')
  const last = pieces[at]
  return typeof last === 'string' ? [...pieces.slice(0, at), last.replace(/\r?\n$/, '')] : pieces
}

function placesOf(rows: readonly Row[], side: 'left' | 'right', items: readonly Item[]): readonly number[] {
  const places = new Map(items.map((item, place) => [item, place]))
  return rows.flatMap((row) => (row.left && row.right ? [places.get(row[side]!)!] : []))
}

/** Rows in the order in which a side has them; a row that the side does not have stays behind the one before it. */
function sortRows(rows: readonly Row[], side: 'left' | 'right', items: readonly Item[]): readonly Row[] {
  const places = new Map(items.map((item, place) => [item, place]))
  const groups: { at: number; rows: Row[] }[] = [{ at: -1, rows: [] }]
  for (const row of rows) {
    const item = row[side]
    if (item) groups.push({ at: places.get(item)!, rows: [row] })
    else groups.at(-1)!.rows.push(row)
  }
  return groups.toSorted((a, b) => a.at - b.at).flatMap((group) => group.rows)
}

/**
 * The items of a side in the order of the rows. What stands in one text only stays behind the item before it. If that one was moved away
 * and the one behind was not, it stays before that.
 */
function sortSide(rows: readonly Row[], side: 'left' | 'right', items: readonly Item[]): readonly Item[] {
  const places = new Map(rows.filter((row) => row.left && row.right).map((row, at) => [row[side]!, at]))
  const stayed = new Set(
    longestRise(
      items.filter((item) => places.has(item)),
      (item) => places.get(item)!,
    ),
  )
  const groups: { at: number; items: Item[]; hasStayed: boolean }[] = [{ at: -1, items: [], hasStayed: true }]
  let added: Item[] = []
  for (const item of items) {
    const at = places.get(item)
    if (at === undefined) added.push(item)
    else {
      const before = groups.at(-1)!
      const hasStayed = stayed.has(item)
      const isBeforeThis = hasStayed && !before.hasStayed
      groups.push({ at, items: isBeforeThis ? [...added, item] : [item], hasStayed })
      if (!isBeforeThis) before.items.push(...added)
      added = []
    }
  }
  groups.at(-1)!.items.push(...added)
  return groups.toSorted((a, b) => a.at - b.at).flatMap((group) => group.items)
}

function isSortedByName(items: readonly Item[]): boolean {
  return items.every((item, i) => item.name !== undefined && (i === 0 || compare(items[i - 1]!.name!, item.name) <= 0))
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
