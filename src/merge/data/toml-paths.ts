import { keyPartSeparator, type DataItem, type DataNode } from './data-node.ts'

interface Table {
  readonly path: readonly string[]
  readonly isArray: boolean
  readonly items: readonly DataItem[]
}

/** Before the number of an element in a name. */
const elementSign = '\u001e'

/** What a path may be defined as: a value is closed, a table that was named has its entries, `open` came about on the way. */
type Kind = 'value' | 'table' | 'array' | 'open' | 'dotted'

/** Does TOML forbid this document, because a path is defined twice or goes through a value? */
export function hasClashingPaths(rootItems: readonly DataItem[], sections: readonly Table[]): boolean {
  const paths = new Paths()
  if (!rootItems.every((item) => paths.entry('', item))) return true
  return !sections.every((section) => {
    const name = paths.section(section)
    return name !== undefined && section.items.every((item) => paths.entry(name, item))
  })
}

class Paths {
  readonly #kinds = new Map<string, Kind>()
  /** Of an array of tables, the number of its last element. */
  readonly #last = new Map<string, number>()

  /** The name of the table, with the numbers of elements of arrays in it; undefined if it may not stand. */
  section({ path, isArray }: Table): string | undefined {
    let name = ''
    for (const part of path.slice(0, -1)) {
      name = this.#child(name, part)
      const kind = this.#kinds.get(name)
      if (kind === 'value') return undefined
      if (kind === 'array') name += `${elementSign}${this.#last.get(name)}`
      else if (kind === undefined) this.#kinds.set(name, 'open')
    }
    name = this.#child(name, path.at(-1)!)
    const kind = this.#kinds.get(name)
    if (isArray) {
      if (kind !== undefined && kind !== 'array') return undefined
      this.#kinds.set(name, 'array')
      const number = (this.#last.get(name) ?? -1) + 1
      this.#last.set(name, number)
      return `${name}${elementSign}${number}`
    }
    if (kind !== undefined && kind !== 'open') return undefined
    this.#kinds.set(name, 'table')
    return name
  }

  /** False if the entry may not stand. Keys that stand twice in their map are told apart already, and count as duplicates. */
  entry(table: string, { key, value }: DataItem): boolean {
    const parts = key.split(keyPartSeparator)
    let name = table
    for (const part of parts.slice(0, -1)) {
      name = this.#child(name, part)
      const kind = this.#kinds.get(name)
      if (kind !== undefined && kind !== 'dotted') return false
      this.#kinds.set(name, 'dotted')
    }
    name = this.#child(name, parts.at(-1)!)
    if (this.#kinds.has(name)) return false
    this.#kinds.set(name, 'value')
    return areInlineTablesGood(value)
  }

  #child(name: string, part: string): string {
    return `${name}${keyPartSeparator}${part}`
  }
}

function areInlineTablesGood(node: DataNode): boolean {
  if (node.kind === 'scalar') return true
  if (node.kind === 'map') {
    const paths = new Paths()
    return node.items.every((item) => paths.entry('', item))
  }
  return node.items.every(({ value }) => areInlineTablesGood(value))
}
