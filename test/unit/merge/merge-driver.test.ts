import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ownMergeCases } from '../../../bench/merge-case-files.ts'
import type { ReadableTree } from '../../../src/contracts/merge-driver.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { mergeText } from '../../../src/merge-on-node.ts'
import { createMergeDriver } from '../../../src/merge/merge-driver.ts'
import { noGrammars } from '../../../src/merge/room-drivers.ts'
import { portableCrypto } from '../../../src/browser/crypto.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { grammarFiles } from '../../../src/node/grammar-files.ts'
import { projectRoot } from '../../support/project.ts'

describe('the merge driver of rooms', function () {
  this.timeout(60_000)
  const drivers = () => createMergeDriver({ grammars: grammarFiles, crypto: nodeCrypto })
  const code = { path: 'a.ts', base: 'f(1)\n', left: 'f(1)\ng()\n', right: 'h()\nf(1)\n' }

  it('is unready, and nothing else, until its grammar is loaded', async () => {
    const driver = drivers()
    for (const again of [1, 2]) assert.deepEqual(driver.merge(code), { status: 'unready' }, String(again))
    await driver.prepare()
    assert.equal(driver.merge(code).status, 'clean')
  })

  it('needs nothing for text, for data and where only one side changed', () => {
    const driver = createMergeDriver({ grammars: noGrammars, crypto: nodeCrypto })
    const of = (path: string, right = 'h()\nf(1)\n') => driver.merge({ ...code, path, right }).status
    assert.equal(of('a.txt'), 'clean')
    assert.equal(of('a.ts', code.base), 'clean')
    const data = { path: 'a.json', base: '{"a": 1}\n', left: '{"a": 1, "b": 2}\n', right: '{"a": 1, "c": 3}\n' }
    assert.equal(driver.merge(data).status, 'clean')
  })

  it('stays unready where a grammar cannot be had, and says why', async () => {
    // In a process of its own: what is loaded once is there for all drivers.
    const program = `
      import { createMergeDriver } from './dist/src/merge/merge-driver.js'
      import { noGrammars } from './dist/src/merge/room-drivers.js'
      import { nodeCrypto } from './dist/src/node/crypto.js'
      const driver = createMergeDriver({ grammars: noGrammars, crypto: nodeCrypto })
      const merge = () => driver.merge(${JSON.stringify(code)}).status
      console.log(merge(), await driver.prepare().catch(({ code }) => code), merge())`
    const args = ['--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot })
    assert.equal(stdout, 'unready GRAMMAR_UNAVAILABLE unready\n')
  })

  it('looks at what files use of each other once their grammar is loaded, and only where both sides changed code', async () => {
    const library = (name: string) => `export function ${name}(a) {\n  return [a, a + 1, a * 2].join('-')\n}\n`
    const use = (name: string) => `import { ${name} } from './library.js'\n\n${name}(1)\n`
    const treeOf = (texts: Readonly<Record<string, string>>): ReadableTree => ({
      id: JSON.stringify(texts),
      files: () =>
        new Map(
          Object.entries(texts).map(([path, text]) => [path, { id: text, mode: 0o100644, read: () => utf8(text) }]),
        ),
    })
    const merge = (left: string, merged: Readonly<Record<string, string>>, changed = ['library.js']) => ({
      base: treeOf({ 'library.js': library('load') }),
      left: treeOf({ 'library.js': left }),
      right: treeOf({ 'library.js': library('load'), 'use.js': use('load') }),
      merged: treeOf({ 'library.js': left, ...merged }),
      changed: { left: changed, right: ['use.js'] },
      unbound: new Map<string, readonly string[]>(),
    })
    const driver = drivers()
    const followed = merge(library('read'), { 'use.js': use('load') })
    if (driver.mergeTrees(followed).status === 'unready') await driver.prepare()
    const texts = new Map([['use.js', use('read')]])
    for (const again of [1, 2]) assert.deepEqual(driver.mergeTrees(followed), { status: 'clean', texts }, String(again))
    assert.deepEqual(driver.mergeTrees({ ...followed, unbound: new Map([['use.js', ['other']]]) }), {
      status: 'conflict',
    })
    assert.deepEqual(driver.mergeTrees(merge('', { 'use.js': use('load') })), { status: 'conflict' })
    const none = createMergeDriver({ grammars: noGrammars, crypto: nodeCrypto })
    assert.equal(none.mergeTrees(merge('', {}, ['read.me'])).status, 'clean')
  })

  it('takes no texts for those of an earlier merge, wherever they part', () => {
    const driver = drivers()
    for (const separator of ['\0', '\n']) {
      const path = 'a.txt'
      const [first, second, last] = [`1${separator}`, `2${separator}`, `3${separator}`]
      const one = driver.merge({ path, base: first + separator, left: second, right: last })
      const other = driver.merge({ path, base: first, left: separator + second, right: last })
      assert.notDeepEqual(one, other)
    }
  })

  it('gives the bytes of mergeText, in whatever order, again and again, with either cryptography', async () => {
    const own = drivers()
    const other = createMergeDriver({ grammars: grammarFiles, crypto: portableCrypto })
    const merge = async (driver: ReturnType<typeof drivers>, input: Parameters<typeof own.merge>[0]) => {
      const first = driver.merge(input)
      if (first.status !== 'unready') return first
      await driver.prepare()
      return driver.merge(input)
    }
    const cases = ownMergeCases()
    const results = new Map<string, string>()
    for (const { id, path, base, left, right } of cases) {
      const { status, text } = await mergeText({ path, base, left, right })
      results.set(id, `${status} ${text}`)
      const made = await merge(own, { path, base, left, right })
      assert.equal(made.status === 'unready' ? 'unready' : `${made.status} ${made.text}`, results.get(id), id)
    }
    for (const { id, path, base, left, right } of cases.toReversed()) {
      const made = await merge(other, { path, base, left, right })
      assert.equal(made.status === 'unready' ? 'unready' : `${made.status} ${made.text}`, results.get(id), id)
    }
  })
})
