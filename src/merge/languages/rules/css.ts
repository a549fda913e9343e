import { mergeRules } from './defaults.ts'

/** Later rules win over earlier ones: the order of everything has a meaning. */
export const css = mergeRules({
  lists: {
    stylesheet: { order: 'ordered' },
    block: { order: 'ordered' },
  },
  words: [
    { uses: ['plain_value'], binds: ['property_name'], form: /^--/ },
    { uses: ['declaration/plain_value'], binds: ['keyframes_name'] },
  ],
  names: { rule_set: ['selectors'], declaration: ['property_name'], media_statement: ['.'] },
})
