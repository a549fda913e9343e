import { register } from 'node:module'
import { plantedFaults } from './faults.ts'

/** `simulate-run.js RULE ARGUMENT...`: what `npm run simulate` does with these arguments, with a rule switched off. */
const [, program, rule, ...values] = process.argv
const { changes } = plantedFaults.find((fault) => fault.rule === rule)!
register('./planting-loader.js', import.meta.url, { data: changes })
process.argv = [process.execPath, program!, ...values]
await import('../../tools/simulate.ts')
