import { keyPartSeparator, type DataItem, type DataNode } from './data-node.ts'

interface Section {
  readonly path: readonly string[]
  readonly isArray: boolean
  readonly items: readonly DataItem[]
}

/** What a name stands for: a value is closed; a table was named by a header, came about on the way to one, or by a dotted key. */
type Defined = 'value' | Table

interface Table {
  kind: 'header' | 'open' | 'dotted' | 'array'
  /** Of an array, those of its last element. */
  names: Map<string, Defined>
}

/** Does TOML forbid this document, because a name is defined twice or goes through a value? */
export function hasClashingPaths(rootItems: readonly DataItem[], sections: readonly Section[]): boolean {
  const root: Table = { kind: 'header', names: new Map() }
  if (!areEntriesGood(root, rootItems)) return true
  return !sections.every((section) => {
    const table = tableOf(root, section)
    return table !== undefined && areEntriesGood(table, section.items)
  })
}

/** The table of a section, or of the new element of its array; undefined if it may not stand. */
function tableOf(root: Table, { path, isArray }: Section): Table | undefined {
  let table = root
  for (const part of path.slice(0, -1)) {
    const next = table.names.get(part)
    if (next === 'value') return undefined
    if (next) table = next
    else table.names.set(part, (table = { kind: 'open', names: new Map() }))
  }
  const name = path.at(-1)!
  const known = table.names.get(name)
  if (known === undefined) {
    const made: Table = { kind: isArray ? 'array' : 'header', names: new Map() }
    table.names.set(name, made)
    return made
  }
  if (known === 'value' || known.kind !== (isArray ? 'array' : 'open')) return undefined
  if (isArray) known.names = new Map()
  else known.kind = 'header'
  return known
}

/** Keys that stand twice in their table were told apart before, and are found there. */
function areEntriesGood(table: Table, items: readonly DataItem[]): boolean {
  return items.every(({ key, value }) => {
    let at = table
    let name = key
    if (key.includes(keyPartSeparator)) {
      const parts = key.split(keyPartSeparator)
      name = parts.pop()!
      for (const part of parts) {
        const next = at.names.get(part)
        if (next === undefined) at.names.set(part, (at = { kind: 'dotted', names: new Map() }))
        else if (next === 'value' || next.kind !== 'dotted') return false
        else at = next
      }
    }
    if (at.names.has(name)) return false
    at.names.set(name, 'value')
    return value.kind === 'scalar' || isInlineGood(value)
  })
}

function isInlineGood(node: DataNode): boolean {
  if (node.kind === 'scalar') return true
  if (node.kind === 'map') return areEntriesGood({ kind: 'header', names: new Map() }, node.items)
  return node.items.every(({ value }) => isInlineGood(value))
}
