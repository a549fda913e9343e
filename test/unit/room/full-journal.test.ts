import assert from 'node:assert/strict'
import { memoryStorage } from '../../../src/browser/index.ts'
import type { FeedStore } from '../../../src/contracts/feed-store.ts'
import { newIdentity, openRoom, writeFirstCommit, type Room } from '../../../src/index.ts'
import { nodePlatform } from '../../../src/node/index.ts'

const full = new Error('the disk is full')
const person = { name: 'Ada', email: 'ada@example.org' }

/** A store that takes nothing while its disk is full, nor the first feed that is claimed then. */
function filling(store: FeedStore): { readonly store: FeedStore; isFull: boolean } {
  const disk = {
    isFull: false,
    refused: false,
    store: new Proxy(store, {
      get(target, name: keyof FeedStore) {
        if (name === 'append' && disk.isFull) return () => Promise.reject(full)
        if (name === 'claim' && disk.isFull && !disk.refused) return () => Promise.resolve(!(disk.refused = true))
        const value: unknown = target[name]
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    }),
  }
  return disk
}

describe('a room whose journal cannot be written', () => {
  it('is not founded, and holds nothing', async () => {
    const { room, disk } = await scene()
    disk.isFull = true
    await assert.rejects(room(), full)
  })

  it('is not opened where a feed has to be begun', async () => {
    const { room, disk, open } = await scene()
    await (await room()).close()
    disk.isFull = true
    await assert.rejects(open(), full)
    disk.isFull = false
    await (await open()).close()
  })

  it('fails what waits for an entry, and closes; the last try of closing writes what waits', async () => {
    const { room, disk, open } = await scene()
    const founded = await room()
    disk.isFull = true
    founded.files.write('a.txt', 'two\n')
    await assert.rejects(founded.invite(), full)
    await assert.rejects(founded.flush(), full)
    disk.isFull = false
    await founded.close()
    const again = await open()
    assert.equal(again.files.text('a.txt'), 'two\n')
    await again.close()
  })

  it('ends with what failed where nothing can be written to the last', async () => {
    const { room, disk } = await scene()
    const founded = await room()
    disk.isFull = true
    founded.files.write('a.txt', 'two\n')
    await assert.rejects(founded.close(), full)
  })

  async function scene(): Promise<{
    readonly disk: { isFull: boolean }
    readonly room: () => Promise<Room>
    readonly open: () => Promise<Room>
  }> {
    const storage = memoryStorage()
    const disk = filling(storage.store)
    const base = await writeFirstCommit(
      { ...nodePlatform, objects: storage.objects },
      { files: { 'a.txt': 'one\n' }, person },
    )
    const options = { ...nodePlatform, ...storage, store: disk.store, identity: newIdentity(nodePlatform, person) }
    return {
      disk,
      room: () => openRoom({ ...options, founding: { base, branch: 'main' } }),
      open: () => openRoom(options),
    }
  }
})
