import { mergeRules } from './defaults.ts'

export const html = mergeRules({
  lists: {
    document: { order: 'ordered' },
    element: { order: 'ordered', from: 'start_tag' },
    start_tag: { order: 'free', separator: ' ', from: 'tag_name' },
    self_closing_tag: { order: 'free', separator: ' ', from: 'tag_name' },
  },
  names: { attribute: ['attribute_name'] },
  labels: { attribute: { named: 'id' } },
})
