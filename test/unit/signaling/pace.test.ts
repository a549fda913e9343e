import assert from 'node:assert/strict'
import { backoffMs } from '../../../signaling/client/backoff.ts'
import { TokenBucket } from '../../../signaling/server/token-bucket.ts'
import { systemRandom } from '../../support/signaling-host.ts'

describe('the pace of signaling', () => {
  it('waits from 0.5 s to 30 s between attempts, doubling, each time differently', () => {
    const from = (byte: number) => ({ seeded: true, bytes: (length: number) => new Uint8Array(length).fill(byte) })
    const least = Array.from({ length: 8 }, (_, failures) => backoffMs(from(0), failures))
    const most = Array.from({ length: 8 }, (_, failures) => Math.round(backoffMs(from(255), failures)))
    assert.deepEqual(least, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
    assert.deepEqual(most, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    assert.ok(backoffMs(systemRandom, 1e6) <= 30_000)
    assert.ok(new Set(Array.from({ length: 100 }, () => backoffMs(systemRandom, 0))).size > 50)
  })

  it('lets a burst through, then asks for a wait that pays the debt', () => {
    const bucket = new TokenBucket(10, 5, 0)
    for (let i = 0; i < 5; i++) assert.equal(bucket.take(1, 0), 0)
    assert.equal(bucket.take(1, 0), 100)
    assert.equal(bucket.take(2, 0), 300)
    assert.equal(bucket.take(0, 300), 0)
    assert.equal(bucket.take(1, 300), 100)
  })

  it('saves up no more than one burst', () => {
    const bucket = new TokenBucket(10, 5, 0)
    assert.equal(bucket.take(5, 3_600_000), 0)
    assert.equal(bucket.take(1, 3_600_000), 100)
  })
})
