import { mergeRules } from './defaults.ts'

export const bash = mergeRules({
  lists: {
    program: { order: 'ordered' },
    compound_statement: { order: 'ordered' },
    do_group: { order: 'ordered', from: 'do' },
    case_statement: { order: 'ordered', from: 'in' },
    array: { order: 'ordered', separator: ' ' },
  },
  labels: { elif_clause: { before: 'then' }, case_item: { before: ')', between: '|' } },
  free: ['function_definition'],
  words: [
    // `read NAME` and the like bind words.
    { uses: ['simple_expansion/variable_name', 'expansion/variable_name'], binds: ['variable_name', 'word'] },
    { uses: ['command_name/word'], binds: ['function_definition/word'] },
  ],
})
