import { scenarios, type Scenario } from '../src/testing/simulation/scenarios.ts'
import { simulate } from '../src/testing/simulation/simulation.ts'
import { commandOptions, refuse, wholeNumber } from './command-options.ts'

/**
 * `npm run simulate -- --seeds N [--scenario NAME] [--seed FIRST]`: meetings of peers with faults, each from one seed. Fails
 * where an invariant breaks, or where a long run has not met every kind of fault.
 */
const usage = 'npm run simulate -- [--seeds N] [--scenario NAME,NAME...] [--seed FIRST] [--verbose]'
const { values } = commandOptions(
  {
    options: {
      seeds: { type: 'string', default: '50' },
      scenario: { type: 'string' },
      seed: { type: 'string', default: '1' },
      verbose: { type: 'boolean', default: false },
    },
  },
  usage,
)
const known: Readonly<Record<string, Scenario>> = scenarios
const names = values.scenario ? values.scenario.split(',') : Object.keys(scenarios)
const unknown = names.find((name) => !Object.hasOwn(known, name))
if (unknown !== undefined) refuse(`There is no scenario ${unknown}; there are ${Object.keys(known).join(', ')}.`, usage)
const first = wholeNumber(values.seed, 0, usage)
const seeds = wholeNumber(values.seeds, 1, usage)
const counters = new Map<string, number>()
let failed = 0
/** So many seeds have to meet every kind of fault. */
const longRun = 100

for (const name of names) {
  const scenario = known[name]!
  const begin = process.cpuUsage()
  let bad = 0
  let entries = 0
  for (let seed = first; seed < first + seeds; seed++) {
    const result = await simulate(scenario, seed)
    entries += result.entries
    for (const [kind, count] of result.counters) counters.set(kind, (counters.get(kind) ?? 0) + count)
    if (!result.faults.length) continue
    bad++
    console.log(`npm run simulate -- --scenario ${name} --seed ${seed} --seeds 1`)
    for (const fault of result.faults.slice(0, values.verbose ? 50 : 3))
      console.log(`    ${fault.slice(0, values.verbose ? 3000 : 300)}`)
  }
  const { user, system } = process.cpuUsage(begin)
  const cpu = ((user + system) / 1e6 / seeds).toFixed(2)
  console.log(`${name}: ${bad} of ${seeds} failed, ${Math.round(entries / seeds)} entries and ${cpu} s of CPU each`)
  failed += bad
}
for (const [kind, count] of counters) console.log(`  ${count} x ${kind}`)
const { user, system } = process.cpuUsage()
console.log(`${((user + system) / 60e6).toFixed(1)} minutes of CPU`)
const never = [...counters].filter(([, count]) => count === 0).map(([kind]) => kind)
const isLong = seeds * names.length >= longRun
if (isLong && never.length) console.log(`never happened: ${never.join(', ')}`)
process.exitCode = failed || (isLong && never.length) ? 1 : 0
