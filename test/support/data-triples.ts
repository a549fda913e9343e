import type { SeededRandom } from '../../src/lib/seeded-random.ts'
import type { Triple } from './line-triples.ts'

/** A document to be printed. Comments hold a number that no other comment has. */
export type Tree =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean }
  | { readonly kind: 'map'; readonly entries: readonly TreeEntry[] }
  | { readonly kind: 'list'; readonly entries: readonly TreeEntry[] }

export interface TreeEntry {
  readonly key: string
  readonly comment: string
  readonly trail: string
  readonly emptyLines: number
  readonly tree: Tree
}

/** How a side writes: what a formatter may change. */
interface Style {
  readonly unit: string
  readonly quote: '"' | "'" | ''
  readonly isWide: boolean
  readonly hasLastComma: boolean
  readonly lineBreak: string
  readonly endsWithBreak: boolean
}

type Language = 'json' | 'jsonc' | 'yaml' | 'toml'

export interface DataTriple extends Triple {
  readonly path: string
  /** Did a side write the document in another style? */
  readonly isRestyled: boolean
}

const words = [
  'name',
  'id',
  'version',
  'a',
  'b',
  'c',
  'build',
  'test',
  'on',
  'files',
  'tags',
  'x-y',
  'deep',
  'port',
  'v1',
]

/** Three documents: sides that add, delete, move, rename and change what is in the base, and may write it in another style. */
export function dataTriple(random: SeededRandom, language: Language): DataTriple {
  const maker = new Maker(random, language)
  const base = maker.root()
  const style = maker.style()
  const styles = {
    left: random.chance(0.15) ? maker.style() : style,
    right: random.chance(0.15) ? maker.style() : style,
  }
  const edited = (chance: number) => (random.chance(chance) ? maker.edited(base, 1 + random.below(4)) : base)
  return {
    path: `file.${language}`,
    isRestyled: styles.left !== style || styles.right !== style,
    base: printed(base, style, language),
    left: printed(edited(1), styles.left, language),
    right: printed(edited(0.95), styles.right, language),
  }
}

class Maker {
  readonly #random: SeededRandom
  readonly #language: Language
  #comments = 0

  constructor(random: SeededRandom, language: Language) {
    this.#random = random
    this.#language = language
  }

  style(): Style {
    const random = this.#random
    return {
      unit: random.pick(this.#language === 'yaml' ? ['  ', '    ', '   '] : ['  ', '    ', '\t']),
      quote: this.#language === 'json' || this.#language === 'jsonc' ? '"' : random.pick(['"', "'", '']),
      isWide: random.chance(0.2),
      hasLastComma: this.#language === 'jsonc' && random.chance(0.3),
      lineBreak: random.chance(0.05) ? '\r\n' : '\n',
      endsWithBreak: random.chance(0.95),
    }
  }

  root(): Tree {
    const entries = this.#entries('map', 0)
    return { kind: 'map', entries: entries.length > 0 ? entries : [this.#entry('a', 1)] }
  }

  edited(tree: Tree, edits: number): Tree {
    let result = tree
    for (let i = 0; i < edits; i++) result = this.#edit(result, 0)
    return result
  }

  #comment(chance: number): string {
    return this.#language !== 'json' && this.#random.chance(chance) ? `note ${++this.#comments}` : ''
  }

  #entry(key: string, depth: number): TreeEntry {
    return {
      key,
      comment: this.#comment(0.15),
      trail: this.#comment(0.1),
      emptyLines: this.#random.chance(0.1) ? 1 : 0,
      tree: this.#tree(depth),
    }
  }

  #scalar(): Tree {
    const value = this.#random.pick([
      this.#random.below(20),
      this.#random.chance(0.5),
      `text ${this.#random.below(20)}`,
      this.#random.pick(words),
    ])
    return { kind: 'scalar', value }
  }

  #tree(depth: number): Tree {
    const kind = this.#random.pick(
      depth > 3 ? (['scalar'] as const) : (['scalar', 'scalar', 'scalar', 'map', 'list', 'people'] as const),
    )
    if (kind === 'scalar') return this.#scalar()
    return kind === 'people' ? this.#people(depth) : { kind, entries: this.#entries(kind, depth) }
  }

  /** A list of maps that have names. */
  #people(depth: number): Tree {
    const names = Array.from({ length: this.#random.below(4) }, () => this.#random.pick(words))
    const entries = [...new Set(names)].map((name): TreeEntry => {
      const fields = [
        { ...this.#entry('name', 9), tree: { kind: 'scalar', value: name } as const },
        this.#entry('port', depth + 2),
      ]
      return { ...this.#entry('', 9), tree: { kind: 'map', entries: fields } }
    })
    return { kind: 'list', entries }
  }

  #entries(kind: 'map' | 'list', depth: number): readonly TreeEntry[] {
    const keys = Array.from({ length: this.#random.below(depth === 0 ? 9 : 5) }, () => this.#random.pick(words))
    const used = kind === 'map' ? [...new Set(keys)] : keys.map(() => '')
    if (this.#random.chance(0.3)) used.sort()
    return used.map((key) => this.#entry(key, depth + 1))
  }

  #edit(tree: Tree, depth: number): Tree {
    const random = this.#random
    if (tree.kind === 'scalar') return random.chance(0.9) ? this.#scalar() : this.#tree(depth)
    const entries = [...tree.entries]
    const at = random.below(entries.length || 1)
    const entry = entries[at]
    if (entry && random.chance(0.5)) entries[at] = { ...entry, tree: this.#edit(entry.tree, depth + 1) }
    else this.#editEntries(entries, at, tree.kind, depth)
    return { ...tree, entries }
  }

  #editEntries(entries: TreeEntry[], at: number, kind: 'map' | 'list', depth: number): void {
    const random = this.#random
    const entry = entries[at]
    const free = words.filter((word) => entries.every(({ key }) => key !== word))
    const action = random.below(10)
    if (action < 5 || !entry) {
      const key = kind === 'map' ? random.pick(free) : ''
      if (key !== undefined) entries.splice(random.below(entries.length + 1), 0, this.#entry(key, depth + 1))
    } else if (action < 7 && (entries.length > 1 || depth > 0)) entries.splice(at, 1)
    else if (action === 7) entries.splice(random.below(entries.length), 0, ...entries.splice(at, 1))
    else if (action === 8 && kind === 'map' && free.length > 0) entries[at] = { ...entry, key: random.pick(free) }
    else entries[at] = { ...entry, comment: this.#comment(0.7), trail: this.#comment(0.3) }
  }
}

function printed(tree: Tree, style: Style, language: Language): string {
  const lines =
    language === 'yaml'
      ? yamlLines(tree, '', style)
      : language === 'toml'
        ? tomlLines(tree, [], style)
        : [jsonText(tree, '', style)]
  const text = lines.join('\n').replaceAll('\n', style.lineBreak)
  return style.endsWithBreak ? text + style.lineBreak : text
}

function scalarText(value: string | number | boolean, quote: string): string {
  if (typeof value !== 'string') return String(value)
  return `${quote}${value}${quote}`
}

function isShort(tree: Tree): boolean {
  return (
    tree.kind !== 'scalar' &&
    tree.entries.every((entry) => entry.tree.kind === 'scalar' && entry.comment === '' && entry.trail === '')
  )
}

function jsonText(tree: Tree, indent: string, style: Style): string {
  if (tree.kind === 'scalar') return scalarText(tree.value, '"')
  const [open, close] = tree.kind === 'map' ? '{}' : '[]'
  if (tree.entries.length === 0) return `${open}${close}`
  const isInline = style.isWide && isShort(tree)
  const inner = indent + style.unit
  const items = tree.entries.map((entry, i) => {
    const comma = i + 1 < tree.entries.length || (style.hasLastComma && !isInline) ? ',' : ''
    const key = tree.kind === 'map' ? `"${entry.key}": ` : ''
    const body = `${key}${jsonText(entry.tree, inner, style)}${comma}`
    if (isInline) return i === 0 ? body : ` ${body}`
    const comment = entry.comment === '' ? '' : `\n${inner}// ${entry.comment}`
    return `${'\n'.repeat(entry.emptyLines)}${comment}\n${inner}${body}${entry.trail === '' ? '' : ` // ${entry.trail}`}`
  })
  return `${open}${items.join('')}${isInline ? '' : `\n${indent}`}${close}`
}

function before(entry: TreeEntry, indent: string): readonly string[] {
  return [
    ...Array.from({ length: entry.emptyLines }, () => ''),
    ...(entry.comment === '' ? [] : [`${indent}# ${entry.comment}`]),
  ]
}

function trailOf({ trail }: TreeEntry): string {
  return trail === '' ? '' : ` # ${trail}`
}

function flowText(tree: Tree, separator: string, quote: string): string {
  if (tree.kind === 'scalar') return scalarText(tree.value, quote)
  const items = tree.entries.map(
    (entry) => (tree.kind === 'map' ? `${entry.key}${separator}` : '') + flowText(entry.tree, separator, quote),
  )
  return tree.kind === 'map' ? `{${items.join(', ')}}` : `[${items.join(', ')}]`
}

function yamlLines(tree: Tree, indent: string, style: Style): readonly string[] {
  if (tree.kind === 'scalar') return [indent + scalarText(tree.value, style.quote)]
  return tree.entries.flatMap((entry) => {
    const head = tree.kind === 'map' ? `${entry.key}:` : '-'
    const isFlow =
      entry.tree.kind !== 'scalar' && (entry.tree.entries.length === 0 || (style.isWide && isShort(entry.tree)))
    if (entry.tree.kind === 'scalar' || isFlow) {
      const isText =
        entry.tree.kind === 'scalar' &&
        typeof entry.tree.value === 'string' &&
        entry.tree.value.startsWith('text 1') &&
        style.quote === ''
      if (isText) {
        const text = (entry.tree as { value: string }).value
        return [
          ...before(entry, indent),
          `${indent}${head} |${trailOf(entry)}`,
          `${indent}${style.unit}${text}`,
          `${indent}${style.unit}more`,
        ]
      }
      return [...before(entry, indent), `${indent}${head} ${flowText(entry.tree, ': ', style.quote)}${trailOf(entry)}`]
    }
    const inner = yamlLines(entry.tree, indent + style.unit, style)
    const compact =
      tree.kind === 'list' && entry.tree.kind === 'map' && !inner[0]!.trimStart().startsWith('#') && inner[0] !== ''
    if (compact && entry.trail === '')
      return [...before(entry, indent), `${indent}-${style.unit.slice(1)}${inner[0]!.trimStart()}`, ...inner.slice(1)]
    return [...before(entry, indent), `${indent}${head}${trailOf(entry)}`, ...inner]
  })
}

function tomlLines(tree: Tree, path: readonly string[], style: Style): readonly string[] {
  if (tree.kind === 'scalar') return []
  const isTable = ({ tree: { kind } }: TreeEntry) => kind === 'map'
  const isArray = ({ tree: inner }: TreeEntry) =>
    inner.kind === 'list' && inner.entries.length > 0 && inner.entries.every(isTable)
  const quote = style.quote === '' ? '"' : style.quote
  const values = tree.entries.filter((entry) => !isTable(entry) && !isArray(entry))
  const sections = tree.entries.filter((entry) => isTable(entry) || isArray(entry))
  const lines = values.flatMap((entry) => {
    const head = `${entry.key} = `
    if (entry.tree.kind !== 'list' || style.isWide)
      return [...before(entry, ''), `${head}${flowText(entry.tree, ' = ', quote)}${trailOf(entry)}`]
    const items = entry.tree.entries.flatMap((item) => [
      ...before(item, style.unit),
      `${style.unit}${flowText(item.tree, ' = ', quote)},${trailOf(item)}`,
    ])
    return [...before(entry, ''), `${head}[${trailOf(entry)}`, ...items, ']']
  })
  for (const entry of sections) {
    const name = [...path, entry.key]
    if (isTable(entry))
      lines.push(
        '',
        ...before(entry, ''),
        `[${name.join('.')}]${trailOf(entry)}`,
        ...tomlLines(entry.tree, name, style),
      )
    else if (entry.tree.kind === 'list')
      for (const item of entry.tree.entries)
        lines.push(
          '',
          ...before(item, ''),
          `[[${name.join('.')}]]${trailOf(item)}`,
          ...tomlLines(item.tree, name, style),
        )
  }
  return lines
}
