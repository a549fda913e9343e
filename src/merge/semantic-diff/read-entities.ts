import { readList, type Item } from '../structure/item-list.ts'
import { registeredName, walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { Entity } from './entity.ts'
import { LineStarts } from './line-starts.ts'

/** How deep declarations may lie in each other, and lists of members under a declaration. */
const maxEntityDepth = 12

/** Words of grammars for what is declared, the first that fits. */
const words: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/^section$/, 'section'],
  [/^(?:message|group|service|oneof|rpc|union|input|scalar|directive_definition)$/, ''],
  [/import|^use_|using|include|package/, 'import'],
  [/method|constructor|destructor/, 'method'],
  [/function|^def|func_/, 'function'],
  [/interface|protocol/, 'interface'],
  [/enum_(?:variant|member|assignment|constant|entry)|enumerator/, 'member'],
  [/enum/, 'enum'],
  [/trait/, 'trait'],
  [/impl/, 'impl'],
  [/struct|record/, 'struct'],
  [/class|singleton/, 'class'],
  [/object_d|object_definition|namespace|module|internal_module/, 'module'],
  [/rule_set/, 'rule'],
  [/macro|preproc/, 'macro'],
  [/property|field|^pair|attribute/, 'field'],
  [/variable|lexical|const|static|val_|var_|assignment|let_/, 'variable'],
  [/type/, 'type'],
]

/** Kinds of entities whose members are told, too. */
const holders = new Set([
  'section',
  'message',
  'group',
  'service',
  'oneof',
  'union',
  'input',
  'type',
  'interface',
  'enum',
  'trait',
  'impl',
  'struct',
  'class',
  'module',
  'test',
])

/** The declarations of a text that have a name, those within others as their members. */
export function readEntities(source: Source): readonly Entity[] {
  return new EntityReader(source).inList(0, '', 0)
}

class EntityReader {
  readonly #source: Source
  readonly #lines: LineStarts

  constructor(source: Source) {
    this.#source = source
    this.#lines = new LineStarts(source.text)
  }

  inList(list: number, above: string, depth: number): readonly Entity[] {
    const source = this.#source
    const rule = source.rules.lists[source.kind(list)]
    const items = (rule && readList(source, list, rule, list === 0)?.items) ?? []
    return items.flatMap((item) => this.#entity(item, above, depth) ?? [])
  }

  #entity({ node, name: told, start, end }: Item, above: string, depth: number): Entity | undefined {
    const source = this.#source
    if (told === undefined || source.isError(node)) return undefined
    const name = told
      .replace(/^=/, '')
      .replace(/\s+/g, ' ')
      .replace(/^(['"])(.*)\1$/, '$2')
    const isRegistered = registeredName(source, node) !== undefined
    const declared = this.#declared(node)
    const kind = isRegistered ? 'test' : wordOf(source.kind(declared), above !== '')
    const path = above === '' ? name : `${above}.${name}`
    const members =
      holders.has(kind) && depth < maxEntityDepth
        ? this.#listsUnder(declared, isRegistered, maxEntityDepth).flatMap((list) => this.inList(list, path, depth + 1))
        : []
    return new Entity({ source, node, start, end, lines: this.#lines.of(start, end) }, { kind, name, path, members })
  }

  /** What stands in `export` and the like. */
  #declared(node: number): number {
    const source = this.#source
    for (const step of source.rules.wrappers[source.kind(node)] ?? []) {
      const inner = walkPath(source, node, [step])
      if (inner !== undefined && inner !== node) return this.#declared(inner)
    }
    return node
  }

  /** The lists of declarations under a node that lie in no other list. Statements are looked into only where tests are declared by calls. */
  #listsUnder(node: number, isRegistered: boolean, depth: number): readonly number[] {
    const source = this.#source
    if (depth === 0) return []
    // A section of a document is its own list.
    if (source.rules.lists[source.kind(node)]?.from !== undefined && depth === maxEntityDepth) return [node]
    return source.children(node).flatMap((child) => {
      const rule = source.rules.lists[source.kind(child)]
      if (
        rule &&
        (isRegistered ? rule.order === 'ordered' : rule.order !== 'ordered' || source.fieldOf(child) === 'body')
      )
        return [child]
      return source.isNamed(child) ? this.#listsUnder(child, isRegistered, depth - 1) : []
    })
  }
}

function wordOf(kind: string, isMember: boolean): string {
  const found = words.find(([pattern]) => pattern.test(kind))?.[1] ?? 'declaration'
  // An empty word: the grammar's own is one that people use.
  const word = found || kind.replace(/_definition$/, '')
  return word === 'function' && isMember ? 'method' : word
}
