import assert from 'node:assert/strict'
import type { Language } from '../../../../src/merge/languages/language.ts'
import { languages } from '../../../../src/merge/languages/languages.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'
import { parserOf, samples, treeOf } from './samples.ts'

const byName = (name: string): Language => languages.find((language) => language.name === name)!

async function reasonOf(name: string, text: string): Promise<string | undefined> {
  const outcome = (await parserOf(byName(name))).parse(text)
  return outcome.status === 'gave-up' ? outcome.reason : undefined
}

describe('a text that is out of bounds is given up', function () {
  this.timeout(60_000)
  before(compileWasmQuickly)

  it('when it is too long', async () => {
    assert.equal(await reasonOf('JSON', ' '.repeat(1_000_000)), undefined)
    assert.equal(await reasonOf('JSON', ' '.repeat(1_000_001)), 'length')
  })

  it('when its tree is too deep', async () => {
    const sum = (terms: number): string => `a = ${'1 + '.repeat(terms)}1`
    assert.equal(await reasonOf('TypeScript', sum(1900)), undefined)
    assert.equal(await reasonOf('TypeScript', sum(2100)), 'depth')
  })

  it('when its parser goes too deep, which is slow', async () => {
    assert.equal(await reasonOf('Scala', '['.repeat(10_000)), 'weight')
    assert.equal(await reasonOf('JSON', '['.repeat(100_000)), 'weight')
  })

  it('when its scanner looks ahead again and again', async () => {
    assert.equal(await reasonOf('Bash', '((a'.repeat(10_000)), 'weight')
  })

  it('when it wants too much memory or stack; the runtime goes on as if nothing had been', async () => {
    const before = await Promise.all(samples.map(({ language, text }) => treeOf(language, text)))
    for (const [language, text] of [
      ['C#', 'a<'.repeat(5_000)],
      ['Java', '%w('.repeat(4_000)],
      ['C', 'a => '.repeat(2_000)],
    ] as const) {
      assert.match((await reasonOf(language, text)) ?? 'parsed', /^(memory|weight)$/)
      for (const [i, sample] of samples.entries()) {
        const tree = await treeOf(sample.language, sample.text)
        assert.deepEqual([tree.kind, tree.start, tree.next], [before[i]!.kind, before[i]!.start, before[i]!.next])
      }
    }
    assert.equal(await reasonOf('Java', '%w('.repeat(4_000)), 'memory')
  })

  it('and takes the same weight whatever was parsed before', async () => {
    const parser = await parserOf(byName('TypeScript'))
    const { text } = samples.find(({ language }) => language.name === 'TypeScript')!
    const weigh = (): number => {
      const outcome = parser.parse(text.repeat(20))
      assert.ok(outcome.status === 'parsed')
      return outcome.weight
    }
    const first = weigh()
    assert.ok(first > 100)
    for (const other of ['', '{'.repeat(3000), text.slice(1), 'a<'.repeat(20_000)]) {
      parser.parse(other)
      assert.equal(weigh(), first)
    }
  })
})
