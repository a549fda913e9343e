import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ReplayGuard } from '../../../signaling/client/replay-guard.ts'
import type { EndpointId } from '../../../src/contracts/ids.ts'

const ann = 'a1' as EndpointId
const bob = 'b2' as EndpointId

describe('the replay guard', () => {
  it('lets each message through once, in whatever order of up to 64 places they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 63 }), { minLength: 1, maxLength: 200 }), (delays) => {
        const guard = new ReplayGuard()
        // Stable, so that no message is overtaken by more than 63 later ones.
        const arrivals = delays
          .map((delay, i) => ({ count: i + 1, at: i + delay }))
          .sort((left, right) => left.at - right.at || left.count - right.count)
        for (const { count } of arrivals) {
          assert.ok(guard.accepts(ann, 1, count))
          assert.ok(!guard.accepts(ann, 1, count))
        }
        for (const { count } of arrivals) assert.ok(!guard.accepts(ann, 1, count))
      }),
    )
  })

  it('refuses what comes more than 64 places late', () => {
    const guard = new ReplayGuard()
    assert.ok(guard.accepts(ann, 1, 100))
    assert.ok(!guard.accepts(ann, 1, 36))
    assert.ok(guard.accepts(ann, 1, 37))
  })

  it('refuses the count 0, which no session uses', () => {
    assert.ok(!new ReplayGuard().accepts(ann, 1, 0))
  })

  it('refuses all of an earlier session once a later one was heard', () => {
    const guard = new ReplayGuard()
    assert.ok(guard.accepts(ann, 1, 1))
    assert.ok(guard.accepts(ann, 2, 1))
    assert.ok(!guard.accepts(ann, 1, 2))
    assert.ok(guard.accepts(ann, 2, 2))
  })

  it('counts each endpoint by itself', () => {
    const guard = new ReplayGuard()
    assert.ok(guard.accepts(ann, 5, 9))
    assert.ok(guard.accepts(bob, 1, 1))
  })

  it('remembers 1,024 endpoints and forgets the one that was silent longest', () => {
    const guard = new ReplayGuard()
    const name = (i: number): EndpointId => i.toString(16) as EndpointId
    for (let i = 0; i < 1024; i++) guard.accepts(name(i), 1, 1)
    guard.accepts(name(0), 1, 2)
    guard.accepts(name(1024), 1, 1)
    assert.ok(!guard.accepts(name(0), 1, 2), 'spoke lately, is remembered')
    assert.ok(guard.accepts(name(1), 1, 1), 'was silent longest, is forgotten')
  })
})
