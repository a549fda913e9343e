import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { MergedTrees, MergeInput, ReadableTree } from '../../../src/contracts/merge-driver.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { roomDrivers } from '../../../src/merge/room-drivers.ts'
import { threadedDriver, type MergeThreads } from '../../../src/merge/threaded-driver.ts'
import { mergeText } from '../../../src/merge-on-node.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { grammarFiles } from '../../../src/node/grammar-files.ts'

const unready = { status: 'unready' } as const
const large = (name: string): MergeInput => {
  const base = `${name}\n`.repeat(40_000)
  return { path: 'a.txt', base, left: `left\n${base}`, right: `${base}right\n` }
}
const small: MergeInput = { path: 'a.txt', base: 'b\n', left: 'a\nb\n', right: 'b\nc\n' }

const treeOf = (name: string, read = () => utf8('1'.repeat(100_000))): ReadableTree => ({
  id: name,
  files: () => new Map([['a.ts', { id: name, mode: 0o100644, read }]]),
})
const trees = (read?: () => Uint8Array): MergedTrees => ({
  base: treeOf('base', read),
  left: treeOf('left', read),
  right: treeOf('right', read),
  merged: treeOf('merged', read),
  changed: { left: ['a.ts'], right: ['a.ts'] },
  unbound: new Map(),
})

describe('a driver whose merges run in threads', () => {
  /** A driver, what its threads were asked, and how often something was merged without them. */
  function threaded(threads: Partial<MergeThreads> = {}) {
    const asked: unknown[] = []
    const here: unknown[] = []
    const [driver] = roomDrivers({ grammars: grammarFiles, crypto: nodeCrypto })
    const watched = {
      version: driver.version,
      prepare: () => driver.prepare(),
      merge: (input: MergeInput) => (here.push(input), driver.merge(input)),
      mergeTrees: (input: MergedTrees) => {
        here.push(input)
        for (const tree of [input.base, input.left, input.right, input.merged]) tree.files().get('a.ts')!.read()
        return { status: 'clean', texts: new Map<string, string>() } as const
      },
    }
    const open = async (): Promise<MergeThreads> => ({
      mergeText: async (input) => (asked.push(input), (threads.mergeText ?? mergeText)(input)),
      mergeTrees: async (input) => {
        asked.push(input)
        return threads.mergeTrees?.(input) ?? { status: 'conflict' }
      },
    })
    return { driver: threadedDriver(watched, nodeCrypto, open), asked, here }
  }

  it('merges what is small at once, and no more than so much of it between two waits', async () => {
    const { driver, asked, here } = threaded()
    const merge = (i: number) => driver.merge({ ...small, left: `${'a'.repeat(10_000)}${i}\nb\n` }).status
    const statuses = Array.from({ length: 10 }, (_, i) => merge(i))
    assert.deepEqual(new Set(statuses.slice(0, 6)), new Set(['clean']))
    assert.deepEqual(new Set(statuses.slice(6)), new Set(['unready']))
    assert.equal(here.length, 6)
    await driver.prepare()
    for (let i = 0; i < 10; i++) assert.equal(merge(i), 'clean')
    assert.equal(asked.length, 4)
  })

  it('is unready for what is large until threads have answered, and asks them once', async () => {
    const { driver, asked, here } = threaded()
    const input = large('word')
    for (const again of [1, 2]) assert.deepEqual(driver.merge(input), unready, String(again))
    await driver.prepare()
    const [own] = roomDrivers({ grammars: grammarFiles, crypto: nodeCrypto })
    for (const again of [1, 2]) assert.deepEqual(driver.merge(input), own.merge(input), String(again))
    assert.deepEqual([asked.length, here.length], [1, 0])
  })

  it('merges itself what threads could not merge, or what was forgotten, so that it ends', async () => {
    const failing = threaded({ mergeText: () => Promise.reject(new Error('out of memory')) })
    assert.deepEqual(failing.driver.merge(large('word')), unready)
    await failing.driver.prepare()
    assert.equal(failing.driver.merge(large('word')).status, 'clean')
    assert.equal(failing.here.length, 1)
    const text = 'x'.repeat(6_000_000)
    const certificate = { version: 2, checks: [] } as const
    const full = threaded({ mergeText: async () => ({ status: 'clean', text, conflicts: [], certificate }) })
    const names = ['one', 'two', 'three']
    for (const name of names) assert.deepEqual(full.driver.merge(large(name)), unready)
    await full.driver.prepare()
    for (const name of names) assert.equal(full.driver.merge(large(name)).status, 'clean')
    assert.deepEqual([full.asked.length, full.here.length], [3, 1])
  })

  it('gives up when threads are ended, and asks again', async () => {
    const { driver, asked, here } = threaded({ mergeText: () => Promise.reject(new AnvcsError('ABORTED')) })
    for (const again of [1, 2]) {
      assert.deepEqual(driver.merge(large('word')), unready)
      await assert.rejects(driver.prepare(), (error) => AnvcsError.is(error, 'ABORTED'))
      assert.deepEqual([asked.length, here.length], [again, 0])
    }
  })

  it('looks across files in threads where it would have to read much', async () => {
    const { driver, asked } = threaded()
    assert.deepEqual(driver.mergeTrees!(trees()), unready)
    assert.deepEqual(driver.mergeTrees!(trees()), unready)
    await driver.prepare()
    assert.deepEqual(driver.mergeTrees!(trees()), { status: 'conflict' })
    assert.equal(asked.length, 1)
    const little = trees(() => utf8('f()\n'))
    assert.equal(threaded().driver.mergeTrees!(little).status, 'clean')
  })

  it('throws what reading a file has thrown, and reads it again', async () => {
    const missing = new Error('it is not here')
    let reads = 0
    const read = (): Uint8Array => {
      if (++reads === 2) throw missing
      return utf8('1'.repeat(100_000))
    }
    const { driver, asked } = threaded({
      mergeTrees: async ({ left }) => {
        left.files().get('a.ts')!.read()
        return { status: 'conflict' }
      },
    })
    assert.deepEqual(driver.mergeTrees!(trees(read)), unready)
    await driver.prepare()
    assert.throws(() => driver.mergeTrees!(trees(read)), missing)
    assert.deepEqual(driver.mergeTrees!(trees(read)), unready)
    await driver.prepare()
    assert.deepEqual(driver.mergeTrees!(trees(read)), { status: 'conflict' })
    assert.equal(asked.length, 2)
  })
})
