import { register } from 'node:module'
import { openDoors } from './open-doors.ts'

/** `attack-run.js CHECK`: tries the attack against which a check stands, with the check switched off; prints the harm, a line each. */
const door = openDoors.find(({ check }) => check === process.argv[2])!
register('../simulation/planting-loader.js', import.meta.url, { data: door.changes })
const { attack } = await import('./attacks.ts')
for (const harm of await attack(door.attack)) console.log(harm)
process.exit(0)
