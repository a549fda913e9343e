import { mergeRules } from './defaults.ts'

/** Ruby finds its constants and methods when it runs: which names are bound cannot be told. */
export const ruby = mergeRules({
  lists: {
    program: { order: 'ordered' },
    body_statement: { order: 'ordered' },
    block_body: { order: 'ordered' },
    hash: { order: 'free', separator: ',' },
    array: { order: 'ordered', separator: ',' },
  },
  names: { pair: ['key'] },
  free: ['method', 'class', 'module'],
  registrations: {
    kind: 'call',
    call: ['.'],
    functions: ['require', 'require_relative', 'describe', 'context', 'it', 'test', 'specify'],
  },
})
