import assert from 'node:assert/strict'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'
import { fromUtf8 } from '../../../../src/lib/bytes.ts'

type Files = Readonly<Record<string, string>>

const load = (sign: string): string =>
  `export function load(path: string): string {\n  const parts = path.split('/')\n  return parts.join('${sign}') + parts.length\n}\n`
const other = 'export function other(): number {\n  return 1\n}\n'
const imports = "import { deep } from './deep.ts'\n\nexport const start = deep()\n\n"
const python = (sign: string): string =>
  `def load(path):\n    parts = path.split("/")\n    return "${sign}".join(parts) + str(len(parts))\n`
const pythonOther = 'def other():\n    return 1\n'

describe('changes of what the other side moved to another file', () => {
  const merge = async (base: Files, left: Files, right: Files) => {
    const [old, one, two] = [treeOf(base), treeOf(left), treeOf(right)]
    const merged = await mergeTrees({ base: old, left: one, right: two })
    const exchanged = await mergeTrees({ base: old, left: two, right: one })
    assert.equal(exchanged.status, merged.status)
    const texts = async ({ files }: typeof merged): Promise<Files> =>
      Object.fromEntries(await Promise.all([...files].map(async ([path, file]) => [path, fromUtf8(await file.read())])))
    if (merged.status === 'clean') assert.deepEqual(await texts(exchanged), await texts(merged))
    return { ...merged, texts: await texts(merged) }
  }

  it('are made there', async () => {
    for (const [from, to, before, after, rest] of [
      ['lib.ts', 'paths.ts', load('-'), load('+'), other],
      ['lib.py', 'paths.py', python('-'), python('+'), pythonOther],
    ] as const) {
      const merged = await merge(
        { [from]: `${before}\n\n${rest}` },
        { [from]: rest, [to]: before },
        { [from]: `${after}\n\n${rest}` },
      )
      assert.deepEqual(merged.texts, { [from]: rest, [to]: after })
      const [{ name, used, reason, by, to: where }] = merged.repaired as [(typeof merged.repaired)[0]]
      assert.deepEqual([name, used.path, reason, by, where?.path], ['load', from, 'moved', 'left', to])
      assert.ok(merged.status === 'clean' && merged.certificate.checks.includes('across'))
    }
  })

  it('are made there though the side changed other places of both files', async () => {
    const merged = await merge(
      { 'lib.ts': `${load('-')}\n${other}`, 'paths.ts': other.replace('other', 'third') },
      { 'lib.ts': other, 'paths.ts': `${other.replace('other', 'third')}\n${load('-')}` },
      {
        'lib.ts': `${load('+')}\n${other.replace('1', '2')}`,
        'paths.ts': other.replace('other', 'third').replace('1', '3'),
      },
    )
    assert.deepEqual(merged.texts, {
      'lib.ts': other.replace('1', '2'),
      'paths.ts': `${other.replace('other', 'third').replace('1', '3')}\n${load('+')}`,
    })
  })

  for (const [why, left, changed] of [
    ['it is not certain where', { 'paths.ts': load('-'), 'more.ts': load('-') }, load('+')],
    ['it was changed on the way', { 'paths.ts': load('*') }, load('+')],
    ['only the old file knows what they use', { 'paths.ts': load('-') }, load('-').replace('path.', 'deep(path).')],
  ] as const)
    it(`are a conflict where ${why}`, async () => {
      const deep = { 'deep.ts': 'export function deep(more = 1): number {\n  return more\n}\n' }
      const merged = await merge(
        { ...deep, 'lib.ts': `${imports}${load('-')}\n${other}` },
        { ...deep, 'lib.ts': `${imports}${other}`, ...left },
        { ...deep, 'lib.ts': `${imports}${changed}\n${other}` },
      )
      assert.deepEqual(
        merged.conflicts.map(({ path }) => path),
        ['lib.ts'],
      )
    })
})
