import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { plantedFaults } from './faults.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./planted-run.js', import.meta.url))

describe('a rule that is switched off is missed', function () {
  this.timeout(120_000)

  for (const { rule } of plantedFaults)
    it(rule, async () => {
      const { stdout } = await run(process.execPath, [program, rule])
      assert.match(
        stdout,
        /^\d+ (lost|doubled|text|heads|digest|blob|settle|queue|void|throws|replay):/,
        'no seed has failed',
      )
    })
})
