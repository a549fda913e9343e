import assert from 'node:assert/strict'
import { type Finding, mergeText } from '../../../src/merge-on-node.ts'

async function findingsOf(path: string, base: string, left: string, right: string): Promise<readonly string[]> {
  const merged = await mergeText({ path, base, left, right })
  const findings: readonly Finding[] = (merged.status === 'conflict' && merged.findings) || []
  return findings.map(({ check, name }) => `${check} ${name}`)
}

const letters = (imported: string, ...lines: readonly string[]): string =>
  [`import { ${imported} } from './letters.ts'`, ...lines, ''].join('\n\n')

describe('checks of clean merges', () => {
  it('find a use of an import that the other side dropped', async () => {
    const base = letters('a, b', 'export const one = a', 'export const two = b', 'export const three = 3')
    const left = letters('a', 'export const one = a', 'export const three = 3')
    const right = letters(
      'a, b',
      'export const one = a',
      'export const two = b',
      'export const three = 3',
      'export const four = b',
    )
    assert.deepEqual(await findingsOf('x.ts', base, left, right), ['bindings b'])
  })

  it('find a call of a function that the other side gave another name', async () => {
    const base = 'def load():\n    return 1\n\n\ndef first():\n    return load()\n\n\ndef last():\n    return 2\n'
    const left = base.replaceAll('load', 'read')
    const right = base.replace('return 2', 'return load()')
    assert.deepEqual(await findingsOf('x.py', base, left, right), ['bindings load'])
  })

  it('find a name that both sides declare at different places', async () => {
    const base = 'func one() int {\n\treturn 1\n}\n\nfunc two() int {\n\treturn 2\n}\n'
    const left = `func three() int {\n\treturn 3\n}\n\n${base}`
    const right = `${base}\nfunc three() int {\n\treturn 1 + 2\n}\n`
    const { status, text } = await mergeText({ path: 'x.go', base, left, right })
    assert.equal(status, 'conflict')
    assert.match(text, /^<{7} /m)
  })

  it('find what one side moved and changed, and the other one deleted, though the lines merge', async () => {
    const [shop, page] = ['.shop {\n  \n}\n', '.page {\n  color: red;\n}\n']
    const changed = page.replace('red', 'blue')
    for (const [left, right] of [
      [shop, `\n\n${changed}${shop}`],
      [`\n\n${changed}${shop}`, shop],
    ] as const) {
      const { status } = await mergeText({ path: 'x.css', base: `${shop}\n${page}`, left, right })
      assert.equal(status, 'conflict')
    }
  })

  it('find a line of text that one side moved and the other one deleted, though the lines merge', async () => {
    const [base, left] = ['<pre>\ntea   2\ncake  4\n</pre>\n', '<pre>\n</pre>\n']
    const right = `${left}tea   2\nmilk  4\n`
    assert.equal((await mergeText({ path: 'x.html', base, left, right })).status, 'conflict')
  })

  it('find lines that one side moved to where they are something else, and the other one deleted, though the lines merge', async () => {
    const [matter, text] = ['---\ntitle: Garden\n---\n', '# Garden\n\nA garden has beds.\n']
    const merge = (left: string, right: string) => mergeText({ path: 'x.md', base: `${matter}\n${text}`, left, right })
    assert.equal((await merge(text, `${text}${matter}`)).status, 'conflict')
    assert.equal((await merge(`${text}${matter}`, text)).status, 'conflict')
    const note = 'int a;\n// b stays\nint b;\nint c;\n'
    const moved = 'int a;\nint b;\n// b stays\nint c;\n'
    const comments = await mergeText({ path: 'x.c', base: note, left: note.replace('// b stays\n', ''), right: moved })
    assert.equal(comments.status, 'clean')
  })

  it('take a name that both sides declare alike at different places once', async () => {
    const three = 'func three() int {\n\treturn 3\n}\n'
    const base = 'func one() int {\n\treturn 1\n}\n\nfunc two() int {\n\treturn 2\n}\n'
    const { status, text } = await mergeText({
      path: 'x.go',
      base,
      left: `${three}\n${base}`,
      right: `${base}\n${three}`,
    })
    assert.equal(status, 'clean')
    assert.equal(text.split('func three').length, 2)
  })

  it('find a name that one side imports and the other one declares', async () => {
    const files: readonly (readonly [path: string, imported: string, declared: string, rest: string])[] = [
      [
        'x.ts',
        "import { load } from './a.ts'\n",
        'export function load() {}\n',
        'export const one = 1\n\nexport const two = 2\n',
      ],
      ['x.py', 'from a import read as load\n', 'def load():\n    pass\n', 'one = 1\n\ntwo = 2\n'],
      ['x.go', 'import "a/load"\n', 'func load() {}\n', 'func one() {}\n\nfunc two() {}\n'],
      ['X.java', 'import a.Load;\n', 'class Load {}\n', 'class One {}\n\nclass Two {}\n'],
      ['x.rs', 'use a::load;\n', 'fn load() {}\n', 'fn one() {}\n\nfn two() {}\n'],
    ]
    for (const [path, imported, declared, rest] of files) {
      const [left, right] = [`${imported}\n${rest}`, `${rest}\n${declared}`]
      const name = path === 'X.java' ? 'Load' : 'load'
      assert.deepEqual(await findingsOf(path, rest, left, right), [`duplicates ${name}`], path)
      assert.deepEqual(await findingsOf(path, rest, right, left), [`duplicates ${name}`], path)
      // What a side does already is its own matter.
      const both = `${imported}\n${rest}\n${declared}`
      assert.deepEqual(await findingsOf(path, rest, both, rest.replace('two', 'three')), [], path)
    }
  })

  it('find a text that does not parse though both sides do', async () => {
    const base = 'export function f(a: number) {\n  one(\n    a,\n  )\n\n  two(\n    a,\n  )\n}\n'
    const left = base.replace('  one(\n', '')
    const right = base.replace('    a,\n  )\n}', '    a,\n    b,\n  )\n}')
    const conflicts = await findingsOf('x.ts', base, left, right)
    // The left side does not parse itself: that is not the merge's fault, and it may stand.
    assert.deepEqual(conflicts, [])
  })

  it('find a function that one side moved and emptied, and the other one deleted', async () => {
    const [one, two] = ['function one() {\n  return 1\n}\n', 'function two() {\n  return 2\n}\n']
    const left = `${two.replace('return 2', '')}${one}`
    for (const sides of [[left, one] as const, [one, left] as const])
      assert.deepEqual(await findingsOf('x.ts', `${one}\n${two}`, ...sides), ['changes two'])
  })

  it('find what one side added where the other one made a comment of it', async () => {
    const base =
      'int one(void) {\n  return 1;\n}\n\nint two(void) {\n  return 2;\n}\n\nint three(void) {\n  return 3;\n}\n'
    const left = `/*\n${base.replace('  return 3;\n}\n', '  return 3;\n}\n*/\n')}`
    const right = base.replace('  return 2;', '  added = 2;\n  return 2;')
    assert.deepEqual(await findingsOf('x.c', base, left, right), ['conservation added'])
  })

  it('find one of several equal items that one side moved, and the other one deleted', async () => {
    const cases = ['    case 1:\n      return one\n', '    case 2:\n      return two\n']
    const body = (name: string, lines: readonly string[]) =>
      `function ${name}(value) {\n  switch (value) {\n${lines.join('')}  }\n}\n\n`
    const base = body('first', cases) + body('last', cases)
    const left = body('first', cases.toReversed()) + body('last', cases)
    const right = body('first', cases.slice(1)) + body('last', cases.slice(1))
    for (const sides of [[left, right] as const, [right, left] as const]) {
      const { status } = await mergeText({ path: 'x.ts', base, left: sides[0], right: sides[1] })
      assert.equal(status, 'conflict')
    }
  })

  it('mark what both sides have changed where lines were clean', async () => {
    const base = letters('a, b', 'export const two = b', 'export const three = 3')
    const left = letters('a', 'export const three = a')
    const right = `${base}\nexport const four = b\n`
    const { text } = await mergeText({ path: 'x.ts', base, left, right })
    assert.match(text, /^<{7} left$/m)
    assert.match(text, /^export const four = b$/m)
  })
})
