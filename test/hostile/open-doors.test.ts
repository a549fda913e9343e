import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { attack, attackNames } from './attacks.ts'
import { openDoors } from './open-doors.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./attack-run.js', import.meta.url))

describe('an attack', function () {
  this.timeout(180_000)

  for (const name of attackNames)
    it(`does no harm: ${name}`, async () => {
      assert.deepEqual(await attack(name), [])
    })

  it('is tried on a program without the check', () => {
    assert.deepEqual([...new Set(openDoors.map((door) => door.attack))].sort(), attackNames.toSorted())
  })
})

describe('a check that is switched off lets an attack through', function () {
  this.timeout(180_000)

  for (const { check, harm } of openDoors)
    it(check, async () => {
      const { stdout } = await run(process.execPath, [program, check])
      const done = stdout.split('\n').filter(Boolean)
      assert.ok(done.some((line) => harm.test(line)), `this was done: ${done.join('; ') || 'nothing'}`) // prettier-ignore
    })
})
