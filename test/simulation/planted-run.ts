import { register } from 'node:module'
import { plantedFaults } from './faults.ts'

/** `planted-run.js RULE`: holds the meeting of a rule that is switched off; prints what broke, a line each. */
const fault = plantedFaults.find(({ rule }) => rule === process.argv[2])!
register('./planting-loader.js', import.meta.url, { data: fault.changes })
const { meetings } = await import('./directed.ts')
// Ids come from the seed, and with them the order of what is concurrent: not each meeting needs the rule.
for (let seed = 1; seed <= 10; seed++) {
  const broken = await meetings[fault.meeting](seed)
  for (const line of broken) console.log(line)
  if (broken.length) break
}
