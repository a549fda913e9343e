import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

/** By what is declared twice: a text in which each side puts something in the place of `A` and `B`, whole lines or not. */
const programs: Readonly<Record<string, readonly [path: string, text: string, left: string, right: string]>> = {
  'a variable of Go': ['a.go', 'package a\n\nfunc f() {\nA\n\tone()\n\n\ttwo()\nB\n}\n', '\tx := 1', '\tx := 2'],
  'a variable of Java': [
    'A.java',
    'class A {\n  void f() {\nA\n    one();\n\n    two();\nB\n  }\n}\n',
    '    int x = 1;',
    '    String x = "";',
  ],
  'a variable of C#': [
    'A.cs',
    'class A {\n  void F() {\nA\n    One();\n\n    Two();\nB\n  }\n}\n',
    '    var x = 1;',
    '    int x = 2;',
  ],
  'a parameter of TypeScript': [
    'a.ts',
    'function f(\nA\n  a: number,\n  b: number,\n  c: number,\nB\n) {\n  return a\n}\n',
    '  x: number,',
    '  x: string,',
  ],
  'a parameter of Python': ['a.py', 'def f(\nA\n    a,\n    b,\n    c,\nB\n):\n    return a\n', '    x,', '    x=1,'],
  'a parameter of Kotlin': [
    'a.kt',
    'fun f(\nA\n    a: Int,\n    b: Int,\n    c: Int,\nB\n) {\n}\n',
    '    x: Int,',
    '    x: String,',
  ],
  'a parameter and a variable of TypeScript': [
    'a.ts',
    'function f(\n  a: number,\nA\n) {\n  one()\n\n  two()\nB\n}\n',
    '  x: number,',
    '  const x = 1',
  ],
  'a parameter and a variable of Java': [
    'A.java',
    'class A {\n  void f(\n      int aA) {\n    one();\n\n    two();\nB\n  }\n}\n',
    ', int x',
    '    int x = 2;',
  ],
  'an import of Go': [
    'a.go',
    'package a\n\nimport (\nA\n\t"fmt"\n\t"os"\n\t"path"\nB\n)\n',
    '\t"crypto/rand"',
    '\t"math/rand"',
  ],
  'an import of Java': [
    'A.java',
    'A\nimport java.io.File;\nimport java.io.Reader;\nimport java.io.Writer;\nB\n\nclass A {}\n',
    'import java.awt.List;',
    'import java.util.List;',
  ],
  'an import of Python': [
    'a.py',
    'A\nimport os\nimport re\nimport sys\nB\n\nrun(os, re, sys)\n',
    'from one import x',
    'from two import x',
  ],
}

function textOf(text: string, a: string, b: string): string {
  const inPlaceOf = (sign: string, with_: string, from: string) => {
    const line = new RegExp(`^${sign}\\n`, 'm')
    return line.test(from) ? from.replace(line, with_ && `${with_}\n`) : from.replace(`a${sign})`, `a${with_})`)
  }
  return inPlaceOf('B', b, inPlaceOf('A', a, text))
}

describe('a name that both sides declare in one function or import, in other places', () => {
  for (const [what, [path, text, left, right]] of Object.entries(programs))
    it(`conflicts: ${what}`, async () => {
      const merge = (other: string) =>
        mergeText({ path, base: textOf(text, '', ''), left: textOf(text, left, ''), right: textOf(text, '', other) })
      assert.equal((await merge(right)).status, 'conflict')
      const renamed = right.replace(/\b(x|List|math\/rand)\b/, '$1y')
      assert.equal((await merge(renamed)).status, 'clean', renamed)
    })

  it('does not where it is no name, a version, or of an inner block', async () => {
    const imports = (first: string, last: string) =>
      `package a\n\nimport (\n${first}\t"fmt"\n\t"os"\n\t"path"\n${last})\n\nfunc f() {\n\tif a {\n\t\tx := 1\n\t}\n\tone()\n}\n`
    const merged = await mergeText({
      path: 'a.go',
      base: imports('', ''),
      left: imports('\t"a.com/one/v2"\n', '').replace('one()', 'one()\n\tx, err := two()\n\tx, no := 1'),
      right: imports('', '\t"a.com/two/v2"\n\t_ "a.com/rand"\n'),
    })
    assert.equal(merged.status, 'clean')
  })
})
