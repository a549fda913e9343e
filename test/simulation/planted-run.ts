import { register } from 'node:module'
import { plantedFaults } from './faults.ts'

/** `planted-run.js RULE`: holds the meeting of a rule that is switched off; prints what broke, a line each. */
const fault = plantedFaults.find(({ rule }) => rule === process.argv[2])!
register('./planting-loader.js', import.meta.url, { data: fault.changes })
const { meetings } = await import('./directed.ts')
for (const broken of await meetings[fault.meeting](1)) console.log(broken)
