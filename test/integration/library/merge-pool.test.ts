import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ownMergeCases } from '../../../bench/merge-case-files.ts'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { MergedTrees, ReadableTree } from '../../../src/contracts/merge-driver.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { createMergeDriver } from '../../../src/merge/merge-driver.ts'
import { mergeText, openMergePool } from '../../../src/merge-on-node.ts'
import { ThreadPool } from '../../../src/merge-pool.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { grammarFiles } from '../../../src/node/grammar-files.ts'
import { projectRoot } from '../../support/project.ts'

/** A file that takes a while: functions that both sides change at neighbouring places. */
function largeCase() {
  const text = (left: string, right: string) =>
    Array.from(
      { length: 1500 },
      (_, i) => `export function f${i}(a, b) {\n  return g(${left}, ${right}, a + b * ${i})\n}\n`,
    ).join('\n')
  return { path: 'a.ts', base: text('1', '1'), left: text('2', '1'), right: text('1', '2') }
}

describe('a merge pool', function () {
  this.timeout(60_000)

  it('gives what mergeText gives, many files at once', async () => {
    await using pool = openMergePool({ threads: 2 })
    const cases = ownMergeCases().slice(0, 60)
    const results = await Promise.all(
      cases.map(({ path, base, left, right }) => pool.mergeText({ path, base, left, right })),
    )
    for (const [i, { id, path, base, left, right }] of cases.entries())
      assert.deepEqual(results[i], await mergeText({ path, base, left, right }), id)
  })

  it('lets the process go on with other work meanwhile', async () => {
    await using pool = openMergePool({ threads: 1 })
    const merge = pool.mergeText(largeCase())
    let turns = 0
    const turn = async (): Promise<number> => {
      await nextTurn()
      return ++turns
    }
    while (typeof (await Promise.race([merge, turn()])) === 'number');
    assert.ok(turns > 50, `${turns} turns`)
  })

  it('ends at once at an abort, with its reason, and merges what comes after that', async () => {
    await using pool = openMergePool({ threads: 1 })
    const abort = new AbortController()
    const merge = pool.mergeText({ ...largeCase(), signal: abort.signal })
    const next = pool.mergeText({ path: 'a.txt', base: '1\n', left: '1\n', right: '2\n' })
    setTimeout(() => abort.abort(new Error('no more')), 50)
    await assert.rejects(merge, /no more/)
    assert.equal((await next).text, '2\n')
    const late = pool.mergeText({ path: 'a', base: '', left: '', right: '', signal: abort.signal })
    await assert.rejects(late, /no more/)
  })

  it('rejects what is left when it is closed, and what comes later', async () => {
    const pool = openMergePool({ threads: 1 })
    const merges = [pool.mergeText(largeCase()), pool.mergeText(largeCase())]
    const settled = Promise.allSettled(merges)
    await pool.close()
    for (const one of await settled) {
      assert.equal(one.status, 'rejected')
      assert.ok(AnvcsError.is(one.status === 'rejected' && one.reason, 'ABORTED'))
    }
    await assert.rejects(pool.mergeText(largeCase()), (error) => AnvcsError.is(error, 'ABORTED'))
  })

  it('looks across files that are read in the thread that asks, with the same result', async () => {
    await using pool = new ThreadPool(1)
    const treeOf = (texts: Readonly<Record<string, string>>): ReadableTree => ({
      id: JSON.stringify(texts),
      files: () =>
        new Map(
          Object.entries(texts).map(([path, text]) => [path, { id: text, mode: 0o100644, read: () => utf8(text) }]),
        ),
    })
    const library = (name: string) => `export function ${name}(a) {\n  return [a, a + 1, a * 2].join('-')\n}\n`
    const use = (name: string) => `import { ${name} } from './library.js'\n\n${name}(1)\n`
    const merge = (left: string): MergedTrees => ({
      base: treeOf({ 'library.js': library('load') }),
      left: treeOf({ 'library.js': left }),
      right: treeOf({ 'library.js': library('load'), 'use.js': use('load') }),
      merged: treeOf({ 'library.js': left, 'use.js': use('load') }),
      changed: { left: ['library.js'], right: ['use.js'] },
      unbound: new Map(),
    })
    const renamed = merge(library('read'))
    const driver = createMergeDriver({ grammars: grammarFiles, crypto: nodeCrypto })
    const inPlace = async (trees: MergedTrees) => {
      if (driver.mergeTrees(trees).status === 'unready') await driver.prepare()
      return driver.mergeTrees(trees)
    }
    for (const trees of [renamed, merge(''), { ...renamed, unbound: new Map([['use.js', ['other']]]) }])
      assert.deepEqual(await pool.mergeTrees(trees), await inPlace(trees))
    const files = new Map([['library.js', { id: 'gone', mode: 0o100644, read: () => assert.fail('it is not here') }]])
    const unreadable = { id: 'gone', files: () => files }
    await assert.rejects(pool.mergeTrees({ ...renamed, left: unreadable }), /library.js cannot be read/)
  })

  it('holds up no process that has nothing else to do', async () => {
    const program = `
      import { openMergePool } from './dist/src/merge-on-node.js'
      const { mergeText } = openMergePool()
      const { status } = await mergeText({ path: 'a.ts', base: 'f(1)\\n', left: 'f(1)\\ng()\\n', right: 'h()\\nf(1)\\n' })
      console.log(status)`
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: projectRoot,
      timeout: 30_000,
    })
    assert.equal(stdout, 'clean\n')
  })
})
