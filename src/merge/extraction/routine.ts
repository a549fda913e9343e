import { plainNames } from '../checks/bindings.ts'
import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'

/** A function that has a name and lies in no other one that has. */
export interface Routine {
  readonly name: string
  /** With what it is declared in. */
  readonly path: string
  /** What holds its parameters and its body. */
  readonly node: number
  readonly body: number
}

/** A leaf of a tree, or where a list of statements starts or ends. */
export interface Token {
  readonly text: string
  readonly node: number
}

/** Statements of a list, from one to before another. */
export interface Run {
  readonly text: RoutineText
  readonly list: number
  readonly from: number
  readonly end: number
}

const [listStart, listEnd] = ['\u0001', '\u0002']

const known = new WeakMap<Source, RoutineText>()

/** One text, its functions and their statements. */
export class RoutineText {
  readonly source: Source
  #routines: ReadonlyMap<string, Routine | undefined> | undefined
  #words: ReadonlySet<string> | undefined
  #names: { readonly all: ReadonlySet<number>; readonly declared: ReadonlySet<number> } | undefined

  private constructor(source: Source) {
    this.source = source
  }

  /** One for each source: what is found of it is kept. */
  static of(source: Source): RoutineText {
    const before = known.get(source)
    if (before) return before
    const text = new RoutineText(source)
    known.set(source, text)
    return text
  }

  /** By path; undefined where several have one. */
  get routines(): ReadonlyMap<string, Routine | undefined> {
    if (this.#routines) return this.#routines
    const routines = new Map<string, Routine | undefined>()
    const { tree } = this.source
    const field = tree.grammar.field('body')
    let end = 0
    for (let node = 0; node < tree.size; node++) {
      const owner = tree.parent[node]!
      if (tree.field[node] !== field || owner < end) continue
      const routine = this.#routineAt(owner, node)
      if (!routine) continue
      routines.set(routine.path, routines.has(routine.path) ? undefined : routine)
      end = tree.next[owner]!
    }
    return (this.#routines = routines)
  }

  routineAround(node: number): Routine | undefined {
    return [...this.routines.values()].find((each) => each !== undefined && this.isIn(node, each.node))
  }

  isIn(node: number, outer: number): boolean {
    return node >= outer && node < this.source.tree.next[outer]!
  }

  /** Does the text hold a name as a word, whatever it means there? Names may have signs: `#area`, `empty?`. */
  mentions(name: string): boolean {
    if (!this.source.text.includes(name)) return false
    const words = (this.#words ??= new Set(wordsIn(this.source.text)))
    return wordsIn(name).every((word) => words.has(word))
  }

  /** Is it a name, and no member? */
  isName(node: number): boolean {
    return this.#named.all.has(node)
  }

  /** The names that are bound in a part of the text, by their places. */
  declaredIn(node: number): readonly number[] {
    return [...this.#named.declared].filter((place) => this.isIn(place, node)).sort((a, b) => a - b)
  }

  /** Statements, and the comments between them. */
  items(list: number): readonly number[] {
    return this.source.children(list).filter((child) => this.source.isNamed(child))
  }

  runItems({ list, from, end }: Run): readonly number[] {
    return this.items(list).slice(from, end)
  }

  isStatementList(node: number): boolean {
    const rule = this.source.rules.lists[this.source.kind(node)]
    return rule?.order === 'ordered' && rule.separator === undefined
  }

  /** The innermost list of statements that a node is in, and the statement of it that holds the node. */
  statementAround(node: number): { readonly list: number; readonly item: number } | undefined {
    const { parent } = this.source.tree
    for (let item = node; item > 0; item = parent[item]!) {
      const list = parent[item]!
      if (this.isStatementList(list)) return { list, item }
    }
    return undefined
  }

  /** The list of the statements of a body; undefined where the body is an expression. */
  statementsOf(body: number): number | undefined {
    if (!this.isStatementList(body)) return undefined
    const [only, ...others] = this.items(body)
    return only !== undefined && others.length === 0 && this.isStatementList(only) ? only : body
  }

  /** The part of the file that a node is in. */
  outermost(node: number): number {
    const { parent } = this.source.tree
    let at = node
    while (parent[at]! > 0) at = parent[at]!
    return at
  }

  /** Does a function lie in another one, a block or a module, whose names others do not know? */
  isNested(node: number): boolean {
    const { source } = this
    const { parent } = source.tree
    for (let at = parent[node]!; at > 0; at = parent[at]!) {
      const isBody = this.isStatementList(at) && !/class/.test(source.kind(parent[at]!))
      if (isBody || source.tree.child(at, 'parameters') !== undefined || /^mod|module|namespace/.test(source.kind(at)))
        return true
    }
    return false
  }

  /** The kinds of the nodes from one to another that lies in it. */
  kindsTo(node: number, from: number): string {
    const kinds: string[] = []
    for (let at = node; at !== from; at = this.source.tree.parent[at]!) kinds.push(this.source.kind(at))
    return kinds.join(' ')
  }

  /** The lists in a function that lie in it as another one does. */
  listsLike(routine: number, kinds: string): readonly number[] {
    const lists: number[] = []
    for (let node = routine + 1; node < this.source.tree.next[routine]!; node++)
      if (this.isStatementList(node) && this.kindsTo(node, routine) === kinds) lists.push(node)
    return lists
  }

  tokens(node: number): readonly Token[] {
    const tokens: Token[] = []
    this.#addTokens(node, tokens)
    return tokens
  }

  words(node: number): readonly string[] {
    return this.tokens(node).map(({ text }) => text)
  }

  /** White space in front of the line that a node starts in. */
  indentation(node: number): string {
    const { text, tree } = this.source
    const start = text.lastIndexOf('\n', tree.start[node]! - 1) + 1
    return /^[ \t]*/.exec(text.slice(start, tree.start[node]))![0]
  }

  get #named() {
    if (this.#names) return this.#names
    const { places, declared } = plainNames(this.source)
    return (this.#names = {
      all: new Set([...places.values()].flat()),
      declared: new Set([...declared.values()].flat()),
    })
  }

  #addTokens(node: number, tokens: Token[]): void {
    const { source } = this
    if (source.isComment(node)) tokens.push({ text: source.textOf(node).replace(/\s+/g, ' '), node })
    else if (source.isAtomic(node) || source.tree.isLeaf(node)) {
      const text = source.textOf(node)
      if (text.trim() !== '') tokens.push({ text, node })
    } else {
      const isList = this.isStatementList(node)
      if (isList) tokens.push({ text: listStart, node })
      for (const child of source.children(node)) this.#addTokens(child, tokens)
      if (isList) tokens.push({ text: listEnd, node })
    }
  }

  #routineAt(node: number, body: number): Routine | undefined {
    const { source } = this
    if (source.tree.child(node, 'parameters') === undefined) return undefined
    const above = source.tree.parent[node]!
    const own = source.tree.child(node, 'name')
    const at = own ?? (source.fieldOf(node) === 'value' ? source.tree.child(above, 'name') : undefined)
    if (at === undefined) return undefined
    return { name: source.textOf(at), path: this.#pathOf(own === undefined ? above : node), node, body }
  }

  #pathOf(node: number): string {
    const names: string[] = []
    for (let at = node; at > 0; at = this.source.tree.parent[at]!) {
      const name = nameOf(this.source, at)
      if (name !== undefined && names[0] !== name) names.unshift(name)
    }
    return names.join('\n')
  }
}

function wordsIn(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_$]+/gu) ?? []
}
