import assert from 'node:assert/strict'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'

type Files = Readonly<Record<string, string>>

/** A type with a member, its file, and a file that uses it or not. */
interface Language {
  readonly type: string
  readonly user: string
  readonly declares: (member: string) => string
  readonly uses: (member?: string) => string
  readonly more?: Files
}

const languages: Readonly<Record<string, Language>> = {
  TypeScript: {
    type: 'a.ts',
    user: 'b.ts',
    declares: (member) => `export class A {\n  ${member}(x: number) {\n    return x\n  }\n\n  other() {}\n}\n`,
    uses: (member) =>
      `import { A } from './a.ts'\nexport const one = (a: A) => a.other()\n${member ? `export const two = (a: A) => a.${member}(1)\n` : ''}`,
  },
  Python: {
    type: 'a.py',
    user: 'b.py',
    declares: (member) => `class A:\n    def ${member}(self):\n        return 1\n`,
    uses: (member) => `from a import A\n\none = A()\n${member ? `two = one.${member}()\n` : ''}`,
  },
  Go: {
    type: 'a.go',
    user: 'b.go',
    declares: (member) => `package p\n\ntype A struct{}\n\nfunc (a A) ${member}() int {\n\treturn 1\n}\n`,
    uses: (member) => `package p\n\nvar one = A{}\n${member ? `\nvar two = one.${member}()\n` : ''}`,
  },
  Java: {
    type: 'p/A.java',
    user: 'p/B.java',
    declares: (member) => `package p;\n\nclass A {\n  int ${member}() {\n    return 1;\n  }\n}\n`,
    uses: (member) =>
      `package p;\n\nclass B {\n  A one = new A();\n${member ? `  int two = one.${member}();\n` : ''}}\n`,
  },
  Kotlin: {
    type: 'p/A.kt',
    user: 'p/B.kt',
    declares: (member) => `package p\n\nclass A {\n    fun ${member}(): Int {\n        return 1\n    }\n}\n`,
    uses: (member) => `package p\n\nval one = A()\n${member ? `val two = one.${member}()\n` : ''}`,
  },
  Rust: {
    type: 'src/a.rs',
    user: 'src/b.rs',
    declares: (member) => `pub struct A {}\n\nimpl A {\n    pub fn ${member}(&self) -> i32 {\n        1\n    }\n}\n`,
    uses: (member) =>
      `use crate::a::A;\n\npub fn one(a: &A) {}\n${member ? `\npub fn two(a: &A) -> i32 {\n    a.${member}()\n}\n` : ''}`,
    more: { 'src/lib.rs': 'mod a;\nmod b;\n' },
  },
}

describe('members behind values', () => {
  before(compileWasmQuickly)

  for (const [name, { type, user, declares, uses, more }] of Object.entries(languages)) {
    const merge = async (left: Files, right: Files) => {
      const base = { ...more, [type]: declares('load'), [user]: uses() }
      const sides = [base, { ...base, ...left }, { ...base, ...right }].map(treeOf)
      return mergeTrees({ base: sides[0]!, left: sides[1]!, right: sides[2]! })
    }

    it(`that one side renamed and the other one uses anew are told, in ${name}`, async () => {
      const { status, findings } = await merge({ [type]: declares('read') }, { [user]: uses('load') })
      assert.equal(status, 'conflict')
      const told = findings.map(({ reason, certainty, by, to, used }) => [reason, certainty, by, to?.name, used.path])
      assert.deepEqual(told, [['renamed', 'guessed', 'left', 'read', user]])
      const swapped = await merge({ [user]: uses('load') }, { [type]: declares('read') })
      assert.deepEqual(swapped.findings[0]?.by, 'right')
    })

    it(`of another name, or another type, are no matter, in ${name}`, async () => {
      assert.equal((await merge({ [type]: declares('read') }, { [user]: uses('size') })).status, 'clean')
      const other = type.replace(/[aA](?=\.\w+$)/, 'c')
      const added = { [type]: declares('read'), [other]: declares('load').replace(/\bA\b/g, 'C') }
      assert.equal((await merge(added, { [user]: uses('load') })).status, 'clean')
    })
  }
})
