import { mergeRules } from './defaults.ts'

export const html = mergeRules({
  lists: {
    start_tag: { order: 'free', separator: ' ' },
    self_closing_tag: { order: 'free', separator: ' ' },
  },
  names: { attribute: ['attribute_name'] },
})
