import type { Grammar } from './grammar.ts'

/** Bits of `SyntaxTree.flags`. */
export const nodeFlag = {
  /** A rule of the grammar, no keyword or punctuation. */
  named: 1,
  /** May stand anywhere, as comments do. */
  extra: 2,
  /** Text that could not be parsed. */
  error: 4,
  /** Of no length: what the parser took as if it were there. */
  missing: 8,
} as const

/** Nodes that are those of the tree of another version of the text from `origin` on: `count` from `node` on. */
export interface SharedNodes {
  readonly node: number
  readonly origin: number
  readonly count: number
}

/**
 * A concrete syntax tree as arrays: node 0 is the root, and a node comes before its children, its subtree being the nodes from it up to
 * `next`. The root is the whole text. So the first child of `n` is `n + 1` if that is less than `next[n]`, and the sibling of a child `c` is `next[c]` if that is less
 * than `next` of its parent. Places are UTF-16 units of the text. Children lie in order within their parent and do not overlap; what is
 * between them is white space or text that the grammar gives no node.
 */
export class SyntaxTree {
  readonly grammar: Grammar
  readonly text: string
  /** Number of nodes. */
  readonly size: number
  readonly kind: Uint16Array
  readonly start: Uint32Array
  readonly end: Uint32Array
  /** -1 for the root. */
  readonly parent: Int32Array
  /** The first node behind the subtree. */
  readonly next: Uint32Array
  /** The field of its parent that the node is; 0 for none. */
  readonly field: Uint16Array
  readonly flags: Uint8Array
  /** The tree of another version of the text, with which this one shares nodes. */
  readonly origin: SyntaxTree | undefined
  /** In order; all that lies in them says the same in both. */
  readonly shared: SharedNodes[] = []
  #errorCount: number | undefined

  constructor(grammar: Grammar, text: string, size: number, origin?: SyntaxTree) {
    this.grammar = grammar
    this.text = text
    this.size = size
    this.kind = new Uint16Array(size)
    this.start = new Uint32Array(size)
    this.end = new Uint32Array(size)
    this.parent = new Int32Array(size)
    this.next = new Uint32Array(size)
    this.field = new Uint16Array(size)
    this.flags = new Uint8Array(size)
    this.origin = origin
  }

  kindName(node: number): string {
    return this.grammar.kindName(this.kind[node]!)
  }

  textOf(node: number): string {
    return this.text.slice(this.start[node], this.end[node])
  }

  is(node: number, flag: number): boolean {
    return (this.flags[node]! & flag) !== 0
  }

  isLeaf(node: number): boolean {
    return this.next[node] === node + 1
  }

  *children(node: number): Generator<number> {
    const end = this.next[node]!
    for (let child = node + 1; child < end; child = this.next[child]!) yield child
  }

  /** The first child that is this field of the node. */
  child(node: number, field: string): number | undefined {
    const wanted = this.grammar.field(field)
    const end = this.next[node]!
    for (let child = node + 1; child < end; child = this.next[child]!) if (this.field[child] === wanted) return child
    return undefined
  }

  /** How many nodes are errors or missing. Zero for a text that the grammar describes. To be asked once the tree is whole. */
  errorCount(): number {
    if (this.#errorCount === undefined) {
      let count = 0
      for (let node = 0; node < this.size; node++) if (this.flags[node]! & (nodeFlag.error | nodeFlag.missing)) count++
      this.#errorCount = count
    }
    return this.#errorCount
  }
}
