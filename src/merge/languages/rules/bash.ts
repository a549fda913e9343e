import { mergeRules } from './defaults.ts'

export const bash = mergeRules({
  lists: {
    program: { order: 'ordered' },
    compound_statement: { order: 'ordered' },
    do_group: { order: 'ordered' },
  },
  free: ['function_definition'],
})
