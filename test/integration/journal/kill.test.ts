import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FeedStore } from '../../../src/contracts/feed-store.ts'
import type { FeedId } from '../../../src/contracts/ids.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { equalBytes } from '../../../src/lib/bytes.ts'
import { FeedFiles } from '../../../src/node/feed-files/feed-files.ts'
import { entryOf } from './entry-of.ts'

const first = '1'.repeat(32) as FeedId
const second = '2'.repeat(32) as FeedId
const kills = 100
const leastUnfinished = 30

describe('a writer that is killed', function () {
  this.timeout(300_000)
  let root: string
  let reader: FeedStore

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'anvcs-kill-'))
    reader = await FeedFiles.open({ directory: join(root, 'feeds'), markers: join(root, 'markers') })
  })
  afterEach(async () => {
    await reader.close()
    await rm(root, { recursive: true })
  })

  function startWriter(): ChildProcess {
    const program = fileURLToPath(new URL('append-child.js', import.meta.url))
    return spawn(process.execPath, [program, join(root, 'feeds'), join(root, 'markers'), first, second], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  /** Checks entries from `from` on and returns the length. */
  async function check(feed: FeedId, from: number): Promise<number> {
    let seq = from
    for await (const entry of reader.read(feed, from)) {
      assert.equal(entry.seq, seq)
      assert.ok(equalBytes(entry.bytes, entryOf(feed, seq++).bytes))
    }
    return seq
  }

  async function lengthWhenClaimed(feed: FeedId): Promise<number> {
    const store = await FeedFiles.open({ directory: join(root, 'feeds'), markers: join(root, 'markers') })
    assert.equal(await store.claim(feed), true)
    const length = await store.length(feed)
    await store.close()
    return length
  }

  it(`loses nothing it acknowledged, ${kills} times in a row`, async () => {
    const random = new SeededRandom(Date.now())
    let unfinished = 0
    let length = 0
    for (let kill = 0; kill < kills; kill++) {
      const child = startWriter()
      const lines = createInterface({ input: child.stdout! })
      const beforeKill = 1 + random.below(4)
      let begun = 0
      let acknowledged = 0
      let last = 0
      lines.on('line', (line) => {
        const [what, number] = line.split(' ')
        if (what === 'ack') acknowledged = Number(number)
        else last = Number(number)
        if (what === 'begin' && ++begun === beforeKill) void delay(random.below(51)).then(() => child.kill('SIGKILL'))
      })
      await once(child, 'close')
      assert.ok(begun >= beforeKill, 'the writer has written')
      const found = await check(first, length)
      assert.ok(found >= acknowledged, `${acknowledged} acknowledged, ${found} found`)
      assert.ok(found <= last, 'nothing is there that was not begun')
      if (last > acknowledged) unfinished++
      // What a reader has seen is built upon, so that no entry may turn up behind it once the feed is recovered.
      assert.equal(await lengthWhenClaimed(first), found)
      length = found
    }
    process.stdout.write(`      ${unfinished} of ${kills} kills hit an unfinished batch\n`)
    assert.ok(unfinished >= leastUnfinished)
    assert.ok((await check(second, 0)) > 0)
    assert.equal(await reader.claim(first), true)
    await reader.append([entryOf(first, length)])
    assert.equal(await check(first, 0), length + 1)
  })

  it('never shows a reader in another process a bad entry, nor fewer than were acknowledged', async () => {
    let seen = 0
    for (let kill = 0; kill < 3; kill++) {
      const child = startWriter()
      let reads = 0
      for await (const line of createInterface({ input: child.stdout! })) {
        if (!line.startsWith('ack')) continue
        const acknowledged = Number(line.slice(4))
        const length = await check(first, Math.max(0, seen - 100))
        assert.ok(length >= acknowledged && length >= seen, `${acknowledged} acknowledged, ${length} seen`)
        seen = length
        if (++reads === 40) child.kill('SIGKILL')
      }
      assert.ok(reads >= 40)
    }
  })
})
