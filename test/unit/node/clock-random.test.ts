import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { browserClock } from '../../../src/browser/clock.ts'
import { browserRandom } from '../../../src/browser/random.ts'
import { toHex } from '../../../src/lib/bytes.ts'
import { nodeClock } from '../../../src/node/clock.ts'
import { nodeRandom } from '../../../src/node/random.ts'

for (const [name, clock] of [
  ['Node', nodeClock],
  ['the browser', browserClock],
] as const)
  describe(`the clock of ${name}`, () => {
    it('tells the milliseconds since 1970', () => {
      assert.ok(Math.abs(clock.now() - Date.now()) < 1000)
    })

    it('runs what is scheduled once and in order, and not what was cancelled', async () => {
      const keepAlive = setInterval(() => undefined, 1000)
      const ran: string[] = []
      try {
        clock.schedule(1, () => ran.push('cancelled'))()
        const cancelLate = clock.schedule(2 ** 40, () => ran.push('in the year 2061'))
        await new Promise<void>((done) => {
          clock.schedule(5, () => ran.push('first'))
          clock.schedule(20, done)
        })
        cancelLate()
        assert.deepEqual(ran, ['first'])
      } finally {
        clearInterval(keepAlive)
      }
    })
  })

describe('the clock of Node', () => {
  it('keeps no process alive', () => {
    const module = new URL('../../../src/node/clock.js', import.meta.url).href
    const script = `import { nodeClock } from '${module}'; nodeClock.schedule(60_000, () => {})`
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 })
    assert.deepEqual([status, signal], [0, null])
  })
})

for (const [name, random] of [
  ['Node', nodeRandom],
  ['the browser', browserRandom],
] as const)
  describe(`the randomness of ${name}`, () => {
    it('is not seeded, and no two draws are the same', () => {
      assert.equal(random.seeded, false)
      assert.equal(new Set(Array.from({ length: 100 }, () => toHex(random.bytes(16)))).size, 100)
    })

    it('has any length, beyond what one call of the platform gives', () => {
      assert.equal(random.bytes(0).length, 0)
      const bytes = random.bytes(200_000)
      assert.equal(bytes.length, 200_000)
      assert.ok(bytes.subarray(-64).some((byte) => byte !== 0))
    })
  })
