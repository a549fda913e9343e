import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

/** By language: a declaration, a function with a parameter of that name, what stands between, and a function that may use it. */
const programs: Readonly<Record<string, readonly [path: string, declared: string, user: (body: string) => string]>> = {
  TypeScript: [
    'a.ts',
    'const total = 1\n\nconsole.log(total)\n',
    (body) =>
      `export const twice = (total: number) => total * 2\n\nexport const rest = 1\n\nexport function run() {\n  return ${body}\n}\n`,
  ],
  Python: [
    'a.py',
    'total = 1\n\n\nprint(total)\n',
    (body) => `def twice(total):\n    return total * 2\n\n\nrest = 1\n\n\ndef run():\n    return ${body}\n`,
  ],
  Go: [
    'a.go',
    'package a\n\nconst total = 1\n\nconst other = total\n',
    (body) =>
      `func twice(total int) int {\n\treturn total * 2\n}\n\nconst rest = 1\n\nfunc run() int {\n\treturn ${body}\n}\n`,
  ],
  Rust: [
    'a.rs',
    'static total: i32 = 1;\n\nstatic other: i32 = total;\n',
    (body) =>
      `fn twice(total: i32) -> i32 {\n    total * 2\n}\n\nstatic rest: i32 = 1;\n\nfn run() -> i32 {\n    ${body}\n}\n`,
  ],
}

describe('a name that only another function binds', () => {
  const merge = async (path: string, base: string, left: string, right: string) => {
    const sides = [
      [left, right],
      [right, left],
    ] as const
    const merged = await Promise.all(sides.map(([one, other]) => mergeText({ path, base, left: one, right: other })))
    assert.equal(merged[0]!.status, merged[1]!.status)
    return merged[0]!
  }

  for (const [language, [path, declared, user]] of Object.entries(programs)) {
    const gap = '\n\n'
    const without = declared.startsWith('package') ? 'package a\n' : ''

    it(`is not bound in ${language} where one side took its declaration away and the other one uses it anew`, async () => {
      const base = `${declared}${gap}${user('1')}`
      const merged = await merge(path, base, `${without}${gap}${user('1')}`, `${declared}${gap}${user('total')}`)
      assert.equal(merged.status, 'conflict')
      assert.deepEqual(merged.findings, [{ check: 'bindings', name: 'total' }])
    })

    it(`is bound in ${language} within that function`, async () => {
      const base = `${declared}${gap}${user('1')}`
      const other = user('1').replace('total * 2', 'total * 3')
      assert.equal(
        (await merge(path, base, `${without}${gap}${user('1')}`, `${declared}${gap}${other}`)).status,
        'clean',
      )
    })
  }

  it('is no matter of the merge where a side uses it so itself', async () => {
    const [path, declared, user] = programs['TypeScript']!
    const right = user('1').replace('total * 2', 'total * 3')
    const merged = await merge(path, `${declared}\n\n${user('1')}`, `\n\n${user('total')}`, `${declared}\n\n${right}`)
    assert.equal(merged.status, 'clean')
  })
})
