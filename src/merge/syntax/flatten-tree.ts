import type { Tree } from 'web-tree-sitter'
import { errorKind, type Grammar } from './grammar.ts'
import { SubtreeTable } from './subtree-table.ts'
import type { CursorExports } from './syntax-runtime.ts'
import { nodeFlag, SyntaxTree } from './syntax-tree.ts'

/** Deeper trees are given up, so that what reads a tree may recurse. */
const maxTreeDepth = 2000

/** The numbers of a cursor, which lie in the transfer buffer while it moves. */
type CursorState = [number, number, number, number]

/** Subtrees of less nodes are read again wherever they are met. */
const leastShared = 3

/** Of so many nodes it is as quick to copy them one by one as to copy arrays. */
const fewNodes = 64

/** The nodes of a tree by the addresses of their subtrees, which are those of the next version where it says the same. */
export interface SubtreePlaces {
  readonly tree: SyntaxTree
  readonly nodes: Pick<SubtreeTable, 'get'>
}

/** A tree as arrays, and where its subtrees lie if that was asked for. */
interface FlatTree {
  readonly flat: SyntaxTree
  readonly places: SubtreePlaces
}

/** What is to be known of a tree: where its subtrees lie, or what it shares with another one, or nothing but itself. */
export type Sharing = 'places' | SubtreePlaces | undefined

/** Copies a tree into arrays, each node once; undefined where it is too deep. */
export function flattenTree(
  exports: CursorExports,
  tree: Tree,
  grammar: Grammar,
  text: string,
  sharing?: Sharing,
): FlatTree | undefined {
  const isFirst = sharing === 'places'
  const flat = new SyntaxTree(grammar, text, tree.rootNode.descendantCount, isFirst ? undefined : sharing?.tree)
  const cursor = tree.walk()
  const state = cursor as unknown as CursorState
  const reader = new NodeReader(flat, exports, (tree as unknown as readonly [number])[0])
  reader.put(state)
  try {
    const filling = new Filling(flat, reader, isFirst, isFirst ? undefined : sharing?.nodes)
    return filling.run() ? { flat, places: { tree: flat, nodes: filling.places } } : undefined
  } finally {
    reader.take(state)
    cursor.delete()
  }
}

/** Goes through a tree once. */
class Filling {
  readonly places = new SubtreeTable()
  readonly #flat: SyntaxTree
  readonly #reader: NodeReader
  readonly #isFirst: boolean
  readonly #known: SubtreePlaces['nodes'] | undefined

  constructor(flat: SyntaxTree, reader: NodeReader, isFirst: boolean, known: SubtreePlaces['nodes'] | undefined) {
    this.#flat = flat
    this.#reader = reader
    this.#isFirst = isFirst
    this.#known = known
  }

  run(): boolean {
    const reader = this.#reader
    const { parent, next, start, end, text } = this.#flat
    let above = -1
    let depth = 0
    for (let node = 0; ;) {
      parent[node] = above
      reader.read(node)
      const here = node++
      const origin = this.#known && this.#originOf(here, depth)
      if (origin !== undefined) node = copyNodes(this.#flat, here, origin)
      else if (reader.goToFirstChild()) {
        if (++depth > maxTreeDepth) return false
        above = here
        continue
      }
      next[here] = node
      while (above >= 0 && !reader.goToNextSibling()) {
        reader.goToParent()
        next[above] = node
        if (this.#isFirst && above > 0 && node - above >= leastShared) this.places.set(reader.subtree(), above)
        above = parent[above]!
        depth--
      }
      if (above < 0) break
    }
    // The parser leaves white space at both ends out of the root.
    start[0] = 0
    end[0] = text.length
    return true
  }

  /** The node of the first version that has the same subtree, as the same kind, and no higher up: what is below is not too deep then. */
  #originOf(node: number, depth: number): number | undefined {
    const origin = this.#known!.get(this.#reader.subtree())
    const first = this.#flat.origin!
    if (origin === undefined || first.kind[origin] !== this.#flat.kind[node]) return undefined
    let above = 0
    for (let at = origin; first.parent[at]! >= 0; at = first.parent[at]!) above++
    return above >= depth ? origin : undefined
  }
}

/** Writes what lies below a node as it is below one of the first version; what comes behind it. */
function copyNodes(flat: SyntaxTree, node: number, origin: number): number {
  const first = flat.origin!
  const count = first.next[origin]! - origin
  const shift = flat.start[node]! - first.start[origin]!
  const ahead = node - origin
  const isFew = count < fewNodes
  const { kind, field, flags, start, end, parent, next } = flat
  if (!isFew)
    for (const name of ['kind', 'field', 'flags'] as const)
      flat[name].set(first[name].subarray(origin + 1, origin + count), node + 1)
  for (let from = origin + 1; from < origin + count; from++) {
    const to = from + ahead
    if (isFew) {
      kind[to] = first.kind[from]!
      field[to] = first.field[from]!
      flags[to] = first.flags[from]!
    }
    start[to] = first.start[from]! + shift
    end[to] = first.end[from]! + shift
    parent[to] = first.parent[from]! + ahead
    next[to] = first.next[from]! + ahead
  }
  flat.shared.push({ node, origin, count })
  return node + count
}

class NodeReader {
  readonly #flat: SyntaxTree
  readonly #exports: CursorExports
  /** The address of the tree. */
  readonly #tree: number
  /** The transfer buffer, as a place in HEAPU32: that view is another one when the memory has grown. */
  readonly #buffer: number

  constructor(flat: SyntaxTree, exports: CursorExports, tree: number) {
    this.#flat = flat
    this.#exports = exports
    this.#tree = tree
    this.#buffer = exports._ts_init() >> 2
  }

  put(state: CursorState): void {
    for (let i = 0; i < 4; i++) this.#exports.HEAPU32[this.#buffer + i] = state[i]!
  }

  take(state: CursorState): void {
    for (let i = 0; i < 4; i++) state[i] = this.#exports.HEAPU32[this.#buffer + i]!
  }

  goToFirstChild(): boolean {
    return this.#exports._ts_tree_cursor_goto_first_child_wasm(this.#tree) !== 0
  }

  goToNextSibling(): boolean {
    return this.#exports._ts_tree_cursor_goto_next_sibling_wasm(this.#tree) !== 0
  }

  goToParent(): void {
    this.#exports._ts_tree_cursor_goto_parent_wasm(this.#tree)
  }

  /** The address of the subtree that the node is: of a short leaf there is none, and the number is odd. */
  subtree(): number {
    return this.#exports.HEAPU32[this.#exports._ts_tree_cursor_current_node_id_wasm(this.#tree) >> 2]!
  }

  /** Writes the node where the cursor stands. */
  read(node: number): void {
    const { kind: kinds, start: starts, end: ends, field, flags, grammar } = this.#flat
    const exports = this.#exports
    const kind = exports._ts_tree_cursor_current_node_type_id_wasm(this.#tree)
    const start = exports._ts_tree_cursor_start_index_wasm(this.#tree)
    const end = exports._ts_tree_cursor_end_index_wasm(this.#tree)
    kinds[node] = kind
    starts[node] = start
    ends[node] = end
    field[node] = exports._ts_tree_cursor_current_field_id_wasm(this.#tree)
    let bits = kind === errorKind ? nodeFlag.error : 0
    if (start === end && exports._ts_tree_cursor_current_node_is_missing_wasm(this.#tree)) bits |= nodeFlag.missing
    // Keywords and punctuation are never extra.
    if (grammar.isNamed(kind)) bits |= this.#isExtra() ? nodeFlag.named | nodeFlag.extra : nodeFlag.named
    flags[node] = bits
  }

  /** The node takes the cursor's place in the buffer meanwhile. */
  #isExtra(): boolean {
    const { HEAPU32: heap } = this.#exports
    const at = this.#buffer
    const [a, b, c, d] = [heap[at]!, heap[at + 1]!, heap[at + 2]!, heap[at + 3]!]
    this.#exports._ts_tree_cursor_current_node_wasm(this.#tree)
    const isExtra = this.#exports._ts_node_is_extra_wasm(this.#tree) !== 0
    heap[at] = a
    heap[at + 1] = b
    heap[at + 2] = c
    heap[at + 3] = d
    return isExtra
  }
}
