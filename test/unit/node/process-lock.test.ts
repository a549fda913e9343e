import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProcessLock, readLock, type LockHolder } from '../../../src/node/process-lock.ts'

describe('a lock among processes', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'anvcs-lock-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  function take(): ProcessLock {
    const lock = ProcessLock.take(directory, 'lock')
    assert.ok(lock instanceof ProcessLock)
    return lock
  }

  /** Writes what a holder leaves behind; `change` makes it another one than this process. */
  async function leave(number: number, change: Partial<LockHolder>, published = -1n): Promise<void> {
    const lock = ProcessLock.take(directory, 'model') as ProcessLock
    const holder = { ...readLock(directory, 'model')!.holder!, ...change }
    lock.release()
    const head = Buffer.alloc(8)
    head.writeBigInt64LE(published)
    await writeFile(join(directory, `lock.${number}`), Buffer.concat([head, Buffer.from(JSON.stringify(holder))]))
  }

  it('is held by one at a time, and names the holder to others', () => {
    assert.equal(readLock(directory, 'lock'), undefined)
    const lock = take()
    assert.equal((ProcessLock.take(directory, 'lock') as LockHolder).pid, process.pid)
    lock.release()
    lock.release()
    assert.equal(readLock(directory, 'lock')?.status, 'free')
    take().release()
  })

  it('shows the number that its holder published, also after it was freed', () => {
    const lock = take()
    assert.equal(readLock(directory, 'lock')?.published, undefined)
    lock.publish(12_345_678_901)
    assert.equal(readLock(directory, 'lock')?.published, 12_345_678_901)
    lock.release()
    assert.equal(readLock(directory, 'lock')?.published, 12_345_678_901)
  })

  for (const [who, change] of [
    ['a process that is gone', { pid: 2 ** 22 + 1 }],
    ['a process whose number another one has now', { start: '1' }],
    ['a process of an earlier boot', { boot: 'earlier' }],
  ] as const)
    it(`is taken over from ${who}`, async () => {
      await leave(4, change, 7n)
      assert.equal(readLock(directory, 'lock')?.status, 'stale')
      assert.equal(readLock(directory, 'lock')?.published, 'boot' in change ? undefined : 7)
      take().publish(8)
      assert.equal(readLock(directory, 'lock')?.number, 5)
    })

  it('keeps what a dead holder of this boot published until the next one publishes', async () => {
    await leave(1, { pid: 2 ** 22 + 1 }, 7n)
    take()
    assert.equal(readLock(directory, 'lock')?.published, 7)
  })

  it('is never taken from a process of another container', async () => {
    await leave(1, { pid: 2 ** 22 + 1, namespace: 'pid:[1]' })
    assert.equal(readLock(directory, 'lock')?.status, 'held')
    assert.equal(ProcessLock.take(directory, 'lock') instanceof ProcessLock, false)
  })

  it('leaves one small file behind, however often it is taken', async () => {
    for (let i = 0; i < 20; i++) take().release()
    assert.deepEqual(await readdir(directory), ['lock.20'])
  })
})
