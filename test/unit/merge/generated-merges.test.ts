import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'
import { mergeDrivers } from '../../support/merge-fuzz/merge-drivers.ts'
import { runDriver, showTriple } from '../../support/merge-fuzz/run-driver.ts'

/** `npm run fuzz` makes as many as it is told. */
const triples = 5

describe('merges of generated edits lose nothing, can be read, and are the same for both sides', () => {
  for (const [name, open] of Object.entries(mergeDrivers))
    it(name, async () => {
      const { clean, conflict, failures } = await runDriver(await open(), mergeText, { triples, seed: 3 })
      assert.deepEqual(failures.map(showTriple), [])
      assert.equal(clean + conflict, triples)
    })

  it('are told where they are not', async () => {
    const open = await mergeDrivers['ts']!()
    const takesLeft: typeof mergeText = async (input) => ({
      ...(await mergeText({ ...input, left: input.base, right: input.base })),
      text: input.left,
    })
    const { failures } = await runDriver(open, takesLeft, { triples: 4 * triples, seed: 3 })
    assert.ok(failures.some(({ breaches }) => breaches.some((breach) => breach.includes('of one side is lost'))))
    assert.ok(failures.some(({ breaches }) => breaches.some((breach) => breach.includes('sides exchanged'))))
  })
})
