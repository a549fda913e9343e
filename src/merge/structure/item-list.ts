import type { ListRule } from '../languages/merge-rules.ts'
import type { ConflictSide } from '../merge-result.ts'
import { isFreeNode, nameOf } from './name-of.ts'
import { isBlank, type Source } from './source.ts'

/** An item of a list with what belongs to it: the comments and attributes before it, its separator, a comment at the end of its line. */
export interface Item {
  readonly source: Source
  readonly node: number
  /** Its place in the list. */
  readonly index: number
  /** The white space before the item. */
  readonly gap: string
  /** Where the comments and attributes before the node begin. */
  readonly start: number
  readonly separator: string
  /** Where the comment after the separator ends. */
  readonly end: number
  /** What stands between the node's separator and `end`: a comment with the white space before it, or nothing. */
  readonly trail: string
  /** Equal where the item says the same. */
  readonly id: number
  /** The name of what the item declares, with what tells overloads apart. */
  readonly name: string | undefined
  /** Whether the place of the item says nothing. */
  readonly isFree: boolean
}

/** A list as it stands in a text: `open`, the items, the white space after them, `close`. */
export interface ItemList {
  readonly source: Source
  /** Where the list begins. */
  readonly start: number
  readonly open: string
  readonly items: readonly Item[]
  readonly closeGap: string
  readonly close: string
}

const openers = new Set(['{', '(', '[', '<', 'do', 'begin'])
const closers = new Set(['}', ')', ']', '>', '/>', 'end', 'done', 'esac', '#endif'])

/** The list that a node is, or undefined where it holds what this reader does not know. `isRoot`: white space around it belongs to it. */
export function readList(source: Source, node: number, rule: ListRule, isRoot: boolean): ItemList | undefined {
  return new ListReader(source, rule, isRoot ? 0 : source.tree.start[node]!).read(node, isRoot)
}

class ListReader {
  readonly #source: Source
  readonly #rule: ListRule
  readonly #items: Item[] = []
  /** Comments and attributes whose item has not come yet. */
  #pending: number[] = []
  /** The end of what has been taken. */
  #at: number
  #isValued = false

  constructor(source: Source, rule: ListRule, at: number) {
    this.#source = source
    this.#rule = rule
    this.#at = at
  }

  read(node: number, isRoot: boolean): ItemList | undefined {
    const { tree, text } = this.#source
    const children = this.#source.children(node)
    const first = this.#openersOf(children)
    if (first === undefined) return undefined
    const hasClose = children.length > first && this.#isCloser(children.at(-1)!)
    const begin = this.#at
    if (first > 0) this.#at = tree.end[children[first - 1]!]!
    const open = text.slice(begin, this.#at)
    const inner = children.slice(first, hasClose ? -1 : undefined)
    this.#isValued = this.#rule.order === 'valued' && this.#areValued(inner)
    for (const child of inner) if (!this.#take(child)) return undefined
    for (const comment of this.#pending) if (!this.#add(comment, [])) return undefined
    const end = isRoot ? text.length : tree.end[node]!
    const closeAt = hasClose ? tree.start[children.at(-1)!]! : end
    if (!isBlank(text, this.#at, closeAt)) return undefined
    return {
      source: this.#source,
      start: begin,
      open,
      items: this.#items,
      closeGap: text.slice(this.#at, closeAt),
      close: text.slice(closeAt, end),
    }
  }

  /** How many children stand before the first item. */
  #openersOf(children: readonly number[]): number | undefined {
    const { from } = this.#rule
    if (from === undefined) return children.length > 0 && openers.has(this.#tokenAt(children[0]!)) ? 1 : 0
    const isLast = (child: number): boolean =>
      [this.#tokenAt(child), this.#source.fieldOf(child), this.#source.kind(child)].includes(from)
    const at = children.findIndex(isLast)
    return at < 0 ? undefined : at + 1
  }

  #isCloser(node: number): boolean {
    return closers.has(this.#tokenAt(node)) || this.#source.kind(node) === 'end_tag'
  }

  #areValued(children: readonly number[]): boolean {
    return children.every(
      (child) =>
        !this.#source.isNamed(child) ||
        this.#source.isComment(child) ||
        this.#source.children(child).some((part) => this.#tokenAt(part) === '='),
    )
  }

  /** The text of a node without name, else nothing. */
  #tokenAt(node: number): string {
    return this.#source.isNamed(node) ? '' : this.#source.textOf(node)
  }

  #take(node: number): boolean {
    const { tree, text, rules } = this.#source
    const { start, end } = tree
    if (this.#source.isError(node)) return false
    if (isBlank(text, start[node]!, end[node]!)) return true
    if (this.#source.isComment(node)) return this.#takeComment(node)
    if (rules.prefixes.includes(this.#source.kind(node))) return this.#pending.push(node) > 0
    const token = this.#tokenAt(node)
    if (token === ',' || token === ';' || (token !== '' && token === this.#rule.separator))
      return this.#takeSeparator(node, token)
    const before = this.#belonging(node)
    if (!before) return false
    return this.#add(node, before)
  }

  #takeComment(node: number): boolean {
    const { tree, text } = this.#source
    const last = this.#items.at(-1)
    const from = tree.start[node]!
    const endsLine =
      /^[ \t]*(?:\r?\n|$)/.test(text.slice(tree.end[node], tree.end[node]! + 200)) || text[tree.end[node]! - 1] === '\n'
    if (!last || this.#pending.length > 0 || !endsLine || text.slice(this.#at, from).includes('\n'))
      return this.#pending.push(node) > 0
    if (!isBlank(text, this.#at, from)) return false
    const end = endOfLine(text, tree.end[node]!)
    const trail = text.slice(this.#at, end)
    const id = this.#source.identities.of(`trail ${last.id} ${trail.trim()}`)
    this.#items[this.#items.length - 1] = { ...last, trail, end, id }
    this.#at = end
    return true
  }

  #takeSeparator(node: number, token: string): boolean {
    const { start, end } = this.#source.tree
    const last = this.#items.at(-1)
    if (!last || last.separator || last.trail || this.#pending.length > 0) return false
    if (
      !isBlank(this.#source.text, this.#at, start[node]!) ||
      (token !== '|' && token !== '+' && start[node] !== this.#at)
    )
      return false
    this.#at = end[node]!
    this.#items[this.#items.length - 1] = { ...last, separator: token, end: this.#at }
    return true
  }

  /** The pending nodes that belong to a node: those directly above it. The others become items of their own. */
  #belonging(node: number): readonly number[] | undefined {
    const { tree, text } = this.#source
    const pending = this.#pending
    let first = pending.length
    let next = tree.start[node]!
    while (first > 0) {
      const before = pending[first - 1]!
      const between = text.slice(tree.end[before], next)
      const breaks = between.split('\n').length - 1 + (text[tree.end[before]! - 1] === '\n' ? 1 : 0)
      if (breaks > 1 && this.#source.isComment(before)) break
      next = tree.start[before]!
      first--
    }
    for (const alone of pending.slice(0, first)) if (!this.#add(alone, [])) return undefined
    return pending.slice(first)
  }

  #isFree(node: number, name: string | undefined): boolean {
    const { order } = this.#rule
    if (order === 'unordered') return true
    return name !== undefined && (order === 'free' || this.#isValued || isFreeNode(this.#source, node))
  }

  #add(node: number, before: readonly number[]): boolean {
    const { tree, text, ids, identities } = this.#source
    const start = tree.start[before[0] ?? node]!
    if (!isBlank(text, this.#at, start)) return false
    const gap = text.slice(this.#at, start)
    // Some grammars let a node run on to the next line: the break belongs to the gap.
    const end = endOfLine(text, tree.end[node]!)
    const id = identities.of(`item ${[...before, node].map((part) => ids[part]).join(' ')}`)
    const name = this.#source.isComment(node) ? undefined : nameOf(this.#source, node)
    const isFree = this.#isFree(node, name)
    this.#items.push({
      source: this.#source,
      node,
      index: this.#items.length,
      gap,
      start,
      separator: '',
      end,
      trail: '',
      id,
      name,
      isFree,
    })
    this.#at = end
    this.#pending = []
    return true
  }
}

/** The end of a part without the line break that it ends with. */
function endOfLine(text: string, end: number): number {
  if (text[end - 1] !== '\n') return end
  return text[end - 2] === '\r' ? end - 2 : end - 1
}

/** The text of an item with what stands before it, without a line break that its node ends with. */
export function textOf({ source, node, start }: Item): string {
  return source.text.slice(start, source.tree.start[node]) + source.textOf(node).replace(/\r?\n$/, '')
}

/** Whether nothing else stands on the lines of an item. */
export function standsOnOwnLines(item: Item): boolean {
  const { text } = item.source
  const before = text.lastIndexOf('\n', item.start - 1) + 1
  const after = text.indexOf('\n', item.end)
  return isBlank(text, before, item.start) && isBlank(text, item.end, after < 0 ? text.length : after)
}

/** The lines from one item to another, whole, with their breaks. */
export function linesOf(first: Item, last: Item): ConflictSide {
  const { source } = first
  const after = source.text.indexOf('\n', last.end)
  const begin = source.text.lastIndexOf('\n', first.start - 1) + 1
  const text = source.text.slice(begin, after < 0 ? undefined : after + 1)
  const from = source.lineAt(begin)
  return { text: text.endsWith('\n') ? text : `${text}\n`, lines: { from, end: source.lineAt(last.end) + 1 } }
}

/** The lines of the comments and attributes before an item; undefined where they share a line with it or with what is before them. */
export function linesBefore({ source, start, node }: Item): ConflictSide | undefined {
  const { text } = source
  const from = text.lastIndexOf('\n', start - 1) + 1
  const core = source.tree.start[node]!
  const end = text.lastIndexOf('\n', core - 1) + 1
  if (end < from || !isBlank(text, from, start) || !isBlank(text, end, core)) return undefined
  return { text: text.slice(from, end), lines: { from: source.lineAt(from), end: source.lineAt(end) } }
}
