import { mergeRules } from './defaults.ts'

/** Later rules win over earlier ones: the order of everything has a meaning. */
export const css = mergeRules({
  lists: {
    stylesheet: { order: 'ordered' },
    block: { order: 'ordered' },
  },
  names: { rule_set: ['selectors'], declaration: ['property_name'], media_statement: ['.'] },
})
