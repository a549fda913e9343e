import { mergeRules } from './defaults.ts'

/** Everything has its order. What both sides changed in one sentence, title or row is for people. */
export const markdown = mergeRules({
  lists: {
    document: { order: 'ordered' },
    section: { order: 'ordered', from: 'heading' },
    paragraph: { order: 'prose', separator: ' ' },
    list: { order: 'ordered' },
    list_item: { order: 'ordered', from: 'marker' },
    table: { order: 'ordered' },
  },
  names: { section: ['heading', 'name'] },
  whole: ['sentence', 'title', 'table_row'],
  embedded: { front_matter_data: 'front-matter.yaml', code: 'code', html: 'html', quote: 'quote' },
  prose: { paragraph: 'paragraph', list: 'list', marker: 'marker', label: 'link_definition' },
  identifiers: ['link_label'],
  binders: { link_definition: ['name'] },
})
