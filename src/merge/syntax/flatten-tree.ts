import type { Tree } from 'web-tree-sitter'
import { errorKind, type Grammar } from './grammar.ts'
import type { CursorExports } from './syntax-runtime.ts'
import { nodeFlag, SyntaxTree } from './syntax-tree.ts'

/** Deeper trees are given up, so that what reads a tree may recurse. */
const maxTreeDepth = 2000

/** The numbers of a cursor, which lie in the transfer buffer while it moves. */
type CursorState = [number, number, number, number]

/** Copies a tree into arrays, each node once; undefined where it is too deep. */
export function flattenTree(
  exports: CursorExports,
  tree: Tree,
  grammar: Grammar,
  text: string,
): SyntaxTree | undefined {
  const flat = new SyntaxTree(grammar, text, tree.rootNode.descendantCount)
  const cursor = tree.walk()
  const state = cursor as unknown as CursorState
  const reader = new NodeReader(flat, exports, (tree as unknown as readonly [number])[0])
  reader.put(state)
  try {
    return fill(flat, reader) ? flat : undefined
  } finally {
    reader.take(state)
    cursor.delete()
  }
}

function fill(flat: SyntaxTree, reader: NodeReader): boolean {
  const { parent, next } = flat
  let above = -1
  let depth = 0
  for (let node = 0; ;) {
    parent[node] = above
    reader.read(node)
    const here = node++
    if (reader.goToFirstChild()) {
      if (++depth > maxTreeDepth) return false
      above = here
      continue
    }
    next[here] = node
    while (above >= 0 && !reader.goToNextSibling()) {
      reader.goToParent()
      next[above] = node
      above = parent[above]!
      depth--
    }
    if (above < 0) break
  }
  // The parser leaves white space at both ends out of the root.
  flat.start[0] = 0
  flat.end[0] = flat.text.length
  return true
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
