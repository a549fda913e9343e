import type { SeededRandom } from '../../src/lib/seeded-random.ts'
import { printed, type DataKind, type Style, type Tree, type TreeEntry } from './data-text.ts'
import type { Triple } from './line-triples.ts'

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
export function dataTriple(random: SeededRandom, language: DataKind): DataTriple {
  const maker = new Maker(random, language)
  return tripleOf(random, maker, `file.${language}`, maker.root())
}

function tripleOf(random: SeededRandom, maker: Maker, path: string, base: Tree): DataTriple {
  const style = maker.style()
  const styles = {
    left: random.chance(0.15) ? maker.style() : style,
    right: random.chance(0.15) ? maker.style() : style,
  }
  const edited = (chance: number) => (random.chance(chance) ? maker.edited(base, 1 + random.below(4)) : base)
  return {
    path,
    isRestyled: styles.left !== style || styles.right !== style,
    base: printed(base, style, maker.language),
    left: printed(edited(1), styles.left, maker.language),
    right: printed(edited(0.95), styles.right, maker.language),
  }
}

/** What a generated document is like: its language, its usual keys, whether it may have comments. */
export interface DocumentShape {
  readonly path: string
  readonly language: DataKind
  readonly words: readonly string[]
}

/** Three documents like `dataTriple`'s, of a base that is much like a given one. */
export function documentTriple(random: SeededRandom, shape: DocumentShape, like: Tree): DataTriple {
  const maker = new Maker(random, shape.language, shape.words)
  return tripleOf(random, maker, shape.path, maker.edited(like, random.below(6)))
}

class Maker {
  readonly #random: SeededRandom
  readonly language: DataKind
  /** Keys; those of a document are known, and what is added there is a copy as a rule. */
  readonly #words: readonly string[]
  readonly #copies: boolean
  #comments = 0
  #fresh = 0

  constructor(random: SeededRandom, language: DataKind, ofDocument?: readonly string[]) {
    this.#random = random
    this.language = language
    this.#words = ofDocument ?? words
    this.#copies = ofDocument !== undefined
  }

  style(): Style {
    const random = this.#random
    return {
      unit: random.pick(this.language === 'yaml' ? ['  ', '    ', '   '] : ['  ', '    ', '\t']),
      quote: this.language === 'json' || this.language === 'jsonc' ? '"' : random.pick(['"', "'", '']),
      isWide: random.chance(0.2),
      hasLastComma: this.language === 'jsonc' && random.chance(0.3),
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
    return this.language !== 'json' && this.#random.chance(chance) ? `note ${++this.#comments}` : ''
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
    if (this.#copies && this.#random.chance(0.5)) return { kind: 'scalar', value: this.#word() }
    const value = this.#random.pick([
      this.#random.below(20),
      this.#random.chance(0.5),
      `text ${this.#random.below(20)}`,
      this.#random.pick(this.#words),
    ])
    return { kind: 'scalar', value }
  }

  /** Stands nowhere else. */
  #word(): string {
    return `w${this.#fresh++}x`
  }

  /** An entry like another one under another name: the first text in it is a new one. */
  #copyOf(entry: TreeEntry, kind: 'map' | 'list'): TreeEntry {
    let isNew = kind === 'map'
    const renamed = (tree: Tree): Tree => {
      if (tree.kind !== 'scalar')
        return {
          ...tree,
          entries: tree.entries.map((each) => ({ ...each, comment: '', trail: '', tree: renamed(each.tree) })),
        }
      if (isNew || typeof tree.value !== 'string') return tree
      isNew = true
      return { kind: 'scalar', value: this.#word() }
    }
    return { ...entry, comment: '', trail: '', key: kind === 'map' ? this.#word() : '', tree: renamed(entry.tree) }
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
    const names = Array.from({ length: this.#random.below(4) }, () => this.#random.pick(this.#words))
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
    const keys = Array.from({ length: this.#random.below(depth === 0 ? 9 : 5) }, () => this.#random.pick(this.#words))
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
    const free = this.#words.filter((word) => entries.every(({ key }) => key !== word))
    const action = random.below(10)
    if (action < 4 && entry && this.#copies) {
      entries.splice(random.chance(0.5) ? at + 1 : random.below(entries.length + 1), 0, this.#copyOf(entry, kind))
    } else if (action < 5 || !entry) {
      const key = kind === 'map' ? random.pick(free) : ''
      if (key !== undefined) entries.splice(random.below(entries.length + 1), 0, this.#entry(key, depth + 1))
    } else if (action < 7 && (entries.length > 1 || depth > 0)) entries.splice(at, 1)
    else if (action === 7) entries.splice(random.below(entries.length), 0, ...entries.splice(at, 1))
    else if (action === 8 && kind === 'map' && free.length > 0) entries[at] = { ...entry, key: random.pick(free) }
    else entries[at] = { ...entry, comment: this.#comment(0.7), trail: this.#comment(0.3) }
  }
}
