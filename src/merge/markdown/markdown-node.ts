import type { MarkdownKind } from './markdown-grammar.ts'

/** A node before it has numbers. `isBroken`: not as the text around it promises. */
export interface MarkdownNode {
  readonly kind: MarkdownKind
  readonly start: number
  readonly end: number
  readonly children: readonly MarkdownNode[]
  readonly isName?: boolean
  readonly isBroken?: boolean
}

export function leaf(kind: MarkdownKind, start: number, end: number): MarkdownNode {
  return { kind, start, end, children: [] }
}

/** A node around others. */
export function branch(kind: MarkdownKind, children: readonly MarkdownNode[]): MarkdownNode {
  return { kind, start: children[0]!.start, end: children.at(-1)!.end, children }
}
