import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'
import { acrossLanguages } from './across-language.ts'
import { acrossSituations, type Files } from './across-situations.ts'

const situations = acrossLanguages.flatMap((language) => acrossSituations(language))
const cut = fc.record({ file: fc.nat(), at: fc.nat(), length: fc.integer({ min: 1, max: 40 }) })

/** A part of one file is taken out. */
function damaged(files: Files, { file, at, length }: { file: number; at: number; length: number }): Files {
  const [path, text] = Object.entries(files)[file % Object.keys(files).length]!
  const from = at % (text.length + 1)
  return { ...files, [path]: text.slice(0, from) + text.slice(from + length) }
}

describe('merges of programs that are damaged', () => {
  it('come to the same with their sides exchanged, and to a side where both are alike', async function () {
    this.timeout(120_000)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...situations), cut, cut, async ({ base, left, right }, one, other) => {
        const trees = { base: treeOf(base), left: treeOf(damaged(left, one)), right: treeOf(damaged(right, other)) }
        const merged = await mergeTrees(trees)
        const turned = await mergeTrees({ ...trees, left: trees.right, right: trees.left })
        assert.equal(merged.status, turned.status)
        const places = (all: typeof merged.findings) =>
          all.map(({ name, used }) => `${used.path} ${name}`).sort((a, b) => (a < b ? -1 : 1))
        assert.deepEqual(places(merged.findings), places(turned.findings))
        const same = await mergeTrees({ ...trees, right: trees.left })
        assert.deepEqual([same.status, same.findings, same.repaired], ['clean', [], []])
        assert.deepEqual(
          [...same.files].map(([path, { id }]) => [path, id]),
          [...trees.left].map(([path, { id }]) => [path, id]).sort(([a], [b]) => (a! < b! ? -1 : 1)),
        )
      }),
      { numRuns: Number(process.env['MERGE_PROGRAMS'] ?? 60) },
    )
  })
})
