import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { meetings } from './directed.ts'
import { plantedFaults } from './faults.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./planted-run.js', import.meta.url))
const seeds = [1, 2, 3]

describe('peers that meet where a rule is needed', function () {
  this.timeout(120_000)

  for (const [name, meet] of Object.entries(meetings))
    it(`keep every word, once: ${name}`, async () => {
      for (const seed of seeds) assert.deepEqual(await meet(seed), [], `seed ${seed}`)
    })
})

describe('a rule that is switched off is missed', function () {
  this.timeout(120_000)

  for (const { rule, breaks } of plantedFaults)
    it(rule, async () => {
      const { stdout } = await run(process.execPath, [program, rule])
      const broken = stdout.split('\n').filter(Boolean)
      assert.ok(
        broken.some((line) => breaks.test(line)),
        `this broke: ${broken.join('; ') || 'nothing'}`,
      )
    })
})
