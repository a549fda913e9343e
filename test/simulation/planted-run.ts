import { register } from 'node:module'
import type { Scenario } from '../../src/testing/simulation/scenarios.ts'
import { plantedFaults } from './faults.ts'

/** `planted-run.js RULE`: runs seeds with a planted fault until one fails; prints that seed and what broke, or nothing. */
const fault = plantedFaults.find(({ rule }) => rule === process.argv[2])!
register('./planting-loader.js', import.meta.url, { data: fault.changes })
const { scenarios } = await import('../../src/testing/simulation/scenarios.ts')
const { simulate } = await import('../../src/testing/simulation/simulation.ts')
const scenario: Scenario = scenarios[fault.scenario]
for (const seed of fault.seeds) {
  const { faults } = await simulate(scenario, seed)
  if (!faults.length) continue
  console.log(`${seed} ${faults[0]}`)
  break
}
