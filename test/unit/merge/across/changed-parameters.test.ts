import assert from 'node:assert/strict'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'

const calls = {
  'a.ts': ["import { move } from './files.ts'\n", "move('a', 'b')\n"],
  'a.py': ['from files import move\n', "move('a', 'b')\n"],
} as const
const declared = {
  'a.ts': ['files.ts', (parameters: string) => `export function move(${parameters}) {\n  return run(from, to)\n}\n`],
  'a.py': ['files.py', (parameters: string) => `def move(${parameters}):\n    return run(source, target)\n`],
} as const
const orders = {
  'a.ts': ['from: string, to: string', 'to: string, from: string', 'from: string, into: string'],
  'a.py': ['source, target', 'target, source', 'source, other'],
} as const

describe('a new call in another file of a function whose parameters have another order', () => {
  for (const path of ['a.ts', 'a.py'] as const)
    it(`is told, with both places: ${path}`, async () => {
      const [file, text] = declared[path]
      const [before, swapped, renamed] = orders[path]
      const merge = (after: string) =>
        mergeTrees({
          base: treeOf({ [file]: text(before), [path]: '' }),
          left: treeOf({ [file]: text(after), [path]: '' }),
          right: treeOf({ [file]: text(before), [path]: calls[path].join('') }),
        })
      const merged = await merge(swapped)
      assert.equal(merged.status, 'conflict')
      assert.deepEqual(
        merged.findings.map(({ reason, name, declared, used }) => [reason, name, declared, used]),
        [['signature', 'move', { path: file, line: 0 }, { path, line: 1 }]],
      )
      assert.equal((await merge(renamed)).status, 'clean')
    })
})
