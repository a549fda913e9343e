import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'
import { situations } from './semantic-situations.ts'

describe('merges whose sides do not fit together', () => {
  it('are conflicts whatever the language, and those that do fit are none', async function () {
    this.timeout(60_000)
    const missed: string[] = []
    for (const { language, situation, path, base, left, right, isFine } of situations()) {
      const sides = [
        [left, right],
        [right, left],
      ] as const
      for (const [one, other] of sides) {
        const { status } = await mergeText({ path, base, left: one, right: other })
        if ((status === 'clean') !== isFine) missed.push(`${language}: ${situation}`)
      }
    }
    assert.deepEqual(missed, [])
  })
})
