import assert from 'node:assert/strict'
import { SimRandom } from '../../../src/testing/sim-random.ts'
import { drawDiskFaults, drawNetworkFaults } from '../../../src/testing/swarm.ts'

describe('simulated randomness', () => {
  it('says that it is seeded, and repeats itself', () => {
    assert.equal(new SimRandom(7).seeded, true)
    assert.deepEqual(new SimRandom(7).bytes(64), new SimRandom(7).bytes(64))
    assert.notDeepEqual(new SimRandom(7).bytes(64), new SimRandom(8).bytes(64))
  })

  it('gives each concern its own stream, whatever the others draw', () => {
    const one = new SimRandom(7)
    const other = new SimRandom(7)
    one.bytes(1000)
    assert.deepEqual(one.fork('network').bytes(32), other.fork('network').bytes(32))
    assert.notDeepEqual(one.fork('network').bytes(32), one.fork('disk').bytes(32))
  })

  it('has exponential delays with the mean that was asked for', () => {
    const random = new SimRandom(3)
    let sum = 0
    for (let i = 0; i < 20_000; i++) sum += random.exponential(50)
    assert.ok(Math.abs(sum / 20_000 - 50) < 2, `mean ${sum / 20_000}`)
  })
})

describe('the faults of a seed', () => {
  it('are alike for one seed, and each chance is off in some seeds and on in others', () => {
    assert.deepEqual(drawNetworkFaults(new SimRandom(5)), drawNetworkFaults(new SimRandom(5)))
    const drawn = Array.from({ length: 100 }, (_, seed) => ({
      ...drawNetworkFaults(new SimRandom(seed)),
      ...drawDiskFaults(new SimRandom(seed).fork('disk')),
    }))
    const chances = [
      'signalLoss',
      'signalDuplicate',
      'signalDetour',
      'dialFailure',
      'linkStall',
      'linkDeath',
      'halfOpen',
      'slowFlush',
      'full',
    ] as const
    for (const chance of chances) {
      const off = drawn.filter((faults) => faults[chance] === 0).length
      assert.ok(off > 15 && off < 55, `${chance} is off in ${off} of 100 seeds`)
    }
  })
})
