import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectRoot } from '../support/project.ts'

const broken = fileURLToPath(new URL('./simulate-run.js', import.meta.url))
const rule = 'a file that is staged in part has no state of its own'
const command = /^npm run simulate -- (--scenario \w+ --seed \d+ --seeds 1)$/gm

/** What the program says, and its exit status. */
function run(program: string, ...args: readonly string[]): { readonly said: string; readonly status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  assert.equal(stderr, '')
  return { said: stdout, status }
}

describe('`npm run simulate`', function () {
  this.timeout(180_000)

  it('fails with each seed that breaks something, and prints the command that goes the same way again', () => {
    const { said, status } = run(broken, rule, '--scenario', 'partial', '--seed', '1', '--seeds', '2')
    assert.equal(status, 1)
    const commands = [...said.matchAll(command)].map(([, args]) => args!.split(' '))
    assert.ok(commands.length > 0, said)
    const faultsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('    '))
    const again = run(broken, rule, ...commands[0]!)
    assert.equal(again.status, 1)
    assert.deepEqual(faultsOf(again.said), faultsOf(said).slice(0, faultsOf(again.said).length))
    const whole = run(join(projectRoot, 'dist/tools/simulate.js'), ...commands[0]!)
    assert.equal(whole.status, 0, whole.said)
  })

  it('runs nothing where it is told what it does not know', () => {
    for (const args of [
      ['--bogus'],
      ['--seeds', 'x'],
      ['--seeds', '0'],
      ['--seed', '-1'],
      ['--scenario', 'live,nope'],
    ]) {
      const program = join(projectRoot, 'dist/tools/simulate.js')
      const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
      assert.deepEqual([status, stdout], [2, ''], args.join(' '))
      assert.match(stderr, /^error: [^\n]+\nhint: npm run simulate -- \[[^\n]+\n$/)
    }
  })
})
