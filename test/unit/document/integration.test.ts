import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createEncoder, toUint8Array, writeUint8, writeVarString, writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'
import { Integration } from '../../../src/document/integration.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import { readTextUpdate } from '../../../src/document/update-reader.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'

const [seedClient, other, writer] = [5, 70, 60]
const base = 'the base of it'

type Unit = readonly [client: number, clock: number] | undefined

/** An update that types a text between two units and deletes some. */
function typed(clock: number, left: Unit, right: Unit, text: string, deleted: readonly Unit[] = []): Uint8Array {
  const encoder = createEncoder()
  for (const n of [1, 1, writer, clock]) writeVarUint(encoder, n)
  writeUint8(encoder, 4 | (left ? 0x80 : 0) | (right ? 0x40 : 0))
  for (const unit of [left, right]) if (unit) for (const n of unit) writeVarUint(encoder, n)
  if (!left && !right) {
    writeVarUint(encoder, 1)
    writeVarString(encoder, 't')
  }
  writeVarString(encoder, text)
  writeVarUint(encoder, deleted.length)
  for (const unit of deleted) for (const n of [unit![0], 1, unit![1], 1]) writeVarUint(encoder, n)
  return toUint8Array(encoder)
}

/** What somebody types who mostly goes on where the last edit ended, and lies about the unit to the right now and then. */
function liarsUpdates(random: SeededRandom): Uint8Array[] {
  const someUnit = (below: number): Unit =>
    random.chance(0.5) || !below ? [seedClient, random.below(base.length)] : [writer, random.below(below)]
  const updates: Uint8Array[] = []
  let right: Unit = [seedClient, random.below(base.length)]
  for (let clock = 0, i = 0; i < 25; i++) {
    const goesOn = clock > 0 && random.chance(0.7)
    const left: Unit = goesOn ? [writer, clock - 1] : random.chance(0.1) ? undefined : someUnit(clock)
    if (random.chance(0.2)) right = random.chance(0.2) ? undefined : someUnit(clock)
    const text = random.pick(['a', 'bc', 'é', '😀'])
    updates.push(typed(clock, left, right, text, random.chance(0.2) ? [someUnit(clock)] : []))
    clock += text.length
  }
  return updates
}

/** The items of the writer after its updates, before Yjs joins any. */
function itemsOf(updates: readonly Uint8Array[], known: readonly (() => number)[]): readonly unknown[] {
  const doc = new Y.Doc({ gc: false })
  const text = doc.getText('t')
  doc.clientID = seedClient
  text.insert(0, base)
  doc.clientID = 1
  return doc.transact((transaction) => {
    const integration = new Integration(text, transaction)
    for (const [i, bytes] of updates.entries()) integration.add({ bytes, read: readTextUpdate(bytes)! }, known[i])
    integration.finish()
    return doc.store.clients.get(writer)!.map((item) => (item as Y.Item).content.getContent().join(''))
  })
}

describe('who types on where the last edit ended', () => {
  const updates = ['t', 'e', 'xt'].map((text, clock) =>
    typed(clock, clock ? [writer, clock - 1] : [seedClient, 1], [seedClient, 2], text),
  )

  it('types one item', () => {
    const known = (): number => 2
    assert.deepEqual(
      itemsOf(
        updates,
        updates.map(() => known),
      ),
      ['text'],
    )
  })

  it('begins another one where it had seen more', () => {
    assert.deepEqual(itemsOf(updates, [() => 2, () => 2, () => 3]), ['t', 'e', 'xt'])
  })

  it('gives the text that its updates give one by one, in whatever order others come, also where its writer lies', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new SeededRandom(seed)
        const theirs = TextDocument.seed(base, seedClient)
        const unseen = Array.from({ length: 8 }, () =>
          theirs.edit(other, [{ at: random.below(theirs.length), remove: random.below(2), insert: 'O' }]),
        )
        const updates = liarsUpdates(random)
        const known = (client: number): number => (client === seedClient ? base.length : 0)
        const documents = [0, 1, 2, 3].map(() => TextDocument.seed(base, seedClient))
        for (const [i, document] of documents.entries()) {
          if (i % 2) document.apply(unseen)
          if (i < 2) document.apply(updates, () => known)
          else for (const update of updates) document.apply([update], () => known)
          if (!(i % 2)) document.apply(unseen)
        }
        const { text, length } = documents[0]!
        for (const document of documents) assert.equal(document.text, text)
        const at = random.below(length + 1)
        const edits = documents.map((document) => document.edit(99, [{ at, remove: 0, insert: 'new' }]))
        for (const edit of edits) assert.deepEqual(edit, edits[0])
      }),
      { numRuns: 500 },
    )
  })
})
