import { Grammar } from '../syntax/grammar.ts'

const kinds = [
  'document',
  'front_matter',
  'front_matter_data',
  'entry',
  'section',
  'heading',
  'heading_mark',
  'title',
  'paragraph',
  'sentence',
  'word',
  'link_label',
  'list',
  'list_item',
  'marker',
  'code',
  'fence',
  'table',
  'table_row',
  'quote',
  'html',
  'thematic_break',
  'link_definition',
] as const

export type MarkdownKind = (typeof kinds)[number]

/** Say nothing by themselves. */
const marks: ReadonlySet<string> = new Set<MarkdownKind>(['heading_mark', 'marker', 'fence'])

/** The kinds of nodes of Markdown's trees. The field `name` is what a node is called. */
export const markdownGrammar = (): Grammar =>
  new Grammar('markdown', {
    types: ['end', ...kinds],
    fields: [null, 'name'],
    nodeTypeIsNamed: (kind) => kind > 0 && !marks.has(kinds[kind - 1]!),
    idForNodeType: (type) => kindNumber(type as MarkdownKind),
  })

export function kindNumber(kind: MarkdownKind): number {
  return kinds.indexOf(kind) + 1
}
