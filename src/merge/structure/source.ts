import type { Language } from '../languages/language.ts'
import type { MergeRules } from '../languages/merge-rules.ts'
import type { Lines } from '../lines.ts'
import { nodeFlag, type SyntaxTree } from '../syntax/syntax-tree.ts'
import type { Identities } from './identities.ts'

/** A node of a text. */
export interface Place {
  readonly source: Source
  readonly node: number
}

/** The three versions of one node. */
export interface Versions {
  readonly base: Place
  readonly left: Place
  readonly right: Place
}

/**
 * One text of a merge with its syntax tree. A node is its place in the tree; two nodes with one identity hold the same
 * tokens and comments, whatever white space stands between them.
 */
export class Source {
  readonly text: string
  readonly tree: SyntaxTree
  readonly rules: MergeRules
  readonly identities: Identities
  /** By node: its identity. */
  readonly ids: Uint32Array
  /** By node: 1 where the text of the node is one value: leaves, literals, and nodes that hold text outside of their children. */
  readonly #atomic: Uint8Array

  /** Of the node that is being numbered. */
  #ofChildren = new Uint32Array(64)
  /** By kind of node. */
  readonly #comments: Uint8Array
  readonly #verbatim: Uint8Array

  /** `known`: the texts whose trees this one may share nodes with. */
  constructor(
    tree: SyntaxTree,
    language: Language,
    rules: MergeRules,
    identities: Identities,
    known: readonly Source[] = [],
  ) {
    this.text = tree.text
    this.tree = tree
    this.rules = rules
    this.#comments = kindsOf(tree, language.trivia)
    this.#verbatim = kindsOf(tree, language.verbatim)
    this.identities = identities
    this.ids = new Uint32Array(tree.size)
    this.#atomic = new Uint8Array(tree.size)
    const origin = known.find((source) => source.tree === tree.origin)
    const shared = origin ? tree.shared : []
    let end = tree.size
    for (const { node, origin: from, count } of shared.toReversed()) {
      this.#identify(node + count, end)
      this.ids.set(origin!.ids.subarray(from, from + count), node)
      this.#atomic.set(origin!.#atomic.subarray(from, from + count), node)
      end = node
    }
    this.#identify(0, end)
  }

  get lines(): Lines {
    return this.identities.lines.lines(this.text)
  }

  kind(node: number): string {
    return this.tree.kindName(node)
  }

  textOf(node: number): string {
    return this.tree.textOf(node)
  }

  children(node: number): readonly number[] {
    const { next } = this.tree
    const end = next[node]!
    const children: number[] = []
    for (let child = node + 1; child < end; child = next[child]!) children.push(child)
    return children
  }

  isAtomic(node: number): boolean {
    return this.#atomic[node] === 1
  }

  isComment(node: number): boolean {
    return this.#comments[this.tree.kind[node]!] === 1
  }

  /** Whether the white space between the children of a node means something. */
  isVerbatim(node: number): boolean {
    return this.#verbatim[this.tree.kind[node]!] === 1
  }

  isNamed(node: number): boolean {
    return this.tree.is(node, nodeFlag.named)
  }

  isError(node: number): boolean {
    return this.tree.is(node, nodeFlag.error | nodeFlag.missing)
  }

  /** The name of the field of its parent that a node is; '' for none. */
  fieldOf(node: number): string {
    return this.tree.grammar.fieldName(this.tree.field[node]!) ?? ''
  }

  /** The number of the line that a place is in, from 0. */
  lineAt(place: number): number {
    let line = 0
    for (let at = this.text.indexOf('\n'); at >= 0 && at < place; at = this.text.indexOf('\n', at + 1)) line++
    return line
  }

  /** The nodes from one to before another, from the last to the first: a node's children come first. */
  #identify(from: number, to: number): void {
    const { ids, identities } = this
    const { kind: kinds, next } = this.tree
    for (let node = to - 1; node >= from; node--) {
      const kind = kinds[node]!
      const end = next[node]!
      const holdsOwnText = end === node + 1 || this.#holdsOwnText(node)
      if (holdsOwnText || this.#verbatim[kind] === 1) {
        // A list whose white space means something has items all the same.
        if (holdsOwnText || this.rules.lists[this.kind(node)] === undefined) this.#atomic[node] = 1
        ids[node] = identities.ofText(kind, this.textOf(node))
        continue
      }
      let count = 0
      for (let child = node + 1; child < end; child = next[child]!) {
        if (count === this.#ofChildren.length) this.#ofChildren = withRoom(this.#ofChildren)
        this.#ofChildren[count++] = ids[child]!
      }
      ids[node] = identities.ofNode(kind, this.#ofChildren, count)
    }
  }

  #holdsOwnText(node: number): boolean {
    const { start, end, next } = this.tree
    const nodesEnd = next[node]!
    let at = start[node]!
    for (let child = node + 1; child < nodesEnd; child = next[child]!) {
      if (!isBlank(this.text, at, start[child]!)) return true
      at = end[child]!
    }
    return !isBlank(this.text, at, end[node]!)
  }
}

function withRoom(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(numbers.length * 2)
  more.set(numbers)
  return more
}

/** By kind of node: 1 for those that are named. */
function kindsOf({ grammar }: SyntaxTree, names: readonly string[]): Uint8Array {
  const kinds = names.flatMap((name) => grammar.kind(name) ?? [])
  const isOne = new Uint8Array(Math.max(0, ...kinds) + 1)
  for (const kind of kinds) isOne[kind] = 1
  return isOne
}

/** Whether a part of a text is white space only. */
export function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code !== 32 && (code < 9 || code > 13) && code !== 0xfeff && code !== 0xa0) return false
  }
  return true
}
