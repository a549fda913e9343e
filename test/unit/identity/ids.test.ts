import assert from 'node:assert/strict'
import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { encode } from 'cborg'
import fc from 'fast-check'
import type { EntryId, EpochId, FeedId, ObjectId, RoomId } from '../../../src/contracts/ids.ts'
import {
  baseFileId,
  computedClientId,
  feedClientId,
  feedIdOf,
  madeFileId,
  outsideFileId,
  roomIdOf,
  roomTag,
} from '../../../src/identity/ids.ts'
import { entryKeys, epochIdOf, idKeyOf, signalTopicOf } from '../../../src/identity/key-schedule.ts'
import { toHex } from '../../../src/lib/bytes.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { hex } from '../support/backends.ts'
import { someRoom as room } from '../support/people.ts'

const entry = 'ab'.repeat(32) as EntryId
const feed = 'cd'.repeat(16) as FeedId
const commit = 'ef'.repeat(20) as ObjectId
const epoch = '12'.repeat(16) as EpochId
const root = new Uint8Array(32).fill(5)

/** The rule of the format once more, with another encoder and Node's own hashes. */
const hashed = (...parts: unknown[]) => createHash('sha256').update(encode(parts)).digest('hex')
const derived = (length: number, ...parts: unknown[]) =>
  new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), encode(['anvcs/1', ...parts]), length))
/** The first 53 bits of hexadecimal text, by another way of reading them. */
const first53Bits = (text: string) => Number(BigInt(`0x${text.slice(0, 16)}`) >> 11n)

describe('ids', () => {
  it('are the first 16 bytes of a labelled hash', () => {
    const id = (label: string, ...parts: unknown[]) => hashed(`anvcs/1 ${label}`, ...parts).slice(0, 32)
    assert.equal(roomIdOf(entry), 'ab'.repeat(16))
    assert.equal(feedIdOf(crypto, room, entry, 3, 4), id('feed', hex(room), hex(entry), 3, 4))
    assert.equal(baseFileId(crypto, room, 'a/ü'), id('base file', hex(room), 'a/ü'))
    assert.equal(outsideFileId(crypto, room, commit, 'a'), id('outside file', hex(room), hex(commit), 'a'))
    assert.equal(madeFileId(crypto, room, feed, 7), id('made file', hex(room), hex(feed), 7))
  })

  it('of Yjs clients are 53 bits, those of feeds multiples of 16', () => {
    const bits = first53Bits(hashed('anvcs/1 client', hex(room), hex(feed)))
    assert.equal(feedClientId(crypto, room, feed), bits - (bits % 16))
    const mac = createHmac('sha256', root)
      .update(encode(['anvcs/1 seed client', 'x']))
      .digest('hex')
    assert.equal(computedClientId(crypto, root, 'seed', 'x'), first53Bits(mac))
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const client = feedClientId(crypto, room, toHex(bytes) as FeedId)
        assert.ok(Number.isSafeInteger(client + 15) && client >= 0 && client % 16 === 0)
      }),
    )
  })

  it('of rooms have a short form for commits that does not tell the room', () => {
    const tag = createHash('sha256').update('anvcs/1 room').update(hex(room)).digest('hex').slice(0, 16)
    assert.equal(roomTag(crypto, room), tag)
  })
})

describe('the key schedule', () => {
  it('is HKDF of the root with a label and the place', () => {
    const place = [hex(room), hex(epoch), hex(feed)]
    assert.deepEqual(entryKeys(crypto, root, { room, epoch, feed }), {
      sealKey: derived(32, 'entry', ...place),
      nonceKey: derived(32, 'nonce', ...place),
    })
    assert.equal(epochIdOf(crypto, root, room), toHex(derived(16, 'epoch id', hex(room))))
    assert.deepEqual(idKeyOf(crypto, root, room), derived(32, 'client id', hex(room)))
    assert.deepEqual(signalTopicOf(crypto, root, room, 20_000), {
      topic: derived(32, 'topic', hex(room), 20_000),
      key: derived(32, 'signaling', hex(room)),
    })
  })

  it('gives other keys for another room, epoch, feed or root', () => {
    const other = 'ff'.repeat(16)
    const places = [
      { room, epoch, feed },
      { room: other as RoomId, epoch, feed },
      { room, epoch: other as EpochId, feed },
      { room, epoch, feed: other as FeedId },
    ]
    const keys = [
      ...places.map((place) => entryKeys(crypto, root, place)),
      entryKeys(crypto, new Uint8Array(32), places[0]!),
    ]
    assert.equal(new Set(keys.flatMap(({ sealKey, nonceKey }) => [toHex(sealKey), toHex(nonceKey)])).size, 10)
  })
})
