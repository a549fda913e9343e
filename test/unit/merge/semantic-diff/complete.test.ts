import assert from 'node:assert/strict'
import { ownMergeCases } from '../../../../bench/merge-case-files.ts'
import type { LineRange } from '../../../../src/merge/index.ts'
import { described } from './described.ts'

describe('a semantic diff', () => {
  it('names every line that holds a word and stands on one side only, in every language', async function () {
    this.timeout(60_000)
    const unnamed: string[] = []
    for (const { id, path, base, left, right } of ownMergeCases())
      for (const [before, after] of [
        [base, left],
        [right, base],
        [left, right],
      ] as const) {
        const [file] = await described({ [path]: [before, after] })
        for (const side of ['before', 'after'] as const) {
          const [own, other] = side === 'before' ? [before, after] : [after, before]
          const ranges = file!.changes.flatMap((change): readonly LineRange[] => (change[side] ? [change[side]] : []))
          const others = new Set(other.split('\n'))
          for (const [at, line] of own.split('\n').entries())
            if (
              /[\p{L}\p{N}]/u.test(line) &&
              !others.has(line) &&
              !ranges.some(({ from, end }) => from <= at && at < end)
            )
              unnamed.push(`${id} ${side} ${at + 1}: ${line}`)
        }
      }
    assert.deepEqual(unnamed, [])
  })

  it('tells nothing of texts that are alike', async () => {
    for (const { path, base } of ownMergeCases()) {
      const [file] = await described({ [path]: [base, base] })
      assert.deepEqual(file!.changes, [], path)
    }
  })

  it('ends with the reason of an aborted signal', async () => {
    const { describeDiff } = await import('../../../../src/merge-on-node.ts')
    const signal = AbortSignal.abort(new Error('no more'))
    await assert.rejects(describeDiff([{ path: 'a', before: undefined, after: undefined }], { signal }), /no more/)
  })
})
