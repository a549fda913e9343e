import assert from 'node:assert/strict'
import * as Y from 'yjs'
import type { FileId, ObjectId } from '../../src/contracts/ids.ts'
import type { OperationBody } from '../../src/history/operations-body.ts'
import { forgedUpdate, varints } from '../../src/testing/forged-update.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const files = { 'a.txt': 'one two three\n' }
let room: HostileRoom

/** All operations of the entry are void at both honest peers, who go on. */
async function isVoid(operations: readonly OperationBody[], reason: RegExp): Promise<void> {
  const { text } = room.alice.room.files.at('a.txt')
  room.mallory.send(room.mallory.sealOperations(operations))
  await room.settled()
  for (const { room: honest } of room.honest) assert.match(honest.voided.at(-1)?.reason ?? 'not void', reason)
  assert.equal(room.bob.room.files.text('a.txt'), text)
  await room.assertWorking('a.txt')
}

function update(bytes: Uint8Array): OperationBody {
  return { ref: { basePath: 'a.txt' }, update: bytes }
}

/** What Yjs makes of updates when nobody checks them. */
function plain(...updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  for (const each of updates) Y.applyUpdate(doc, each)
  return doc
}

function plainText(...updates: readonly Uint8Array[]): string {
  return plain(...updates)
    .getText('t')
    .toJSON()
}

describe('an operation of a hostile member is void', () => {
  before(async () => {
    room = await HostileRoom.open(7, files)
  })
  after(() => room.close())

  it('in the name of another client, which lets plain Yjs drift apart', () => {
    const { history, live } = room.alice.room.engines
    room.alice.room.files.edit('a.txt', [{ at: 0, remove: 0, insert: 'mine' }])
    const { feed } = room.alice.room.membership.feedsOf(room.alice.identity.certificate.device).at(-1)!
    const client = history.feedClient(room.file('a.txt'), feed)
    assert.ok(live.document(room.file('a.txt')))
    const [mine, evil] = ['mine', 'EVIL'].map((text) => forgedUpdate(client, 0, [{ text }])) as [Uint8Array, Uint8Array]
    assert.deepEqual([plainText(mine, evil), plainText(evil, mine)], ['mine', 'EVIL'])
    return isVoid([update(evil)], /name of another client/)
  })

  it('after a gap of the clock, which plain Yjs keeps for ever', () => {
    const bytes = forgedUpdate(room.mallory.client, 7, [{ text: 'x' }])
    assert.ok(plain(bytes).store.pendingStructs)
    return isVoid([update(bytes)], /go on/)
  })

  it('of 2^40 collected units, which takes the clock of a client away in plain Yjs', async () => {
    const { client } = room.mallory
    const bytes = Uint8Array.from([...varints(1, 1, client, 0), 0, ...varints(2 ** 40, 0)])
    const plain = new Y.Doc()
    Y.applyUpdate(plain, bytes)
    assert.equal(Y.getState(plain.store, client), 2 ** 40)
    await isVoid([update(bytes)], /one form/)
  })

  it('of 2^31 clients, at which plain Yjs throws', () => {
    assert.throws(() => plain(varints(2 ** 31)))
    return isVoid([update(varints(2 ** 31))], /one form/)
  })

  it('that deletes what it has not seen, and with it in plain Yjs what is typed later', async () => {
    const { history } = room.alice.room.engines
    const file = room.file('a.txt')
    const seed = history.seedClient(file)
    const [all, typed] = [varints(0, 1, seed, 1, 0, 2 ** 40), forgedUpdate(seed, 0, [{ text: 'typed later' }])]
    assert.equal(plainText(all, typed), '')
    await isVoid([update(all)], /not known/)
    await isVoid([update(varints(0, 1, 12345, 1, 0, 1))], /not known/)
  })

  it('that is cut off, has bytes left over, NUL or half a surrogate pair', async () => {
    const good = forgedUpdate(room.mallory.client, 0, [{ text: 'good' }])
    const lone = Uint8Array.from([...varints(1, 1, room.mallory.client, 0), 4, 1, 1, 0x74, 3, 0xed, 0xa0, 0xbd, 0])
    const nul = forgedUpdate(room.mallory.client, 0, [{ text: '\0' }])
    // No text of a blob holds NUL: who commits that commits a binary file.
    assert.equal(plainText(nul), '\0')
    for (const bytes of [lone, good.subarray(0, -1)]) assert.throws(() => plain(bytes))
    assert.equal(plainText(Uint8Array.from([...good, 0])), 'good')
    for (const bytes of [good.subarray(0, -1), Uint8Array.from([...good, 0]), lone])
      await isVoid([update(bytes)], /one form/)
    await isVoid([update(nul)], /one form/)
  })

  it('that takes every other of its entry with it, so that nothing is half done', () =>
    isVoid(
      [
        update(forgedUpdate(room.mallory.client, 0, [{ text: 'good' }])),
        update(forgedUpdate(room.mallory.client, 0, [{ text: 'again' }])),
      ],
      /go on/,
    ))

  it('on a file that is not there, or under an id that is not its own to give', async () => {
    const value = { register: 'path', path: 'new.txt' } as const
    await isVoid([{ ref: { file: 'ab'.repeat(16) as FileId }, value }], /does not exist/)
    await isVoid([{ ref: { file: room.file('a.txt') }, value }], /does not exist/)
    await isVoid([{ ref: { basePath: 'no.txt' }, value }], /does not exist/)
  })

  for (const path of [
    '../x',
    '/etc/passwd',
    '.git/config',
    'sub/.GIT/hooks/x',
    'GIT~1/x',
    'a\\b',
    'a\u0000',
    '.ai/x',
    'con',
  ])
    it(`that moves a file to ${JSON.stringify(path)}`, () =>
      isVoid([{ ref: { basePath: 'a.txt' }, value: { register: 'path', path } }], /path is not allowed/))

  it('that deletes more than its past', () => {
    const [position] = room.mallory.index.positions().filter(({ feed }) => feed !== room.mallory.feed)
    const seen = { counts: new Map([[position!.feed, 1_000_000]]), authors: [] }
    const value = { register: 'path', path: undefined, seen } as const
    return isVoid([{ ref: { basePath: 'a.txt' }, value }], /has seen what is not in its past/)
  })

  it('never where it names a blob that nobody has: that file waits, the others go on', async () => {
    const { mallory } = room
    const value = { register: 'content', blob: 'cd'.repeat(20) as ObjectId } as const
    mallory.send(mallory.sealOperations([{ ref: { basePath: 'a.txt' }, value }]))
    await room.settled()
    assert.equal(room.alice.room.files.at('a.txt').blob, value.blob)
    room.alice.room.files.setContent('a.txt', { text: 'text again\n' })
    await room.settled()
    await room.assertWorking('a.txt')
  })
})
