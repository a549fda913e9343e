import assert from 'node:assert/strict'
import { languageOf } from '../../../../src/merge/data/data-language.ts'
import { type DataNode, ValueIds } from '../../../../src/merge/data/data-node.ts'
import { findLockClashes } from '../../../../src/merge/data/find-lock-clashes.ts'
import { mergeText } from '../../../../src/merge-on-node.ts'

const rootOf = (path: string, text: string): DataNode => {
  const file = languageOf(path)!.read(text, new ValueIds())
  assert.ok(file)
  return file.root
}

const clashes = (path: string, result: string, left = 'x = 1\n', right = left): readonly string[] => {
  const side = (text: string) => rootOf(path, path.endsWith('.json') && text === 'x = 1\n' ? '{}\n' : text)
  return findLockClashes(path, rootOf(path, result), side(left), side(right))
}

describe('what a lock file holds', () => {
  it('is there for every package of npm that asks, where Node would look', () => {
    const lock = (packages: unknown) => `${JSON.stringify({ lockfileVersion: 3, packages })}\n`
    const needing = (...names: readonly string[]) => ({ dependencies: Object.fromEntries(names.map((n) => [n, '1'])) })
    const whole = {
      '': { ...needing('a', '@s/b'), devDependencies: { w: 'file:packages/w' } },
      'node_modules/a': needing('c', '@s/b'),
      'node_modules/a/node_modules/c': needing('@s/b'),
      'node_modules/@s/b': { peerDependencies: { z: '1' }, optionalDependencies: { o: '1' } },
      'node_modules/w': { resolved: 'packages/w', link: true },
      'packages/w': needing('a'),
    }
    assert.deepEqual(clashes('package-lock.json', lock(whole)), [])
    const { 'node_modules/a/node_modules/c': _, 'packages/w': __, ...less } = whole
    const lost = [
      'node_modules/a needs c, which is not there',
      'node_modules/w leads to packages/w, which is not there',
    ]
    assert.deepEqual(clashes('web/package-lock.json', lock(less)), lost)
    // What a side lacks already is no matter of the merge, and other files are not looked at.
    assert.deepEqual(clashes('package-lock.json', lock(less), lock(whole), lock(less)), [])
    assert.deepEqual(clashes('other.json', lock(less)), [])
    // Nothing is seen from beside.
    assert.deepEqual(
      clashes('package-lock.json', lock({ 'packages/w': needing('c'), 'node_modules/a/node_modules/c': {} })),
      ['packages/w needs c, which is not there'],
    )
  })

  const crate = (name: string, version: string, ...needs: readonly string[]) =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\n${needs.length ? `dependencies = [\n${needs.map((need) => ` "${need}",\n`).join('')}]\n` : ''}\n`

  it('is one package of Cargo for each that is asked for', () => {
    const lock = (...crates: readonly string[]) => `version = 4\n\n${crates.join('')}`
    const syn = [crate('syn', '1.0.0'), crate('syn', '2.0.0')]
    assert.deepEqual(clashes('Cargo.lock', lock(crate('app', '0.1.0', 'syn 1.0.0', 'syn 2.0.0'), ...syn)), [])
    assert.deepEqual(clashes('Cargo.lock', lock(crate('app', '0.1.0', 'syn', 'log', 'syn 3.0.0'), ...syn)), [
      'app 0.1.0 needs log, which is not there',
      'app 0.1.0 needs syn 3.0.0, which is not there',
      'app 0.1.0 needs syn, which is there twice',
    ])
    assert.deepEqual(clashes('Cargo.lock', lock(crate('a', '1.0.0'), crate('a', '1.0.0'))), ['a 1.0.0 is there twice'])
  })

  it('is there for packages of Python by their names', () => {
    const poetry =
      '[[package]]\nname = "A_b"\nversion = "1"\n\n[package.dependencies]\n"C.d" = ">=1"\n\n[[package]]\nname = "c-d"\n'
    assert.deepEqual(clashes('poetry.lock', poetry), [])
    assert.deepEqual(clashes('poetry.lock', poetry.replace('c-d', 'e')), ['A_b needs C.d, which is not there'])
    const extra = poetry.replace('">=1"', '{version = ">=1", optional = true}').replace('c-d', 'e')
    assert.deepEqual(clashes('poetry.lock', extra), [])
    const uv = '[[package]]\nname = "a"\ndependencies = [\n    { name = "b", marker = "x" },\n]\n'
    assert.deepEqual(clashes('uv.lock', uv), ['a needs b, which is not there'])
    const pdm = '[[package]]\nname = "a"\ndependencies = [\n    "b[c]>=1; os_name == \'x\'",\n]\n'
    assert.deepEqual(clashes('pdm.lock', pdm), ['a needs b, which is not there'])
    assert.deepEqual(clashes('pdm.lock', `${pdm}\n[[package]]\nname = "b"\n`), [])
  })

  it('speaks against a merge by lines that takes away what the other side needs now', async () => {
    const base = `version = 4\n\n${crate('a', '1.0.0', 'log')}${crate('log', '0.4.0')}${crate('m', '1.0.0')}${crate('z', '1.0.0')}`
    const left = base.replace(crate('a', '1.0.0', 'log') + crate('log', '0.4.0'), crate('a', '1.0.0'))
    const right = base.replace(crate('z', '1.0.0'), crate('z', '1.0.0', 'log'))
    const merged = await mergeText({ path: 'Cargo.lock', base, left, right })
    assert.equal(merged.status, 'conflict')
    assert.deepEqual(merged.findings, [{ check: 'references', name: 'z 1.0.0 needs log, which is not there' }])
    assert.ok(
      merged.conflicts.every(({ reason, command }) => reason === 'lockfile' && command === 'cargo update --workspace'),
    )
    const other = await mergeText({
      path: 'Cargo.lock',
      base,
      left,
      right: base.replace(crate('z', '1.0.0'), crate('z', '1.0.0', 'm')),
    })
    assert.deepEqual(other.status === 'clean' && other.certificate.checks, ['lines', 'data'])
  })

  it('has no key twice, which would otherwise merge by values', async () => {
    const lock = (...rest: readonly string[]) =>
      `{\n${['"a": 1', '"b": 2', '"c": 3', '"d": 4', ...rest].join(',\n')}\n}\n`
    const left = lock().replace('{\n', '{\n"x": 1,\n')
    const merged = await mergeText({ path: 'package-lock.json', base: lock(), left, right: lock('"x": 1') })
    assert.equal(merged.status, 'conflict')
    assert.ok(merged.conflicts.every(({ reason }) => reason === 'lockfile'))
  })
})
