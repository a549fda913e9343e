import assert from 'node:assert/strict'
import { extractionLanguages } from '../extraction/extraction-languages.ts'
import { changesOf, described } from './described.ts'

const row = { value: 'row.price * row.count' }

describe('the diff of functions', () => {
  for (const { path, whole, part } of extractionLanguages)
    it(`tells what was extracted, and what was inlined: ${path}`, async () => {
      const told = async (before: string, after: string) => {
        const [file] = await described({ [path]: [before, after] })
        const isWanted = ({ change }: { change: string }) => change === 'extracted' || change === 'inlined'
        return file!.changes.filter(isWanted).map(({ change, name, from, to, isGuess }) => ({
          change,
          name: name.replace(/\(.*/, ''),
          caller: (from ?? to)?.name?.replace(/\(.*/, ''),
          isGuess,
        }))
      }
      const method = path.endsWith('.java') ? 'Invoices.' : ''
      const about = { name: `${method}sum`, caller: `${method}invoice` }
      assert.deepEqual(await told(whole(row), part(row)), [{ change: 'extracted', ...about, isGuess: false }])
      assert.deepEqual(await told(part(row), whole(row)), [{ change: 'inlined', ...about, isGuess: false }])
      const changed = { value: 'row.price * row.count * factor' }
      assert.deepEqual(await told(whole(row), part(changed)), [{ change: 'extracted', ...about, isGuess: true }])
      assert.deepEqual(await told(part(row), whole(changed)), [{ change: 'inlined', ...about, isGuess: true }])
    })

  it('tells it of another file', async () => {
    const { whole, part } = extractionLanguages[0]!
    const [file, sum] = [
      part(row).replace(/\nfunction sum[^]*?\n}\n/, ''),
      /function sum[^]*?\n}\n/.exec(part(row))![0],
    ]
    const old = 'export const one = 1\n'
    const [a, b] = await described({
      'a.ts': [whole(row), `import { sum } from './b.ts'\n${file}`],
      'b.ts': [old, `${old}\nexport ${sum}`],
    })
    assert.deepEqual(
      b!.changes.map(({ change, name, from }) => ({ change, name, from })),
      [{ change: 'extracted', name: 'sum', from: { path: 'a.ts', name: 'invoice' } }],
    )
    assert.ok(a!.changes.some(({ name }) => name === 'invoice'))
  })

  it('tells of a function that says something else, or is called by nobody who had it, that it is new', async () => {
    const text = 'function f(a) {\n  return a + 1\n}\n'
    for (const more of ['function g(a) {\n  return f(a)\n}\n', 'function g(a) {\n  return a + 1\n}\n'])
      assert.deepEqual(await changesOf('a.js', text, text + more), ['added function g'])
  })
})
