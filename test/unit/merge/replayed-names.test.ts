import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

const program = (name: string, second = '2'): string =>
  `export function ${name}(path: string): string {\n  const parts = path.split('/')\n  return parts.join('-') + parts.length\n}\n\nexport const first = ${name}('a')\n\nexport const rest = 1\n\nexport function second() {\n  return ${second}\n}\n`
const script = (name: string, second = '2'): string =>
  `def ${name}(a):\n    return [a, a + 1, a * 2]\n\n\nprint(${name}(1))\n\n\ndef second():\n    return ${second}\n`

describe('names that one side gave to declarations of a file', () => {
  const merge = async (path: string, base: string, left: string, right: string) => {
    const merged = await mergeText({ path, base, left, right })
    const exchanged = await mergeText({ path, base, left: right, right: left })
    assert.equal(exchanged.status, merged.status)
    if (merged.status === 'clean') assert.equal(exchanged.text, merged.text)
    return merged
  }

  it('are given to new uses of the other side, and the certificate says so', async () => {
    for (const [path, text, use] of [
      ['a.ts', program, (name: string) => `${name}(${name}('b'))`],
      ['a.py', script, (name: string) => `dict(load=${name}(2))`],
    ] as const) {
      const merged = await merge(path, text('load'), text('read'), text('load', use('load')))
      assert.equal(merged.text, text('read', use('read')))
      assert.ok(merged.status === 'clean' && merged.certificate.checks.includes('names'))
    }
  })

  it('are not given where the use may mean something else, or the name is taken', async () => {
    for (const second of ['{ load }', '((load) => load(1))(load)', "load('b') + read", "load('b') // read"])
      assert.equal((await merge('a.ts', program('load'), program('read'), program('load', second))).status, 'conflict')
  })

  it('are not taken for such where it is not certain: the declaration is another one, stands twice, is short, or was imported', async () => {
    const use = program('load', "load('b')")
    const other = program('read').replace("'-'", "'+'")
    const twice = `${program('read')}\n${program('fetch').split('\n\n')[0]!}\n`
    for (const left of [other, twice, program('read', 'load')])
      assert.equal((await merge('a.ts', program('load'), left, use)).status, 'conflict', left)
    const short = (name: string, more = '') =>
      `const ${name} = 1\n\nrun(${name}, ${name})\n\nexport const rest = 1\n${more}`
    const shown = await merge('a.ts', short('width'), short('height'), short('width', '\nrun(width)\n'))
    assert.equal(shown.status, 'conflict')
    const imported = (name: string, more = '') =>
      `import { ${name} } from './shop.ts'\n\n${name}(1)\n${name}(2)\n\nexport const rest = 1\n${more}`
    const merged = await merge('a.ts', imported('load'), imported('read'), imported('load', '\nload(3)\n'))
    assert.ok(merged.status === 'conflict' && merged.unbound?.names.includes('load'))
  })
})
