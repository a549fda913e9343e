import assert from 'node:assert/strict'
import { controlEpoch, zeroEntry, zeroFeed, zeroRoom, type EpochId, type ObjectId } from '../../../src/contracts/ids.ts'
import { entryKeys } from '../../../src/identity/key-schedule.ts'
import type { CborValue } from '../../../src/lib/cbor.ts'
import { sealEntry, type Entry, type EntryFields } from '../../../src/journal/entry.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { nodeDeflate } from '../../../src/node/deflate.ts'
import { writeControlBody, type GenesisBody } from '../../../src/room/control-body.ts'
import { Membership } from '../../../src/room/membership.ts'
import { RoomJudge } from '../../../src/room/room-judge.ts'
import { newestVersions } from '../../../src/room/room-versions.ts'
import { lineMerge } from '../../../src/merge/line-merge.ts'
import { person } from '../support/people.ts'

const alice = person(0)
const epoch = 'ee'.repeat(16) as EpochId
const versions = newestVersions([lineMerge])
const founding: GenesisBody = {
  kind: 'genesis',
  certificate: alice.certificate,
  person: { name: 'Alice', email: 'alice@example.org' },
  base: '1'.repeat(40) as ObjectId,
  objectFormat: 'sha1',
  branch: 'main',
  versions,
  unique: new Uint8Array(16),
  salt: new Uint8Array(16),
}
const genesis = writeControlBody(founding)

function seal(fields: Partial<EntryFields>, body: CborValue): Entry {
  const all: EntryFields = {
    room: zeroRoom,
    feed: zeroFeed,
    seq: 0,
    prev: zeroEntry,
    lamport: 1,
    timeMs: 1,
    epoch: controlEpoch,
    firstOperation: 0,
    deps: [],
    ...fields,
  }
  return sealEntry(crypto, nodeDeflate, entryKeys(crypto, new Uint8Array(32), all), alice.deviceSeed, all, body)
}

describe('the judge of entries', () => {
  const effects = { lacking: () => [], controlled: () => {}, operated: () => {}, mentioned: () => {}, named: () => {} }
  const judge = new RoomJudge(new Membership(crypto), [lineMerge], () => new Map(), effects)
  const first = seal({}, genesis)
  assert.equal(judge.judge(first, genesis).status, 'ok')
  const next = (epoch: EpochId) =>
    seal({ room: first.room, feed: first.feed, seq: 1, prev: first.id, lamport: 2, epoch }, [])

  it('lets a room wait that follows another version of format, merge or diff', () => {
    const fresh = new RoomJudge(new Membership(crypto), [lineMerge], () => new Map(), effects)
    for (const of of ['format', 'merge', 'diff'] as const) {
      const body = writeControlBody({ ...founding, versions: { ...versions, [of]: 2 } })
      assert.equal(fresh.judge(seal({}, body), body).status, 'wait', of)
    }
    assert.equal(fresh.judge(first, genesis).status, 'ok')
  })

  it('lets an entry of a kind that it does not know wait, whichever key seals it', () => {
    for (const by of [controlEpoch, epoch])
      for (const kind of [4, 5, 7, 8, 16, 1000])
        assert.equal(judge.judge(next(by), [kind]).status, 'wait', String(kind))
  })

  it('voids a kind that it knows under the wrong key, and what has no kind', () => {
    assert.equal(judge.judge(next(epoch), [2]).status, 'void')
    assert.equal(judge.judge(next(controlEpoch), [9, [], []]).status, 'void')
    for (const body of [[], ['9'], 9, null]) assert.equal(judge.judge(next(epoch), body).status, 'void')
  })
})
