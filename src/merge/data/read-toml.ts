import {
  collectionId,
  features,
  keyPartSeparator,
  KeysOfMap,
  maxDataDepth,
  type DataFile,
  type DataItem,
  type DataNode,
  type ValueIds,
} from './data-node.ts'
import { FlowReader, PlacesOfItems } from './flow-reader.ts'
import type { KnownItems } from './known-items.ts'
import { readTomlKey, skipBlanks, tomlDialect } from './toml-scalars.ts'
import { hasClashingPaths } from './toml-paths.ts'

/** A table between its header and the next: `[name]` or, of an array of tables, `[[name]]`. */
interface Section {
  /** Its path as one. */
  readonly key: string
  readonly path: readonly string[]
  readonly isArray: boolean
  /** Comments and empty lines before it. */
  readonly lead: string
  readonly head: string
  readonly gap: string
  readonly items: readonly DataItem[]
  /** Of the value that its items make alone. */
  readonly id: number
  readonly start: number
  readonly end: number
}

/**
 * TOML 1.0. The root is a block whose entries are followed by its sections; a section that belongs to an element of an array of
 * tables stands inside that element. Undefined for a text that is not valid, and for arrays of tables with others in between.
 */
export function readToml(text: string, ids: ValueIds, known?: KnownItems): DataFile | undefined {
  return new TomlReader(text, ids, known).read()
}

class TomlReader {
  readonly #text: string
  readonly #ids: ValueIds
  readonly #flow: FlowReader
  readonly #duplicates: string[] = []
  #at = 0
  readonly #known: KnownItems | undefined
  readonly #isFirst: boolean

  constructor(text: string, ids: ValueIds, known?: KnownItems) {
    this.#known = known
    this.#isFirst = known?.begin(text) === true
    this.#text = text
    this.#ids = ids
    this.#flow = new FlowReader(text, ids, tomlDialect)
  }

  read(): DataFile | undefined {
    const first = this.#entries()
    if (!first) return undefined
    const sections = this.#sections(first)
    if (!sections) return undefined
    const tailFrom = sections.at(-1)?.end ?? first.end
    const items = nest(sections, [], 0, { reader: this, text: this.#text, ids: this.#ids })
    if (!items || hasClashingPaths(first.items, sections)) return undefined
    const all = [...first.items, ...items]
    if (this.#duplicates.length + this.#flow.duplicates.length > 0) return undefined
    this.#known?.end(sections)
    return {
      lead: '',
      root: this.block('map', all, 0, tailFrom),
      tail: this.#text.slice(tailFrom),
      duplicates: [],
      features: this.#flow.features,
      anchors: [],
      unboundAliases: [],
    }
  }

  /** What stands behind the first entries. */
  #sections({ rest, end }: Entries): readonly Section[] | undefined {
    const sections: Section[] = []
    const known = this.#known?.like<Section>(this.#known.outermost, 0)
    const places = this.#isFirst ? new PlacesOfItems(this.#duplicates, this.#flow.duplicates) : undefined
    for (let [lead, from] = [rest, end]; this.#at < this.#text.length;) {
      const found = known?.at(this.#text, from)
      if (found) {
        const shift =
          from - (found.item.start - found.item.gap.length - found.item.head.length - found.item.lead.length)
        sections.push({ ...found.item, start: found.item.start + shift, end: found.item.end + shift })
        this.#flow.features |= found.features
        from += found.length
        this.#at = this.#flow.skip(from)
        lead = this.#text.slice(from, this.#at)
        continue
      }
      const start = this.#at
      const bits = this.#flow.features
      if (places) this.#flow.features = 0
      const read = this.#section(lead)
      if (!read) return undefined
      known?.itemsBefore(read.section.key)
      sections.push(read.section)
      places?.add(from, start, this.#flow.features)
      this.#flow.features |= bits
      lead = read.rest
      from = read.section.end
    }
    if (places) this.#known!.keep(sections, 0, places)
    return sections
  }

  block(
    kind: 'map' | 'list',
    items: readonly DataItem[],
    start: number,
    end: number,
    id = collectionId(this.#ids, kind, '', items),
  ): DataNode {
    const text = this.#text.slice(start, end)
    return { kind, layout: 'block', indent: '', props: '', open: '', items, close: '', id, text, end }
  }

  /** Entries up to the next header, whose comments are `rest`. */
  #entries(): Entries | undefined {
    const items: DataItem[] = []
    const keys = new KeysOfMap(this.#duplicates)
    for (;;) {
      const end = this.#at
      const at = this.#flow.skip(end)
      const lead = this.#text.slice(end, at)
      this.#at = at
      if (at >= this.#text.length || this.#text[at] === '[') return { items, rest: lead, end }
      const item = this.#entry(lead, keys)
      if (!item) return undefined
      items.push(item)
    }
  }

  #entry(lead: string, keys: KeysOfMap): DataItem | undefined {
    const text = this.#text
    const start = this.#at
    const key = readTomlKey(text, start)
    const equals = key ? skipBlanks(text, key.end) : -1
    if (!key || text[equals] !== '=') return undefined
    const valueAt = skipBlanks(text, equals + 1)
    const value = this.#flow.read(valueAt)
    const tailEnd = value ? this.#lineEnd(value.end) : -1
    if (!value || tailEnd < 0) return undefined
    this.#at = tailEnd + 1
    return {
      key: keys.next(key.parts.join(keyPartSeparator)),
      rank: 0,
      lead,
      head: text.slice(start, equals + 1),
      gap: text.slice(equals + 1, valueAt),
      value,
      tail: text.slice(value.end, tailEnd),
      separator: '\n',
      trail: '',
    }
  }

  /** The break of a line of which only a comment is left; -1 where something else follows. */
  #lineEnd(from: number): number {
    const at = skipBlanks(this.#text, from)
    if (this.#text[at] === '\n') return at
    if (this.#text[at] !== '#') return -1
    this.#flow.features |= features.comments
    return this.#text.indexOf('\n', at)
  }

  #section(lead: string): { readonly section: Section; readonly rest: string } | undefined {
    const text = this.#text
    const start = this.#at
    const isArray = text[start + 1] === '['
    const key = readTomlKey(text, skipBlanks(text, start + (isArray ? 2 : 1)))
    const bracket = key ? skipBlanks(text, key.end) : -1
    const headEnd = bracket + (isArray ? 2 : 1)
    if (!key || text.slice(bracket, headEnd) !== (isArray ? ']]' : ']')) return undefined
    const lineEnd = this.#lineEnd(headEnd)
    if (lineEnd < 0) return undefined
    this.#at = lineEnd + 1
    const read = this.#entries()
    if (!read) return undefined
    const section: Section = {
      key: key.parts.join(keyPartSeparator),
      path: key.parts,
      isArray,
      lead,
      head: text.slice(start, headEnd),
      gap: text.slice(headEnd, lineEnd + 1),
      items: read.items,
      id: collectionId(this.#ids, 'map', '', read.items),
      start: lineEnd + 1,
      end: read.end,
    }
    return { section, rest: read.rest }
  }
}

interface Entries {
  readonly items: readonly DataItem[]
  readonly rest: string
  readonly end: number
}

interface Context {
  readonly reader: TomlReader
  readonly text: string
  readonly ids: ValueIds
}

/** Sections as items: arrays of tables as lists, with what belongs to an element inside it. `outer` names the table around. */
function nest(
  sections: readonly Section[],
  outer: readonly string[],
  depth: number,
  context: Context,
): readonly DataItem[] | undefined {
  if (depth > maxDataDepth) return undefined
  const items: DataItem[] = []
  const arrays = new Set<string>()
  for (let i = 0; i < sections.length;) {
    const section = sections[i]!
    const key = section.path.slice(outer.length).join(keyPartSeparator)
    // An element of an array that others have ended can get no more tables.
    if (arrays.size > 0 && isInEndedArray(key, arrays)) return undefined
    if (!section.isArray) {
      const value = context.reader.block('map', section.items, section.start, section.end, section.id)
      items.push(sectionItem(key, section, value))
      i++
      continue
    }
    if (arrays.has(key)) return undefined
    arrays.add(key)
    const elements: DataItem[] = []
    const start = section.start - section.gap.length - section.head.length - section.lead.length
    while (i < sections.length && sections[i]!.isArray && isSamePath(sections[i]!.path, section.path)) {
      const first = sections[i++]!
      const from = i
      while (i < sections.length && isBelow(sections[i]!.path, section.path)) i++
      const inner = nest(sections.slice(from, i), section.path, depth + 1, context)
      if (!inner) return undefined
      const all = [...first.items, ...inner]
      const value = context.reader.block('map', all, first.start, sections[i - 1]!.end)
      elements.push(sectionItem('', first, value))
    }
    const list = context.reader.block('list', elements, start, sections[i - 1]!.end)
    items.push(sectionItem(key, { lead: '', head: '', gap: '' }, list))
  }
  return items
}

function sectionItem(
  key: string,
  { lead, head, gap }: { readonly lead: string; readonly head: string; readonly gap: string },
  value: DataNode,
): DataItem {
  return { key, rank: key === '' ? 0 : 1, lead, head, gap, value, tail: '', separator: '', trail: '' }
}

function isInEndedArray(key: string, arrays: ReadonlySet<string>): boolean {
  for (let at = key.indexOf(keyPartSeparator); at >= 0; at = key.indexOf(keyPartSeparator, at + 1))
    if (arrays.has(key.slice(0, at))) return true
  return false
}

function isSamePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, i) => part === other[i])
}

function isBelow(path: readonly string[], outer: readonly string[]): boolean {
  return path.length > outer.length && outer.every((part, i) => part === path[i])
}
