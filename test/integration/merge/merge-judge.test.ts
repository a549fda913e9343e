import assert from 'node:assert/strict'
import { judgeMerges } from '../../../bench/merge-judge.ts'

const merge = (path: string, texts: Readonly<Record<'base' | 'left' | 'right' | 'expected' | 'text', string>>) => ({
  id: path,
  language: path.slice(path.indexOf('.') + 1),
  path,
  expectsConflict: false,
  ...texts,
})
const go = 'package a\n'
const code = { base: 'export const a = 1\n', left: 'export const a = 2\n', right: 'export const b = 1\n' }

describe('the judge of clean merges that people did not make', () => {
  it('tells words that are lost or came back, and what does not parse, compile or bind, beside all other versions', async () => {
    const faults = await judgeMerges([
      merge('right.ts', { ...code, expected: 'export const b = 2\n', text: 'export const b  = 2\n' }),
      merge('lost.ts', { ...code, expected: 'export const b = 2\n', text: 'export const b = 0\n' }),
      merge('back.ts', { ...code, expected: 'export const b = 2\n', text: 'export const b = 2 - a\n' }),
      merge('unbound.ts', { ...code, expected: 'export const b = 2\n', text: 'export const b = 2 + c\n' }),
      merge('twice.js', { ...code, expected: 'export const b = 2\n', text: 'const b = 2\nconst b = 2\n' }),
      merge('broken.go', { base: go, left: go, right: go, expected: go, text: `${go}func {\n` }),
    ])
    assert.equal(faults.has('right.ts'), false)
    const told = Object.fromEntries([...faults].map(([id, all]) => [id, all.join('\n')]))
    assert.match(told['lost.ts']!, /^lost 2$/m)
    assert.match(told['back.ts']!, /^came back a$/m)
    assert.match(told['unbound.ts']!, /Cannot find name 'c'/)
    assert.match(told['twice.js']!, /Cannot redeclare/)
    assert.equal(told['broken.go'], 'does not parse')
  })
})
