import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { SimClock } from '../../../src/testing/sim-clock.ts'
import { SimProcessClock } from '../../../src/testing/sim-process-clock.ts'
import { SimRandom } from '../../../src/testing/sim-random.ts'

describe('the simulated clock', () => {
  it('runs events by time, and those of one time in the order in which they were planned', async () => {
    const clock = new SimClock()
    const start = clock.now()
    const random = new SimRandom(1)
    const planned = Array.from({ length: 500 }, (_, order) => ({ at: random.below(50), order }))
    const ran: typeof planned = []
    for (const event of planned) clock.schedule(event.at, () => ran.push(event))
    await clock.run(start + 50)
    assert.deepEqual(
      ran,
      planned.toSorted((a, b) => a.at - b.at || a.order - b.order),
    )
    assert.equal(clock.now(), start + 50)
    assert.ok(clock.idle)
  })

  it('lets everything that an event sets going come to rest before the next event', async () => {
    const clock = new SimClock()
    const seen: string[] = []
    clock.schedule(1, () => {
      void (async () => {
        for (let i = 0; i < 1000; i++) await Promise.resolve()
        seen.push(`settled at ${clock.now()}`)
        clock.schedule(0, () => seen.push('planned meanwhile'))
      })()
    })
    clock.schedule(1, () => seen.push('second'))
    const start = clock.now()
    await clock.run(start + 1)
    assert.deepEqual(seen, [`settled at ${start + 1}`, 'second', 'planned meanwhile'])
  })

  it('does not run a cancelled event, and is idle when only such are left', async () => {
    const clock = new SimClock()
    const cancel = clock.schedule(1, () => assert.fail('was cancelled'))
    clock.schedule(2, () => undefined)
    cancel()
    cancel()
    assert.equal(await clock.step(), true)
    assert.equal(await clock.step(), false)
    assert.ok(clock.idle)
  })

  it('runs until a condition holds, or says that it does not', async () => {
    const clock = new SimClock()
    const start = clock.now()
    let ticks = 0
    const tick = (): void => void (ticks++, clock.schedule(1000, tick))
    clock.schedule(1000, tick)
    assert.equal(await clock.runUntil(() => ticks === 7, 60_000), true)
    assert.equal(clock.now() - start, 7000)
    assert.equal(await clock.runUntil(() => ticks === 100, 10_000), false)
    assert.equal(ticks, 17)
  })

  it('lets out what an event throws, and refuses to be run from within an event', async () => {
    const clock = new SimClock()
    let refusal: unknown
    clock.schedule(1, () => void clock.step().catch((error: unknown) => (refusal = error)))
    await clock.step()
    assert.ok(AnvcsError.is(refusal, 'INTERNAL'))
    clock.schedule(1, () => {
      throw new Error('broken')
    })
    await assert.rejects(clock.step(), /broken/)
  })

  it('passes ten virtual hours with a timer each second in well under a real second', async () => {
    const clock = new SimClock()
    let ticks = 0
    const tick = (): void => void (ticks++, clock.schedule(1000, tick))
    clock.schedule(1000, tick)
    const began = performance.now()
    await clock.run(clock.now() + 36_000_000)
    assert.equal(ticks, 36_000)
    assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`)
  })
})

describe('the clock of a simulated process', () => {
  it('may be wrong and be set, without an effect on timers', async () => {
    const clock = new SimClock()
    const process = new SimProcessClock(clock, -5000)
    assert.equal(process.now(), clock.now() - 5000)
    const start = clock.now()
    let firedAt = 0
    process.schedule(100, () => (firedAt = clock.now()))
    process.jump(3_600_000)
    assert.equal(process.now(), clock.now() + 3_595_000)
    await clock.run(start + 1000)
    assert.equal(firedAt, start + 100)
  })

  it('takes its timers with it when it is killed', async () => {
    const clock = new SimClock()
    const process = new SimProcessClock(clock, 0)
    process.schedule(10, () => assert.fail('ran after the kill'))
    process.kill()
    process.schedule(10, () => assert.fail('was planned after the kill'))
    await clock.run(clock.now() + 100)
    assert.ok(clock.idle)
  })
})
