import assert from 'node:assert/strict'
import { changesOf, described, wordsOf } from './described.ts'

const area =
  'export function area(w: number, h: number): number {\n  return checked(w) * checked(h) * factor(w, h, 12)\n}\n'

describe('the diff of declarations', () => {
  it('tells what was added, removed and changed, and where', async () => {
    const before = `import { a } from './a'\n\n/** One. */\nfunction one() {\n  return 1\n}\n\nfunction two(x) {}\n\nconst three = 3\n`
    const after = `import { a, b } from './a'\n\n/** The first. */\nfunction one() {\n  return 1 + 0\n}\n\nfunction two(y) {}\n\nfunction four() {}\n`
    assert.deepEqual(await changesOf('a.ts', before, after), [
      'changed import ./a (signature)',
      'changed function one (body, comment)',
      'changed function two (signature)',
      'removed variable three',
      'added function four',
    ])
  })

  it('tells members by what they are in, and nothing of a class whose members alone differ', async () => {
    const shape = (body: string, more = '') =>
      `class Shape {\n  size = 1\n  area() {\n    return ${body}\n  }\n${more}}\n`
    assert.deepEqual(await changesOf('a.ts', shape('1'), shape('2', '  edge() {}\n')), [
      'changed method Shape.area (body)',
      'added method Shape.edge',
    ])
  })

  it('knows a renamed declaration by its content, for certain where nothing else differs', async () => {
    assert.deepEqual(await changesOf('a.ts', area, area.replace('area', 'surface')), [
      'renamed function surface <- area',
    ])
    const changed = area.replace('area', 'surface').replace('12', '13')
    assert.deepEqual(await changesOf('a.ts', area, changed), ['renamed function surface <- area (body) ?'])
  })

  it('tells nothing of members of a renamed class that are as they were', async () => {
    const shape = (name: string) =>
      `class ${name} {\n  constructor(w) {\n    this.w = w\n  }\n  area() {\n    return this.w * this.w\n  }\n}\n`
    assert.deepEqual(await changesOf('a.ts', shape('Square'), shape('Quadrat')), ['renamed class Quadrat <- Square'])
  })

  it('does not take short declarations that are alike by chance for one that was renamed', async () => {
    assert.deepEqual(await changesOf('a.ts', 'const a = 1\n', 'const b = 1\n'), [
      'removed variable a',
      'added variable b',
    ])
  })

  it('tells what moved within a file, to another one, and into a class', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => `function ${name}() {\n  return ${name}Of(1)\n}\n`)
    assert.deepEqual(await changesOf('a.ts', one! + two! + three!, two! + three! + one!), ['moved function one'])
    const files = await described({ 'a.ts': [`${one}${area}`, one], 'b.ts': [two, `${two}${area}`] })
    assert.deepEqual(
      files.map(({ path, changes }) => [path, wordsOf(changes)]),
      [
        ['a.ts', ['moved function area -> b.ts']],
        ['b.ts', ['moved function area <- a.ts']],
      ],
    )
  })

  it('tells a file that moved with the names in it only by its new path', async () => {
    const files = await described({ 'a.ts': [area, undefined], 'b.ts': [undefined, area] })
    assert.deepEqual(
      files.map(({ status }) => status),
      ['deleted', 'added'],
    )
    assert.deepEqual(wordsOf(files[1]!.changes), ['moved function area <- a.ts'])
  })

  it('says that only white space differs', async () => {
    assert.deepEqual(await changesOf('a.ts', 'function a() { return 1 }\n', 'function a() {\n  return 1\n}\n'), [
      'changed function a (white space)',
    ])
  })

  it('tells tests that are declared by calls', async () => {
    const suite = (body: string) => `describe('x', () => {\n  it('does', () => {\n    ${body}\n  })\n})\n`
    assert.deepEqual(await changesOf('a.test.ts', suite('a()'), suite('b()')), [
      "changed test describe 'x'.it 'does' (body)",
    ])
  })

  it('tells lines that belong to nothing with a name, but no blank ones beside others', async () => {
    assert.deepEqual(await changesOf('a.ts', 'start(1)\n', 'start(2)\n'), ['changed lines '])
    assert.deepEqual(await changesOf('a.ts', 'const a = 1\n', 'const a = 2\n\n'), ['changed variable a (body)'])
    assert.deepEqual(await changesOf('a.ts', 'const a = 1\n', 'const a = 1\n\n'), ['added lines '])
  })

  const languages: Readonly<Record<string, readonly [before: string, after: string, expected: readonly string[]]>> = {
    'a.py': [
      'class A(B):\n    def f(self):\n        return 1\n\ndef g():\n    pass\n',
      'class A(B):\n    def f(self):\n        return 2\n\ndef h():\n    pass\n',
      ['changed method A.f (body)', 'removed function g', 'added function h'],
    ],
    'a.go': [
      'package a\n\nfunc F() int {\n\treturn 1\n}\n\ntype T struct {\n\tA int\n}\n',
      'package a\n\nfunc F() int {\n\treturn 2\n}\n\ntype T struct {\n\tA int\n\tB int\n}\n',
      ['changed function F (body)', 'added field T.B'],
    ],
    'A.java': [
      'class A {\n  int f() {\n    return 1;\n  }\n}\n',
      'class A {\n  int f() {\n    return 2;\n  }\n\n  void g() {}\n}\n',
      ['changed method A.f() (body)', 'added method A.g()'],
    ],
    'a.rs': [
      'struct S {\n    a: u8,\n}\n\nimpl S {\n    fn f() -> u8 {\n        1\n    }\n}\n',
      'struct S {\n    a: u16,\n}\n\nimpl S {\n    fn f() -> u8 {\n        2\n    }\n}\n',
      ['changed field S.a (signature)', 'changed method S.f (body)'],
    ],
    'a.rb': [
      'class A\n  def f\n    1\n  end\nend\n',
      'class A\n  def f\n    2\n  end\nend\n',
      ['changed method A.f (body)'],
    ],
    'a.c': ['int f(int a)\n{\n  return 1;\n}\n', 'int f(int a)\n{\n  return 2;\n}\n', ['changed function f (body)']],
    'a.md': [
      '# T\n\nhello\n\n## A\n\ntext\n',
      '# T\n\nhello\n\n## A\n\ntext more\n\n## B\n\nnew\n',
      ['changed section T.A (body)', 'added section T.B'],
    ],
    'a.css': ['a {\n  top: 1px;\n}\n', 'a {\n  top: 2px;\n}\n', ['changed rule a (signature)']],
  }
  for (const [path, [before, after, expected]] of Object.entries(languages))
    it(`reads ${path}`, async () => {
      assert.deepEqual(await changesOf(path, before, after), expected)
    })
})
