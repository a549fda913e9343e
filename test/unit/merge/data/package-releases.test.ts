import assert from 'node:assert/strict'
import { mergeText } from '../../../../src/merge-on-node.ts'

interface Package {
  readonly version?: string
  readonly dependencies: Readonly<Record<string, string>>
}

const written = (value: Package): string => `${JSON.stringify({ name: '@toys/ball', ...value }, null, 2)}\n`

const base: Package = {
  version: '1.0.0',
  dependencies: { '@toys/box': '^1.0.0', '@toys/lid': '^1.0.0', zip: '^1.0.0' },
}
const added: Package = {
  ...base,
  dependencies: { '@toys/box': '^1.0.0', '@toys/cap': '^1.0.0', '@toys/lid': '^1.0.0', zip: '^1.0.0' },
}
const released: Package = {
  version: '1.0.1',
  dependencies: { '@toys/box': '^1.0.1', '@toys/lid': '^1.0.1', zip: '^1.0.0' },
}

describe('a package of a scope that the other side released', () => {
  const merge = async (left: Package, right: Package, path = 'toys/ball/package.json') =>
    await mergeText({ path, base: written(base), left: written(left), right: written(right) })

  it('is a conflict where one side began to depend on it', async () => {
    for (const merged of [await merge(added, released), await merge(released, added)]) {
      assert.equal(merged.status, 'conflict')
      assert.deepEqual(merged.findings, [
        { check: 'references', name: 'a release raised the other packages of @toys, and does not know of @toys/cap' },
      ])
    }
  })

  it('is added where nothing was released, it is of another scope, or the release raised few', async () => {
    const { dependencies } = released
    assert.equal((await merge(added, { version: '1.0.0', dependencies })).status, 'clean')
    const other = { ...base, dependencies: { '@balls/cap': '^1.0.0', ...base.dependencies } }
    assert.equal((await merge(other, released)).status, 'clean')
    const few = { version: '1.0.1', dependencies: { ...base.dependencies, zip: '^1.0.1' } }
    assert.equal((await merge(added, few)).status, 'clean')
  })

  it('is gone where one side depends on it no longer, unless it was raised for itself', async () => {
    const without = { ...base, dependencies: { '@toys/box': '^1.0.0', zip: '^1.0.0' } }
    const merged = await merge(without, released)
    assert.equal(merged.status, 'clean')
    assert.deepEqual(JSON.parse(merged.text).dependencies, { '@toys/box': '^1.0.1', zip: '^1.0.0' })
    assert.equal((await merge(released, without)).text, merged.text)
    const alone = { version: '1.0.1', dependencies: { ...base.dependencies, '@toys/lid': '^1.0.1' } }
    assert.equal((await merge(without, alone)).status, 'conflict')
    const unreleased = { version: '1.0.0', dependencies: released.dependencies }
    assert.equal((await merge(without, unreleased)).status, 'conflict')
  })

  it('is what package.json is asked for, and no other file', async () => {
    assert.equal((await merge(added, released, 'toys.json')).status, 'clean')
  })
})
