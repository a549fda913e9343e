import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { memoryStorage } from '../../../src/browser/index.ts'
import { MemoryFeeds, MemoryFeedStore } from '../../../src/browser/memory-feed-store.ts'
import type { MergeDriver } from '../../../src/contracts/merge-driver.ts'
import { diffText, newIdentity, writeFirstCommit } from '../../../src/index.ts'
import { ThreadPool } from '../../../src/merge-pool.ts'
import { roomDrivers } from '../../../src/merge/room-drivers.ts'
import { threadedDriver, type MergeThreads } from '../../../src/merge/threaded-driver.ts'
import { grammarFiles, nodePlatform } from '../../../src/node/index.ts'
import { Room } from '../../../src/room/room.ts'
import type { RoomOptions } from '../../../src/room/room-options.ts'
import { stageFile, writeCommit } from '../../../src/testing/sim-commits.ts'
import type { SimObjects } from '../../../src/testing/sim-objects.ts'
import { MemoryLinks } from '../../support/memory-links.ts'
import { until } from '../../support/until.ts'

const { crypto } = nodePlatform
const path = 'large.ts'
/** Both sides change statements that stand beside each other, here and there. */
function text(left: string, right: string): string {
  const one = (i: number): string => {
    const [first, second] = i % 100 ? ['1', '1'] : [left, right]
    return `export function f${i}(a: number): number {\n  const b = a + ${first}\n  return b * ${second} + a * ${i}\n}\n`
  }
  return Array.from({ length: 300 }, (_, i) => one(i)).join('\n')
}

/** Drivers of a room, and how many units they have merged between two turns of the event loop, at most. */
class Watched {
  readonly drivers: RoomOptions['drivers']
  most = 0
  unready = 0
  #units = 0

  constructor(openThreads?: () => Promise<MergeThreads>) {
    const [driver, ...older] = roomDrivers({ grammars: grammarFiles, crypto })
    const counted: Required<MergeDriver> = {
      version: driver.version,
      prepare: () => driver.prepare(),
      mergeTrees: (trees) => driver.mergeTrees(trees),
      merge: (input) => {
        if (!this.#units) setImmediate(() => (this.#units = 0))
        this.#units += input.base.length + input.left.length + input.right.length
        this.most = Math.max(this.most, this.#units)
        return driver.merge(input)
      },
    }
    this.drivers = [openThreads ? threadedDriver(counted, crypto, openThreads) : counted, ...older]
  }
}

class Peer {
  readonly feeds = new MemoryFeeds()
  readonly storage = memoryStorage()
  readonly identity = newIdentity(nodePlatform, { name: 'Ada', email: 'ada@example.org' })
  room!: Room
  #store: MemoryFeedStore | undefined

  options(watched: Watched): RoomOptions {
    const { vault, objects } = this.storage
    const store = (this.#store = new MemoryFeedStore(this.feeds))
    return { ...nodePlatform, vault, objects, store, drivers: watched.drivers, identity: this.identity }
  }

  /** What was written stays, and nothing more is. */
  async kill(): Promise<void> {
    for (const peer of this.room.peers) await peer.close('killed')
    await this.#store!.close()
  }

  get heads(): string {
    return this.room.commits
      .heads()
      .map(({ commit }) => commit)
      .join()
  }

  async commit(to: string): Promise<void> {
    const { room, identity } = this
    room.files.edit(path, diffText(text('1', '1'), to))
    await room.flush()
    const made = await writeCommit({
      room,
      identity,
      objects: this.storage.objects as unknown as SimObjects,
      parents: [room.commits.heads()[0]!.commit],
      staged: new Map([[path, stageFile(room, path)]]),
      timeSeconds: 1_700_000_000,
      message: 'Change',
    })
    await room.commits.announce(made!.commit, made!.named, made!.lines)
  }
}

describe('a room that merges in threads', function () {
  this.timeout(120_000)
  const links = new MemoryLinks()
  let ada: Peer
  let bob: Peer
  let pool: ThreadPool

  beforeEach(async () => {
    pool = new ThreadPool(1)
    ;[ada, bob] = [new Peer(), new Peer()]
  })
  afterEach(async () => {
    for (const { room } of [ada, bob]) await room.close()
    await pool.close()
  })

  /** Two whose heads have gone apart, and who are linked again. */
  async function apart(hers: Watched, his: Watched): Promise<void> {
    const files = { [path]: text('1', '1') }
    const { objects } = ada.storage
    const person = { name: 'Ada', email: 'ada@example.org' }
    const base = await writeFirstCommit({ ...nodePlatform, objects }, { files, person })
    ada.room = await Room.create(ada.options(hers), { base, branch: 'main' })
    bob.room = await Room.join(bob.options(his), await ada.room.invite())
    await links.link(ada.room, bob.room)
    await bob.room.ready()
    await until(() => ada.room.digest === bob.room.digest)
    for (const peer of ada.room.peers) await peer.close('cut')
    await until(() => !bob.room.peers.length)
    await ada.commit(text('2', '1'))
    await bob.commit(text('1', '2'))
    await links.link(ada.room, bob.room)
  }

  const isMerged = () => ada.room.commits.heads().length === 1 && ada.heads === bob.heads

  it('goes on meanwhile, and makes the commit that is made without threads', async () => {
    const [hers, his] = [new Watched(async () => pool), new Watched()]
    await apart(hers, his)
    let turns = 0
    for (; !isMerged(); turns++) await nextTurn()
    assert.equal(ada.room.files.text(path), text('2', '2'))
    assert.equal(bob.room.files.text(path), text('2', '2'))
    assert.deepEqual([ada.room.voided, bob.room.voided], [[], []])
    assert.ok(his.most > 65_536, `${his.most} units`)
    assert.equal(hers.most, 0)
    assert.ok(turns > 50, `${turns} turns`)
  })

  it('makes it after it was killed in the middle', async () => {
    let isAsked = false
    const never = (): Promise<never> => {
      isAsked = true
      return new Promise(() => undefined)
    }
    const stuck = new Watched(async () => ({ mergeText: never, mergeTrees: never }))
    await apart(stuck, new Watched())
    await until(() => isAsked && bob.room.commits.heads().length === 1)
    ada.room.files.create('typed.txt', { text: 'typed meanwhile\n' })
    await until(() => bob.room.files.text('typed.txt') === 'typed meanwhile\n')
    assert.equal(ada.room.commits.heads().length, 2)
    await ada.kill()
    ada.room = await Room.open(ada.options(new Watched(async () => pool)))
    await links.link(ada.room, bob.room)
    await until(isMerged)
    assert.deepEqual(ada.room.voided, [])
  })
})
