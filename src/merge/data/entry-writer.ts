import { commentsIn, keyPartSeparator, type DataCollection, type DataItem } from './data-node.ts'
import type { ClashEntry, Entry, MergedNode, PairedEntry, Side } from './entry.ts'
import type { StyleFit } from './item-style.ts'
import { mergeTrivia } from './merge-trivia.ts'
import { choose, fitted, type Piece } from './piece.ts'

const sides = ['base', 'left', 'right'] as const

export interface WrittenItems {
  readonly pieces: readonly Piece[]
  /** Keys and values; undefined if there is a conflict. */
  readonly values: readonly (readonly [key: string, id: number])[] | undefined
}

/** Writes the items of a merged collection: each from its side, in the layout of the result, with the right commas. */
export class EntryWriter {
  readonly #nodes: {
    readonly base: DataCollection | undefined
    readonly left: DataCollection
    readonly right: DataCollection
  }
  readonly #fit: StyleFit
  readonly #path: readonly string[]
  readonly #merge: (entry: PairedEntry, path: readonly string[]) => MergedNode | undefined
  readonly #isFlow: boolean
  readonly #pieces: Piece[] = []
  #values: (readonly [string, number])[] | undefined = []
  /** Is the last piece a comment behind an item? */
  #isTrail = false

  constructor(
    nodes: { readonly base: DataCollection | undefined; readonly left: DataCollection; readonly right: DataCollection },
    fit: StyleFit,
    path: readonly string[],
    merge: (entry: PairedEntry, path: readonly string[]) => MergedNode | undefined,
  ) {
    this.#nodes = nodes
    this.#fit = fit
    this.#path = path
    this.#merge = merge
    this.#isFlow = nodes.left.layout === 'flow'
  }

  write(entries: readonly Entry[]): WrittenItems {
    const { base, left, right } = this.#nodes
    const open = choose(base?.open, left.open, right.open) ?? left.open
    const last = lastPlaces(entries)
    const seen = { base: false, left: false, right: false }
    this.#pieces.push(open)
    entries.forEach((entry, i) => {
      const place = {
        isFirst: { base: !seen.base, left: !seen.left, right: !seen.right },
        isLast: { base: last.base === i, left: last.left === i, right: last.right === i },
      }
      if (entry.reason) this.#clash(entry, place)
      else this.#item(entry, place)
      for (const side of sides) seen[side] ||= !entry.reason || entry[side].length > 0
    })
    this.#pushInFlow(mergeTrivia(base?.close, left.close, right.close, this.#path))
    return { pieces: this.#pieces, values: this.#values }
  }

  #push(piece: Piece): void {
    if (typeof piece !== 'string' && piece.reason) this.#values = undefined
    this.#pieces.push(piece)
  }

  /** What follows an item. After a comment in its line there is a line break. */
  #pushInFlow(piece: Piece): void {
    if (this.#isTrail && typeof piece === 'string' && !/^[ \t]*\n/.test(piece)) this.#push('\n')
    this.#push(piece)
  }

  #clash(entry: ClashEntry, { isFirst, isLast }: Place): void {
    const textOf = (side: Side) =>
      entry[side]
        .map((item, i, all) => this.#text(item, side, isFirst[side] && i === 0, isLast[side] && i === all.length - 1))
        .join('')
    const path = [...this.#path, ...entry.key.split(keyPartSeparator)]
    this.#push({ base: textOf('base'), left: textOf('left'), right: textOf('right'), reason: entry.reason, path })
    this.#isTrail = sides.some((side) => (entry[side].at(-1)?.trail ?? '') !== '')
  }

  /** An item as a side has it. */
  #text(item: DataItem, side: Side, isFirst: boolean, isLast: boolean): string {
    const wasFirst = this.#nodes[side]?.items[0] === item
    const body = this.#fit.fit(item.head + item.gap + item.value.text + item.tail, side)
    const separator = this.#isFlow ? this.#comma(isLast) : item.separator
    return this.#fit.lead(item, side, wasFirst, isFirst) + body + separator + item.trail
  }

  #comma(isLast: boolean): string {
    return isLast && this.#fit.result?.hasLastComma !== true ? '' : ','
  }

  #item(entry: PairedEntry, place: Place): void {
    const { base, left, right, key } = entry
    if (left && right && this.#isPlain(left, right, place)) return this.#plain(left)
    const commas = fitted(...(sides.map((side) => this.#comma(place.isLast[side])) as [string, string, string]))
    this.#pushInFlow(this.#lead(entry, place))
    this.#isTrail = false
    if (!left || !right) {
      const [item, side] = left ? ([left, 'left'] as const) : ([right!, 'right'] as const)
      this.#push(this.#fit.fit(item.head + item.gap + item.value.text + item.tail, side))
      this.#push(this.#isFlow ? commas : item.separator)
      this.#trail(item.trail)
      this.#values?.push([item.key, item.value.id])
      return
    }
    this.#push(choose(base?.head, left.head, right.head) ?? left.head)
    const path = [...this.#path, ...key.split(keyPartSeparator)]
    const trivia = (part: 'tail' | 'trail') => mergeTrivia(base?.[part], left[part], right[part], path)
    this.#value(entry, path, trivia('tail'))
    if (this.#isFlow) this.#push(commas)
    this.#trail(trivia('trail'))
  }

  /** Is an item alike on both sides and stays as it is? */
  #isPlain(left: DataItem, right: DataItem, { isFirst, isLast }: Place): boolean {
    return (
      left.value.text === right.value.text &&
      left.lead === right.lead &&
      left.head === right.head &&
      left.gap === right.gap &&
      left.tail === right.tail &&
      left.trail === right.trail &&
      this.#fit.isPlain &&
      !this.#isTrail &&
      !sides.some((side) => isFirst[side] || isLast[side]) &&
      !this.#wasFirst(left, 'left')
    )
  }

  #plain(item: DataItem): void {
    const { lead, head, gap, value, tail, trail } = item
    this.#pieces.push(lead + head + gap + value.text + tail + (this.#isFlow ? ',' : item.separator))
    this.#trail(trail)
    this.#values?.push([item.key, value.id])
  }

  #trail(piece: Piece): void {
    this.#isTrail = piece !== ''
    this.#push(piece)
  }

  /** What stands between the key and the comma or the end of the line. */
  #value(entry: PairedEntry, path: readonly string[], tail: Piece): void {
    const { base, left, right } = entry as Required<PairedEntry>
    const merged = this.#merge(entry, path)
    const gap = merged && gapBefore(merged, entry, path)
    const isOverLines = merged && merged.from !== 'both' && !this.#isFlow && entry[merged.from]!.separator === ''
    // Behind a block there is no place for a comment that the other side has in the line of its value.
    if (!merged || gap === undefined || (isOverLines && tail !== '')) {
      const all = (item: DataItem | undefined, side: Side) =>
        item ? this.#fit.fit(item.gap + item.value.text + item.tail + (this.#isFlow ? '' : item.separator), side) : ''
      const reason = merged ? 'comment' : base ? 'both-changed' : 'both-added'
      this.#push({ base: all(base, 'base'), left: all(left, 'left'), right: all(right, 'right'), reason, path })
      return
    }
    const from = merged.from === 'both' ? left : entry[merged.from]!
    if (merged.from === 'both') [gap, ...merged.pieces].forEach((piece) => this.#push(piece))
    else this.#push(this.#fit.fit((gap as string) + from!.value.text, merged.from))
    if (merged.id === undefined) this.#values = undefined
    this.#values?.push([from!.key, merged.id!])
    this.#push(tail)
    if (!this.#isFlow) this.#push(from!.separator)
  }

  /** White space and comments before an item, for the place that it has in each text. */
  #lead(entry: PairedEntry, { isFirst }: Place): Piece {
    const texts = sides.map((side) => this.#leadAt(entry, isFirst[side]))
    const [base, left, right] = texts
    if (typeof base === 'string' && typeof left === 'string' && typeof right === 'string')
      return fitted(base, left, right)
    return left!
  }

  #leadAt({ base, left, right, key }: PairedEntry, isFirst: boolean): Piece {
    const lead = (item: DataItem, side: Side) => this.#fit.lead(item, side, this.#wasFirst(item, side), isFirst)
    if (!left || !right) return left ? lead(left, 'left') : lead(right!, 'right')
    const items = { base, left, right }
    const [ofBase, ofLeft, ofRight] = sides.map((side) => items[side] && commentsIn(items[side].lead))
    if (ofLeft === '' && ofRight === '' && !ofBase) {
      // White space tells most where the item had the same place.
      const leftFits = this.#wasFirst(left, 'left') === isFirst
      const rightFits = this.#wasFirst(right, 'right') === isFirst
      if (leftFits !== rightFits) return leftFits ? lead(left, 'left') : lead(right, 'right')
      const isRight = base && choose(base.lead, left.lead, right.lead) === right.lead && left.lead !== right.lead
      return isRight ? lead(right, 'right') : lead(left, 'left')
    }
    const merged = mergeTrivia(base?.lead, left.lead, right.lead, [...this.#path, key])
    if (merged === left.lead) return lead(left, 'left')
    if (merged === right.lead) return lead(right, 'right')
    if (typeof merged === 'string') return merged
    return { ...merged, base: base ? lead(base, 'base') : '', left: lead(left, 'left'), right: lead(right, 'right') }
  }

  #wasFirst(item: DataItem, side: Side): boolean {
    return this.#nodes[side]?.items[0] === item
  }
}

/**
 * The gap before a value: a block that begins a line of its own has a line break in it, and no other value has. Undefined where a
 * comment of the other side has no place.
 */
function gapBefore(merged: MergedNode, { base, left, right }: PairedEntry, path: readonly string[]): Piece | undefined {
  const gap = mergeTrivia(base?.gap, left!.gap, right!.gap, path)
  if (merged.from !== 'both') {
    const [own, other] = merged.from === 'left' ? [left!.gap, right!.gap] : [right!.gap, left!.gap]
    if (typeof gap === 'string' && gap.includes('\n') === own.includes('\n')) return gap
    // The first document of a file may do without a head and the line break behind it, and is not the first one on both sides.
    if (left!.head !== right!.head && [left!.head, right!.head].includes('')) return gap
    return commentsIn(other) === commentsIn(base?.gap ?? '') ? own : undefined
  }
  const isBlock = left!.value.kind !== 'scalar' && left!.value.layout === 'block'
  const lead = merged.pieces[1]
  if (!isBlock || typeof gap !== 'string' || typeof lead !== 'string') return gap
  const hasLine = left!.head === '-' ? lead !== '' : gap.includes('\n')
  const fitting = [gap, left!.gap, right!.gap].find((some) => some.includes('\n') === hasLine) ?? gap
  return commentsIn(fitting) === commentsIn(gap) ? fitting : undefined
}

interface Place {
  readonly isFirst: { readonly [side in Side]: boolean }
  readonly isLast: { readonly [side in Side]: boolean }
}

function lastPlaces(entries: readonly Entry[]): { readonly [side in Side]: number } {
  const last = (side: Side) => entries.findLastIndex((entry) => !entry.reason || entry[side].length > 0)
  return { base: last('base'), left: last('left'), right: last('right') }
}
