import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'
import { CliWorld } from './cli-world.ts'

/** A command of a transcript and what it prints. */
interface Step {
  readonly line: number
  readonly command: string
  readonly expected: readonly string[]
}

const folder = join(projectRoot, 'test/cli/transcripts')

/** What stands for something that differs each time. */
const placeholders: Readonly<Record<string, string>> = {
  id: '[0-9a-f]{7,64}',
  time: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d`,
  did: 'did:key:z[1-9A-HJ-NP-Za-km-z]+',
  any: '.*',
}

/** Every block of the language `console`: `$ command`, `> continued`, then what it prints, `[exit 2]` last if it fails. */
function stepsOf(text: string): Step[] {
  const steps: { line: number; command: string; expected: string[] }[] = []
  let isInside = false
  for (const [i, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) isInside = line === '```console'
    else if (!isInside) continue
    else if (line.startsWith('$ ')) steps.push({ line: i + 1, command: line.slice(2), expected: [] })
    else if (line.startsWith('> ')) steps.at(-1)!.command += `\n${line.slice(2)}`
    else steps.at(-1)!.expected.push(line)
  }
  return steps
}

/** A line that says `...` stands for any number of lines. */
function patternOf(lines: readonly string[]): RegExp {
  const parts = lines.map((line) => {
    if (line === '...') return String.raw`(?:.*\n)*?`
    const escaped = line.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
    return `${escaped.replace(/<(\w+)>/g, (whole, name: string) => placeholders[name] ?? whole)}\\n`
  })
  return new RegExp(`^${parts.join('')}$`)
}

describe('transcripts', function () {
  this.timeout(120_000)
  before(needsProgram('git'))
  before(needsProgram('ssh-keygen'))

  for (const name of readdirSync(folder).filter((file) => file.endsWith('.md')))
    it(`${name} is what happens`, async () => {
      const world = await CliWorld.make()
      try {
        const place = world.path('place')
        await world.run('bash', ['-c', `pwd > ${place}`])
        for (const { line, command, expected } of stepsOf(readFileSync(join(folder, name), 'utf8'))) {
          const script = `exec 2>&1; cd "$(cat ${place})"\n${command}\nstatus=$?; pwd > ${place}; exit $status`
          const { status, stdout } = await world.run('bash', ['-c', script])
          const printed = `${stdout}${stdout && !stdout.endsWith('\n') ? '\n' : ''}${status ? `[exit ${status}]\n` : ''}`
          if (!patternOf(expected).test(printed.replaceAll(world.root, '/w')))
            assert.equal(
              printed.replaceAll(world.root, '/w'),
              `${expected.join('\n')}\n`,
              `${name}:${line}: ${command}`,
            )
        }
      } finally {
        await world.close()
      }
    })
})
