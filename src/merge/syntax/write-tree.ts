import type { Grammar } from './grammar.ts'
import { errorKind } from './grammar.ts'
import { nodeFlag, SyntaxTree } from './syntax-tree.ts'

/** A node of a tree that a parser written here has made. */
export interface ParsedNode {
  readonly kind: number
  /** Of its parent; 0 for none. */
  readonly field: number
  readonly start: number
  readonly end: number
  readonly children: readonly ParsedNode[]
}

/** A tree as arrays. `extras`: nodes that may stand anywhere, in order; each goes into the innermost node that has others on both sides of it. */
export function writeTree(
  grammar: Grammar,
  text: string,
  root: ParsedNode,
  extras: readonly ParsedNode[] = [],
): SyntaxTree {
  const whole = withExtras({ ...root, start: 0, end: text.length }, extras)
  const tree = new SyntaxTree(grammar, text, count(whole))
  const isExtra = new Set(extras)
  let size = 0
  const write = (node: ParsedNode, parent: number): void => {
    const at = size++
    tree.kind[at] = node.kind
    tree.field[at] = node.field
    tree.start[at] = node.start
    tree.end[at] = node.end
    tree.parent[at] = parent
    tree.flags[at] =
      (grammar.isNamed(node.kind) ? nodeFlag.named : 0) |
      (isExtra.has(node) ? nodeFlag.extra : 0) |
      (node.kind === errorKind ? nodeFlag.error : 0)
    for (const child of node.children) write(child, at)
    tree.next[at] = size
  }
  write(whole, -1)
  return tree
}

function withExtras(node: ParsedNode, extras: readonly ParsedNode[]): ParsedNode {
  if (extras.length === 0) return node
  const children: ParsedNode[] = []
  let at = 0
  for (const child of node.children) {
    let from = at
    while (from < extras.length && extras[from]!.start < child.start) children.push(extras[from++]!)
    at = from
    while (at < extras.length && extras[at]!.start < child.end) at++
    children.push(withExtras(child, extras.slice(from, at)))
  }
  return { ...node, children: [...children, ...extras.slice(at)] }
}

function count({ children }: ParsedNode): number {
  return children.reduce((sum, child) => sum + count(child), 1)
}
