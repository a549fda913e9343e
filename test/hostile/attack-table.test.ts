import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../support/project.ts'
import { attackNames } from './attacks.ts'

const folder = join(projectRoot, 'test/hostile')
const rows = readFileSync(join(folder, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))

describe('the table of attacks', () => {
  it('names tests that are there', () => {
    assert.ok(rows.length > 40)
    for (const [attack, tests] of rows)
      for (const test of tests!.split('; ')) {
        const [file, title] = [test.slice(0, test.indexOf(': ')), test.slice(test.indexOf(': ') + 2)]
        assert.ok(readFileSync(join(folder, file), 'utf8').includes(title), `${attack}: ${test}`)
      }
  })

  it('leaves out none that is tried', () => {
    const named = rows.map(([, tests]) => tests).join('; ')
    assert.deepEqual(attackNames.filter((name) => !named.includes(name)), []) // prettier-ignore
  })
})
