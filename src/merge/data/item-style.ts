import { commentsIn, type DataCollection, type DataItem } from './data-node.ts'
import { choose } from './piece.ts'

/** How the items of a collection are laid out. */
export interface ItemStyle {
  /** White space before the first item, and before others of each rank. */
  readonly first: string
  readonly rest: readonly [string, string]
  /** White space at the start of the lines of items; undefined where they share one line. */
  readonly indent: string | undefined
  /** By how much items are deeper than the brackets around them. */
  readonly unit: string
  readonly hasLastComma: boolean
}

function styleOf(node: DataCollection | undefined): ItemStyle | undefined {
  const first = node?.items[0]
  if (!node || !first) return undefined
  const isFlow = node.layout === 'flow'
  const restOf = (rank: number) =>
    node.items.find((item) => item !== first && item.rank === rank && commentsIn(item.lead) === '')?.lead
  const firstLead = commentsIn(first.lead) === '' ? lastBreak(first.lead) : undefined
  if (!isFlow) {
    const isCompact = first.lead === '' && node.indent !== ''
    const rest = node.indent
    return {
      first: isCompact ? '' : rest,
      rest: [rest, restOf(1) ?? '\n'],
      indent: node.indent,
      unit: '',
      hasLastComma: false,
    }
  }
  const rest = lastBreak(restOf(0) ?? (firstLead?.includes('\n') ? firstLead : lastLine(first.lead)))
  const indent = rest.includes('\n') ? rest.slice(1) : undefined
  const closeIndent = lastBreak(node.close.slice(0, -1)).slice(1)
  const unit = indent?.startsWith(closeIndent) ? indent.slice(closeIndent.length) : ''
  const hasLastComma = node.items.at(-1)!.separator === ','
  return { first: firstLead ?? rest, rest: [rest, rest], indent, unit, hasLastComma }
}

/** Of an item that shares its first line with others: its bracket at the end tells where its lines begin. */
function innerStyle(text: string): Pick<ItemStyle, 'indent' | 'unit'> {
  const [, first = ''] = /\n([ \t]*)/.exec(text) ?? []
  const [indent = ''] = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n') + 1)) ?? []
  return { indent, unit: first.startsWith(indent) ? first.slice(indent.length) : '' }
}

/** White space from its last line break on. */
function lastBreak(space: string): string {
  const at = space.lastIndexOf('\n')
  return at < 0 ? space : space.slice(at)
}

function lastLine(lead: string): string {
  return lead.includes('\n') ? lastBreak(lead) : ' '
}

/** Fits texts of one side into a collection that may be laid out in another way. */
export class StyleFit {
  readonly #styles: Styles
  readonly result: ItemStyle | undefined
  readonly #isBlock: boolean

  /** Without a base, both sides added the collection. */
  constructor(base: DataCollection | undefined, left: DataCollection, right: DataCollection) {
    const styles = { base: styleOf(base), left: styleOf(left), right: styleOf(right) }
    this.#styles = styles
    this.#isBlock = left.layout === 'block'
    this.result = this.#isBlock ? blockStyle(styles) : flowStyle(styles)
  }

  /** Do the sides lay out their items as the result does? */
  get isPlain(): boolean {
    const [left, right, to] = [this.#styles.left, this.#styles.right, this.result]
    return left?.indent === to?.indent && right?.indent === to?.indent && left?.unit === to?.unit
  }

  /** A text of items from a side, which does not begin its line. */
  fit(text: string, side: 'base' | 'left' | 'right'): string {
    const [style, to] = [this.#styles[side], this.result]
    if (!text.includes('\n') || !style || to?.indent === undefined) return text
    const from = style.indent === undefined && !this.#isBlock ? innerStyle(text) : style
    if (from.indent === undefined || from.indent === to.indent) return text
    return text.replace(/\n([ \t]*)(?=([^ \t\n]?))/g, (line, space: string, next: string) => {
      if (next === '' || !space.startsWith(from.indent!)) return line
      return `\n${to.indent}${this.#scaled(space.slice(from.indent!.length), from.unit, to.unit)}`
    })
  }

  #scaled(space: string, from: string, to: string): string {
    if (this.#isBlock || from === to || from === '' || space.length % from.length > 0) return space
    const depth = space.length / from.length
    return from.repeat(depth) === space ? to.repeat(depth) : space
  }

  /** What goes before an item of a side, given whether it is the first one in the side and in the result. */
  lead(item: DataItem, side: 'base' | 'left' | 'right', wasFirst: boolean, isFirst: boolean): string {
    const [from, to] = [this.#styles[side], this.result]
    if (!to || !from) return item.lead
    if (commentsIn(item.lead) !== '') return this.#fitLead(item.lead, side)
    const isOtherLayout = (from.indent === undefined) !== (to.indent === undefined)
    if (wasFirst !== isFirst || isOtherLayout) return isFirst ? to.first : to.rest[item.rank]
    return this.#fitLead(item.lead, side)
  }

  #fitLead(lead: string, side: 'base' | 'left' | 'right'): string {
    // The item itself follows, so that the last line is not empty.
    return this.#isBlock ? this.fit(`\n${lead}.`, side).slice(1, -1) : this.fit(`${lead}.`, side).slice(0, -1)
  }
}

interface Styles {
  readonly base: ItemStyle | undefined
  readonly left: ItemStyle | undefined
  readonly right: ItemStyle | undefined
}

function flowStyle({ base, left, right }: Styles): ItemStyle | undefined {
  if (!left || !right) return left ?? right ?? base
  const keyOf = (style: ItemStyle | undefined) => style && JSON.stringify([style.first, style.rest, style.indent])
  const isRight = choose(keyOf(base), keyOf(left), keyOf(right)) === keyOf(right)
  const comma = choose(base?.hasLastComma, left.hasLastComma, right.hasLastComma) ?? left.hasLastComma
  return { ...(isRight ? right : left), hasLastComma: comma }
}

/** Indentation, and whether the first item stands behind the dash of the list around, are chosen apart. */
function blockStyle({ base, left, right }: Styles): ItemStyle | undefined {
  if (!left || !right) return left ?? right ?? base
  const isRight = choose(base?.indent, left.indent, right.indent) === right.indent
  const { rest, ...chosen } = isRight ? right : left
  const isCompact = choose(base?.first === '', left.first === '', right.first === '') ?? left.first === ''
  return { ...chosen, rest, first: isCompact ? '' : rest[0] }
}
