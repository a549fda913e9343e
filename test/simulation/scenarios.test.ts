import assert from 'node:assert/strict'
import { scenarios, type Scenario, type ScenarioName } from '../../src/testing/simulation/scenarios.ts'
import { simulate } from '../../src/testing/simulation/simulation.ts'

const seedsEach = 39
const names = Object.keys(scenarios) as ScenarioName[]

describe('peers that meet in a simulated world', function () {
  this.timeout(600_000)
  const counters = new Map<string, number>()
  // Taken when these tests begin: the file is read before all others have run.
  let begin: NodeJS.CpuUsage

  before(() => (begin = process.cpuUsage()))
  after(() => {
    const { user, system } = process.cpuUsage(begin)
    const minutes = ((user + system) / 60e6).toFixed(1)
    console.log(`      ${seedsEach * names.length} seeds took ${minutes} minutes of CPU`)
  })

  for (const name of names)
    it(`lose and double no word, and agree: ${name}`, async () => {
      const scenario: Scenario = scenarios[name]
      const failed: string[] = []
      for (let seed = 1; seed <= seedsEach; seed++) {
        const result = await simulate(scenario, seed)
        for (const [kind, count] of result.counters) counters.set(kind, (counters.get(kind) ?? 0) + count)
        if (result.faults.length)
          failed.push(`npm run simulate -- --scenario ${name} --seed ${seed} --seeds 1\n    ${result.faults[0]}`)
      }
      assert.deepEqual(failed, [])
    })

  it('met every kind of fault', () => {
    const never = [...counters].filter(([, count]) => count === 0).map(([kind]) => kind)
    assert.deepEqual(never, [])
    assert.ok(counters.size > 0)
  })

  it('go the same way again from the same seed', async () => {
    const [first, second] = [await simulate(scenarios.all, 3), await simulate(scenarios.all, 3)]
    assert.equal(first.trace, second.trace)
    assert.notEqual(first.trace, (await simulate(scenarios.all, 4)).trace)
  })
})
