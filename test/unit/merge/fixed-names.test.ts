import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

/** By language: a declaration that can be assigned, the same that cannot, and an assignment. */
const languages = {
  'a.ts': ['let count = 0\n', 'const count = 0\n', 'count += 1', (body: string) => `function last() {\n  ${body}\n}\n`],
  'a.js': ['let count = 0\n', 'const count = 0\n', 'count++', (body: string) => `function last() {\n  ${body}\n}\n`],
  'a.kt': ['var count = 0\n', 'val count = 0\n', 'count = 1', (body: string) => `fun last() {\n    ${body}\n}\n`],
} as const

describe('a variable that one side fixed and the other one assigns', () => {
  for (const [path, [open, fixed, assignment, text]] of Object.entries(languages))
    it(`conflicts in ${path}`, async () => {
      const texts = (declaration: string, body: string) => `${declaration}\n// between\n\n${text(body)}`
      const merge = (right: string) =>
        mergeText({ path, base: texts(open, 'end()'), left: texts(fixed, 'end()'), right })
      assert.equal((await merge(texts(open, assignment))).status, 'conflict')
      assert.equal((await merge(texts(open, 'show(count)'))).status, 'clean')
    })
})
