import assert from 'node:assert/strict'
import { mergeText } from '../../../../src/merge-on-node.ts'

const manifest = (dependencies: object, devDependencies: object) =>
  `${JSON.stringify({ name: 'x', dependencies, devDependencies }, null, 2)}\n`

async function told(path: string, base: string, left: string, right: string): Promise<readonly string[]> {
  const merged = await mergeText({ path, base, left, right })
  return merged.status === 'clean' ? ['clean'] : (merged.findings ?? []).map(({ name }) => name)
}

describe('names of a document', () => {
  it('stand in one group of dependencies only', async () => {
    const base = manifest({ a: '1' }, { z: '1' })
    const left = manifest({ a: '1', b: '^1.0.0' }, { z: '1' })
    assert.deepEqual(await told('package.json', base, left, manifest({ a: '1' }, { b: '^2.0.0', z: '1' })), [
      'b is a dependency and a devDependency',
    ])
    assert.deepEqual(await told('package.json', base, left, manifest({ a: '1' }, { c: '1', z: '1' })), ['clean'])
    const both = manifest({ a: '1', z: '1' }, { z: '1' })
    assert.deepEqual(await told('package.json', base, both, manifest({ a: '2' }, { z: '1' })), ['clean'])
  })

  it('are those of a job or service that is there', async () => {
    const jobs = (first: string, more = '') =>
      `on: push\njobs:\n  ${first}:\n    runs-on: u\n  lint:\n    runs-on: u\n${more}`
    const user = '  test:\n    needs: [build]\n    runs-on: u\n'
    const path = '.github/workflows/ci.yml'
    assert.deepEqual(await told(path, jobs('build'), jobs('compile'), jobs('build', user)), [
      'test needs the job build, which is not there',
    ])
    assert.deepEqual(await told(path, jobs('build'), jobs('build', user), jobs('build').replace('push', 'pull')), [
      'clean',
    ])
    const services = (...all: readonly string[]) => `services:\n${all.join('')}`
    const [db, web] = ['  db:\n    image: a\n', '  web:\n    image: b\n']
    const needing = services(db, `${web}    depends_on:\n      - db\n`)
    assert.deepEqual(await told('compose.yaml', services(db, web), services(web), needing), [
      'web needs the service db, which is not there',
    ])
  })
})
