import {
  collectionId,
  features,
  KeysOfMap,
  maxDataDepth,
  type DataFile,
  type DataItem,
  type DataNode,
  type ValueIds,
} from './data-node.ts'
import { FlowReader, PlacesOfItems, scalarOf, withKey } from './flow-reader.ts'
import type { KnownCollection, KnownItems } from './known-items.ts'
import { YamlAnchors } from './yaml-anchors.ts'
import {
  alias,
  blockScalar,
  indentAt,
  isBreakOrBlank,
  keyOf,
  lineEndAt,
  plainInLine,
  plainValue,
  quoted,
  yamlDialect,
  type InlineScalar,
} from './yaml-scalars.ts'

/**
 * The YAML 1.2 that people write: block and flow collections, scalars of all kinds, comments, anchors, aliases, tags and several
 * documents, as a list with `---` as props. Undefined for what is not valid, and for the rest: keys with `?`, directives, tabs as indentation, anchors on keys.
 * The text ends with a line break.
 */
export function readYaml(text: string, ids: ValueIds, known?: KnownItems): DataFile | undefined {
  // Template languages and control characters are no YAML, and `...` is too rare to be worth it.
  if (/[^\t\n\u0020-\u007e\u0085\u00a0-\ud7ff\ud800-\udfff\ue000-\ufffd]|^\.\.\.(?:\s|$)|^%/m.test(text))
    return undefined
  return new YamlReader(text, ids, known).read()
}

interface Inner {
  readonly gap: string
  readonly value: DataNode
  readonly tail: string
  readonly separator: string
}

/** What an item stands in. */
interface Around {
  readonly column: number
  readonly keys: KeysOfMap
  readonly depth: number
  readonly known: KnownCollection<DataItem> | undefined
}

function itemOf(key: string, lead: string, head: string, { gap, value, tail, separator }: Inner): DataItem {
  return { key, rank: 0, lead, head, gap, value, tail, separator, trail: '' }
}

class YamlReader {
  readonly #text: string
  readonly #ids: ValueIds
  readonly #flow: FlowReader
  readonly #duplicates: string[] = []
  readonly #anchors = new YamlAnchors()
  #at = 0
  readonly #known: KnownItems | undefined
  readonly #isFirst: boolean
  /** The items of what the collection that is read next may be another version of. */
  #before: KnownItems['outermost']

  constructor(text: string, ids: ValueIds, known?: KnownItems) {
    this.#text = text
    this.#ids = ids
    this.#known = known
    this.#isFirst = known?.begin(text) === true
    this.#before = known?.outermost
    this.#flow = new FlowReader(text, ids, yamlDialect)
  }

  read(): DataFile | undefined {
    const documents: DataItem[] = []
    const lead = this.#trivia()
    const leadText = this.#text.slice(0, this.#isDocumentStart() ? this.#at : lead)
    let itemLead = ''
    if (!this.#isDocumentStart()) this.#at = lead
    do {
      const item = this.#document(itemLead)
      if (!item) return undefined
      documents.push(item)
      const from = this.#at
      this.#trivia()
      itemLead = this.#text.slice(from, this.#at)
    } while (this.#isDocumentStart())
    if (this.#at < this.#text.length) return undefined
    const tailFrom = this.#text.length - itemLead.length
    const [first] = documents as [DataItem]
    const isOne = documents.length === 1
    const root = isOne ? first.value : this.#block('list', documents, leadText.length, tailFrom, '', '---')
    // Most texts name nothing.
    if (/[*&!]/.test(this.#text)) this.#anchors.take(root)
    this.#known?.end(root.kind === 'scalar' ? undefined : root.items)
    return {
      lead: leadText + (isOne ? first.head + first.gap : ''),
      root,
      tail: (isOne ? first.tail + first.separator : '') + itemLead,
      duplicates: [...this.#duplicates, ...this.#flow.duplicates],
      features: this.#flow.features,
      anchors: this.#anchors.bound,
      unboundAliases: this.#anchors.unbound,
    }
  }

  #isDocumentStart(): boolean {
    return this.#text.startsWith('---', this.#at) && isBreakOrBlank(this.#text[this.#at + 3]) && this.#isLineStart()
  }

  #isLineStart(): boolean {
    return this.#at === 0 || this.#text[this.#at - 1] === '\n'
  }

  #document(lead: string): DataItem | undefined {
    const head = this.#isDocumentStart() ? '---' : ''
    this.#at += head.length
    const inner = head === '' ? this.#below(this.#at, '', -1, 0) : this.#inner(-1, true, 0)
    return inner && itemOf('', lead, head, inner)
  }

  /** Goes over empty lines and comments to the start of the next line of content; answers where it began. */
  #trivia(): number {
    const from = this.#at
    for (;;) {
      const at = this.#at + indentAt(this.#text, this.#at)
      const char = this.#text[at]
      if (char === '#') this.#flow.features |= features.comments
      else if (char !== '\n') return from
      this.#at = lineEndAt(this.#text, at) + 1
      if (this.#at >= this.#text.length) {
        this.#at = this.#text.length
        return from
      }
    }
  }

  /** The column of the next line of content; -1 at the end of the document. */
  #nextColumn(): number {
    if (this.#at >= this.#text.length || this.#isDocumentStart()) return -1
    return indentAt(this.#text, this.#at)
  }

  #block(
    kind: 'map' | 'list',
    items: readonly DataItem[],
    start: number,
    end: number,
    indent: string,
    props: string,
  ): DataNode {
    const text = this.#text.slice(start, end)
    const id = collectionId(this.#ids, kind, props, items)
    return { kind, layout: 'block', indent, props, open: '', items, close: '', id, text, end }
  }

  /** A map or list whose first item stands at the column, and begins its line unless `isCompact`. */
  #collection(
    kind: 'map' | 'list',
    column: number,
    isCompact: boolean,
    depth: number,
    { start, props }: { readonly start: number; readonly props: string },
  ): DataNode | undefined {
    if (depth > maxDataDepth) return undefined
    const items: DataItem[] = []
    const keys = new KeysOfMap(this.#duplicates)
    const context = (column * (maxDataDepth + 1) + depth) * 2 + (kind === 'map' ? 1 : 0)
    const known = this.#known?.like<DataItem>(this.#before, context)
    this.#before = undefined
    const places = this.#isFirst ? new PlacesOfItems(this.#duplicates, this.#flow.duplicates) : undefined
    let leadFrom = isCompact ? this.#at : start
    for (let isFirst = true; ; isFirst = false) {
      const found = isFirst ? undefined : known?.at(this.#text, this.#at)
      if (found) {
        items.push(kind === 'map' ? withKey(found.item, keys) : found.item)
        this.#at += found.length
        this.#flow.features |= found.features
        continue
      }
      const bits = this.#flow.features
      if (places) this.#flow.features = 0
      if (!isFirst || !isCompact) {
        if (!isFirst) leadFrom = this.#trivia()
        const next = this.#nextColumn()
        const isDash = this.#isDash(this.#at + Math.max(next, 0))
        if (next < column || (next === column && kind === 'list' && !isDash)) {
          this.#at = leadFrom
          this.#flow.features |= bits
          break
        }
        if (next > column || (kind === 'map' && isDash)) return undefined
        this.#at += column
      }
      const itemStart = this.#at
      const item = this.#item(kind, leadFrom, { column, keys, depth, known })
      if (!item) return undefined
      items.push(item)
      places?.add(leadFrom, itemStart, this.#flow.features)
      this.#flow.features |= bits
    }
    if (places) this.#known!.keep(items, context, places)
    return this.#block(kind, items, start, this.#at, ' '.repeat(column), props)
  }

  #isDash(at: number): boolean {
    return this.#text[at] === '-' && isBreakOrBlank(this.#text[at + 1])
  }

  #item(kind: 'map' | 'list', leadFrom: number, { column, keys, depth, known }: Around): DataItem | undefined {
    const start = this.#at
    const lead = this.#text.slice(leadFrom, start)
    let key = ''
    if (kind === 'list') this.#at++
    else {
      const read = this.#key(start)
      if (!read) return undefined
      key = keys.next(keyOf(read.value))
      this.#at = read.end
    }
    const head = this.#text.slice(start, this.#at)
    this.#before = known?.itemsBefore(key)
    const inner = this.#inner(column, kind === 'map', depth)
    this.#before = undefined
    return inner && itemOf(key, lead, head, inner)
  }

  /** A key in one line, up to and with its colon. */
  #key(at: number): InlineScalar | undefined {
    const char = this.#text[at]
    const read = char === '"' || char === "'" ? quoted(this.#text, at) : plainInLine(this.#text, at, false)
    if (!read || this.#text.slice(at, read.end).includes('\n')) return undefined
    let colon = read.end
    while (this.#text[colon] === ' ') colon++
    if (this.#text[colon] !== ':' || !isBreakOrBlank(this.#text[colon + 1])) return undefined
    return { value: read.value, end: colon + 1 }
  }

  /** What stands behind a key or dash of a collection at `column`. A list may stand below a key at the key's own column. */
  #inner(column: number, isKey: boolean, depth: number): Inner | undefined {
    const text = this.#text
    const from = this.#at
    let at = from
    while (text[at] === ' ') at++
    const props = this.#anchors.propsAt(text, at)
    if (props) at = props.end
    if (text[at] === '\t') return undefined
    if (text[at] === '\n' || (text[at] === '#' && isBreakOrBlank(text[at - 1]))) {
      if (text[at] === '#') this.#flow.features |= features.comments
      return this.#below(from, props?.text ?? '', column, depth, isKey, lineEndAt(text, at) + 1)
    }
    const isFirstLine = !isKey && column >= 0
    if (isFirstLine && (this.#isDash(at) || this.#key(at))) {
      if (props) return undefined
      const kind = this.#isDash(at) ? 'list' : 'map'
      this.#at = at
      const value = this.#collection(kind, column + at - from + 1, true, depth + 1, { start: at, props: '' })
      return value && { gap: text.slice(from, at), value, tail: '', separator: '' }
    }
    if (column < 0 && this.#key(at)) return undefined
    return this.#inline(from, at, props, column, depth)
  }

  /** A value that begins in a later line, or none. */
  #below(from: number, props: string, column: number, depth: number, isKey = true, nextLine = from): Inner | undefined {
    this.#at = nextLine
    this.#trivia()
    const next = this.#nextColumn()
    const at = this.#at + Math.max(next, 0)
    const isList = this.#isDash(at)
    if (next > column || (next === column && next >= 0 && isKey && isList)) {
      if (isList || this.#key(at)) {
        this.#at = at - next
        const value = this.#collection(isList ? 'list' : 'map', next, false, depth + 1, { start: nextLine, props })
        return value && { gap: this.#text.slice(from, nextLine), value, tail: '', separator: '' }
      }
      return props === '' && next >= 0 ? this.#inline(from, at, undefined, column, depth) : undefined
    }
    // Nothing: an empty value, null.
    this.#at = nextLine
    if (nextLine === from) return undefined
    const value = scalarOf(
      this.#ids,
      props === '' ? 'p' : `&${props}`,
      props === '' ? '' : this.#text.slice(from, nextLine - 1),
      nextLine - 1,
    )
    return { gap: '', value, tail: props === '' ? this.#text.slice(from, nextLine - 1) : '', separator: '\n' }
  }

  /** A scalar, or a collection between brackets, with the rest of its line. */
  #inline(
    from: number,
    at: number,
    props: { readonly text: string; readonly start: number } | undefined,
    column: number,
    depth: number,
  ): Inner | undefined {
    const start = props ? props.start : at
    const read = this.#value(at, column, depth)
    if (!read) return undefined
    const tailEnd = this.#lineEnd(read.end)
    if (tailEnd < 0) return undefined
    this.#at = tailEnd + 1
    const value = props ? this.#withProps(read, start, props.text) : read
    return {
      gap: this.#text.slice(from, start),
      value,
      tail: this.#text.slice(read.end, tailEnd),
      separator: '\n',
    }
  }

  #withProps(node: DataNode, start: number, props: string): DataNode {
    const text = this.#text.slice(start, node.end)
    const id = this.#ids.withProps(props, node.id)
    if (node.kind === 'scalar') return { ...node, id, text, isBlock: false }
    return { ...node, id, text, props, open: this.#text.slice(start, node.end - node.text.length) + node.open }
  }

  #value(at: number, column: number, depth: number): DataNode | undefined {
    const text = this.#text
    const char = text[at]
    if (char === '|' || char === '>') return blockScalar(text, at, column, this.#ids)
    if (char === '[' || char === '{') return this.#flowCollection(at, column, depth)
    const isQuoted = char === '"' || char === "'"
    const read = isQuoted ? quoted(text, at) : char === '*' ? alias(text, at) : plainInLine(text, at, false)
    if (!read) return undefined
    if (!isQuoted && char !== '*') return this.#plain(at, read.end, column)
    return this.#isIndented(at, read.end, column)
      ? scalarOf(this.#ids, read.value, text.slice(at, read.end), read.end)
      : undefined
  }

  #flowCollection(at: number, column: number, depth: number): DataNode | undefined {
    const node = this.#flow.read(at, depth)
    return node && this.#isIndented(at, node.end, column) ? node : undefined
  }

  /** Do all lines but the first go deeper than the collection around? */
  #isIndented(from: number, end: number, column: number): boolean {
    for (let at = this.#text.indexOf('\n', from) + 1; at > 0 && at <= end; at = this.#text.indexOf('\n', at) + 1) {
      const spaces = indentAt(this.#text, at)
      if (spaces <= column && this.#text[at + spaces] !== '\n') return false
      if (this.#text[at + spaces] === '\t') return false
    }
    return true
  }

  /** A plain scalar with the lines that go on with it. */
  #plain(start: number, firstEnd: number, column: number): DataNode | undefined {
    const text = this.#text
    let end = firstEnd
    const lines = [text.slice(start, end)]
    let next = lineEndAt(text, end) + 1
    if (text.slice(end, next - 1).trim() === '')
      for (;;) {
        let empty = 0
        while (next < text.length && text[next + indentAt(text, next)] === '\n') {
          next = lineEndAt(text, next) + 1
          empty++
        }
        const at = next + indentAt(text, next)
        if (next >= text.length || at - next <= column || text[at] === '#') break
        if (column < 0 && /^---(?:\s|$)/.test(text.slice(next, next + 4))) break
        const lineEnd = lineEndAt(text, at)
        const line = text.slice(at, lineEnd)
        if (/:(?:\s|$)|\s#|\t/.test(line)) return undefined
        end = at + line.trimEnd().length
        lines.push(...Array.from({ length: empty }, () => ''), line.trimEnd())
        next = lineEnd + 1
      }
    const value = lines.length === 1 ? plainValue(lines[0]!) : `f${lines.join('\n')}`
    return scalarOf(this.#ids, value, text.slice(start, end), end)
  }

  /** The break of a line of which only a comment is left; -1 where something else follows. */
  #lineEnd(from: number): number {
    let at = from
    while (this.#text[at] === ' ') at++
    if (this.#text[at] === '\n') return at
    if (this.#text[at] !== '#' || at === from) return -1
    this.#flow.features |= features.comments
    return lineEndAt(this.#text, at)
  }
}
