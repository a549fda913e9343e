import { mergeRules } from './defaults.ts'

/** Variables come from anywhere: only functions are known to be declared. */
export const bash = mergeRules({
  lists: {
    program: { order: 'ordered' },
    compound_statement: { order: 'ordered' },
    do_group: { order: 'ordered', from: 'do' },
    case_statement: { order: 'ordered', from: 'in' },
    array: { order: 'ordered', separator: ' ' },
  },
  labels: { case_item: { before: ')', between: '|' } },
  free: ['function_definition'],
})
