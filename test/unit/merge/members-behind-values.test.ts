import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'
import { compileWasmQuickly } from '../../../src/node/compile-quickly.ts'

/** By path: a type with a member, and at some distance what a function gives. */
const files: Readonly<Record<string, (member: string, value: string) => string>> = {
  'x.ts': (member, value) =>
    `export class A {\n  ${member}() {\n    return 1\n  }\n}\n\nexport const x = 1\n\nexport const two = (a: A) => ${value}\n`,
  'x.py': (member, value) =>
    `class A:\n    def ${member}(self):\n        return 1\n\n\ndef x():\n    return 1\n\n\ndef two(a):\n    return ${value}\n`,
  'X.java': (member, value) =>
    `class X {\n  int ${member}() {\n    return 1;\n  }\n\n  int x() {\n    return 2;\n  }\n\n  int two(X a) {\n    return ${value};\n  }\n}\n`,
  'x.rs': (member, value) =>
    `struct A {}\n\nimpl A {\n    fn ${member}(&self) -> i32 {\n        1\n    }\n}\n\nfn x() -> i32 {\n    1\n}\n\nfn two(a: &A) -> i32 {\n    ${value}\n}\n`,
  'x.go': (member, value) =>
    `package p\n\ntype A struct{}\n\nfunc (a A) ${member}() int {\n\treturn 1\n}\n\nfunc x() int {\n\treturn 2\n}\n\nfunc two(a A) int {\n\treturn ${value}\n}\n`,
}

describe('members behind values in one file', () => {
  before(compileWasmQuickly)

  for (const [path, file] of Object.entries(files))
    it(`that one side renamed and the other one uses anew conflict, in ${path}`, async () => {
      const merge = (left: string, value: string) =>
        mergeText({ path, base: file('load', '1'), left, right: file('load', value) })
      const told = await merge(file('read', '1'), 'a.load()')
      assert.deepEqual(told.status === 'conflict' && told.findings, [{ check: 'bindings', name: '.load' }])
      assert.equal((await merge(file('read', '1'), 'a.size()')).status, 'clean')
    })

  it('of which the side that renamed one still uses others are no matter', async () => {
    const user = (member: string, value: string) =>
      `${files['x.py']!(member, value)}\n\ndef three(b):\n    return b.load()\n`
    const { status } = await mergeText({
      path: 'x.py',
      base: user('load', '1'),
      left: user('read', '1'),
      right: user('load', 'a.load()'),
    })
    assert.equal(status, 'clean')
  })

  it('are fields in C', async () => {
    const file = (field: string, value: string) =>
      `struct a {\n  int ${field};\n  int more;\n};\n\nint x(void) {\n  return 2;\n}\n\nint two(struct a *a) {\n  return ${value};\n}\n`
    const merge = (value: string) =>
      mergeText({ path: 'x.c', base: file('load', '1'), left: file('size', '1'), right: file('load', value) })
    assert.equal((await merge('a->load')).status, 'conflict')
    assert.equal((await merge('a->more')).status, 'clean')
  })
})
