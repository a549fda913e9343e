import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as Y from 'yjs'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { applyChanges, diffText, type TextChange } from '../../../src/document/text-diff.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import { checkUpdate } from '../../../src/document/update-check.ts'
import { voidUpdate } from '../../../src/document/deletions.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'

const seedClient = 2 ** 52 + 77
const base = 'one two three\nfour 😀 five\n\nsix\n'

function seeded(): TextDocument {
  return TextDocument.seed(base, seedClient)
}

/** Some change of a text at a random place that cuts no pair. */
function someChanges(random: SeededRandom, text: string): readonly TextChange[] {
  const points = Array.from(text)
  for (let i = 0; i <= random.below(3); i++) {
    const at = random.below(points.length + 1)
    points.splice(at, random.below(4), ...Array.from(random.pick(['x', 'yy', '😁', '\nz\n', '', 'word '])))
  }
  return diffText(text, points.join(''))
}

/** Updates of several writers who now and then hear from each other, and the document of each. */
function meeting(seed: number, writers = 3, edits = 25): { updates: Uint8Array[]; documents: TextDocument[] } {
  const random = new SeededRandom(seed)
  const documents = Array.from({ length: writers }, seeded)
  const heard = documents.map(() => 0)
  const updates: Uint8Array[] = []
  for (let i = 0; i < edits; i++) {
    const writer = random.below(writers)
    const document = documents[writer]!
    if (random.chance(0.4)) {
      document.apply(updates.slice(heard[writer]))
      heard[writer] = updates.length
    }
    const changes = someChanges(random, document.text)
    if (changes.length) updates.push(document.edit(1000 + writer, changes))
  }
  for (const document of documents) document.apply(updates)
  return { updates, documents }
}

function shuffled<T>(random: SeededRandom, list: readonly T[]): T[] {
  return list
    .map((item) => [random.next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}

describe('the document of a text', () => {
  it('is seeded alike by every peer, so that only edits travel', () => {
    const [a, b] = [seeded(), seeded()]
    const update = a.edit(5, [{ at: 0, remove: 3, insert: 'uno' }])
    b.apply([update])
    assert.equal(b.text, base.replace('one', 'uno'))
    assert.equal(a.text, b.text)
  })

  it('starts empty without any struct', () => {
    const document = TextDocument.seed('', seedClient)
    assert.equal(document.text, '')
    const update = document.edit(seedClient, [{ at: 0, remove: 0, insert: 'a' }])
    const plain = TextDocument.seed('', 1)
    plain.apply([update])
    assert.equal(plain.text, 'a')
  })

  it('makes of one edit one update, its changes in units of the text before', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const document = seeded()
        const other = seeded()
        const changes = someChanges(new SeededRandom(seed), base)
        if (!changes.length) return
        other.apply([document.edit(7, changes)])
        assert.equal(document.text, applyChanges(base, changes))
        assert.equal(other.text, document.text)
        assert.equal(other.length, other.text.length)
      }),
    )
  })

  it('converges whatever order updates come in, one by one or together', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { updates, documents } = meeting(seed)
      const random = new SeededRandom(seed)
      const together = seeded()
      together.apply(shuffled(random, updates))
      const reversed = seeded()
      reversed.apply(updates.toReversed())
      const single = seeded()
      for (const update of updates) single.apply([update])
      const texts = [...documents, together, reversed, single].map(({ text }) => text)
      assert.deepEqual(new Set(texts).size, 1, `seed ${seed}`)
    }
  })

  it('writes the same update for an edit at every peer that holds the same operations', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { updates, documents: edited } = meeting(seed)
      const random = new SeededRandom(seed)
      const built = [updates, updates.toReversed(), shuffled(random, updates)].map((list) => {
        const document = seeded()
        for (let at = 0; at < list.length;)
          document.apply(list === updates ? [list[at++]!] : list.slice(at, (at += 1000)))
        return document
      })
      const documents = [...built, ...edited]
      const changes = diffText(documents[0]!.text, someText(random, documents[0]!.text))
      if (!changes.length) continue
      const made = documents.map((document) => document.edit(99, changes))
      for (const update of made) assert.deepEqual(update, made[0])
    }
  })

  it('takes an update twice like once', () => {
    const { updates, documents } = meeting(1)
    documents[0]!.apply([...updates, ...updates])
    assert.equal(documents[0]!.text, documents[1]!.text)
  })

  it('agrees with plain Yjs on honest updates', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { updates, documents } = meeting(seed)
      const plain = new Y.Doc({ gc: false })
      plain.clientID = seedClient
      plain.getText('t').insert(0, base)
      plain.clientID = 1
      for (const update of updates) Y.applyUpdate(plain, update)
      assert.equal(plain.getText('t').toJSON(), documents[0]!.text)
    }
  })

  it('writes for an edit the bytes that Yjs writes', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new SeededRandom(seed)
      const { updates } = meeting(seed, 3, 12)
      const document = seeded()
      const plain = new Y.Doc({ gc: false })
      plain.clientID = seedClient
      plain.getText('t').insert(0, base)
      let written: Uint8Array | undefined
      plain.on('update', (update: Uint8Array) => (written = update))
      for (let i = 0; i < 150; i++) {
        if (random.chance(0.05) && updates.length) {
          const update = updates.shift()!
          document.apply([update])
          plain.clientID = 1
          Y.applyUpdate(plain, update)
        }
        const changes = someChanges(random, document.text)
        if (!changes.length) continue
        plain.clientID = 7
        plain.transact(() => {
          for (const { at, remove, insert } of changes.toReversed()) {
            if (remove) plain.getText('t').delete(at, remove)
            if (insert) plain.getText('t').insert(at, insert)
          }
        })
        assert.deepEqual(document.edit(7, changes), written, `seed ${seed}`)
        if (random.chance(0.1)) document.rest()
      }
      assert.equal(document.text, plain.getText('t').toJSON())
      assert.deepEqual(document.pack(), Y.encodeStateAsUpdate(plain))
    }
  })

  it('refuses an edit that does not fit, and changes nothing', () => {
    const document = seeded()
    const isInternal = (error: unknown) => AnvcsError.is(error, 'INTERNAL')
    assert.throws(() => document.edit(5, []), isInternal)
    assert.throws(() => document.edit(5, [{ at: base.length, remove: 1, insert: '' }]), isInternal)
    assert.throws(() => document.edit(5, [{ at: 0, remove: 0, insert: '\uD83D' }]), isInternal)
    assert.equal(document.text, base)
  })

  it('takes from a virtual author what would be too much for an entry', () => {
    const insert = 'abcdefgh\n'.repeat(1_000_000)
    const update = TextDocument.seed('', seedClient).edit(7, [{ at: 0, remove: 0, insert }])
    const document = TextDocument.seed('', seedClient)
    document.apply([update])
    assert.equal(document.text, insert)
    assert.ok(!checkUpdate(update, { client: 7, nextClock: 0, known: () => 0 }).ok)
    const voided = TextDocument.seed('', seedClient)
    voided.apply([voidUpdate(update)])
    assert.equal(voided.text, '')
  })

  it('says so when an update builds on what is not here', () => {
    const writer = seeded()
    writer.edit(5, [{ at: 0, remove: 0, insert: 'first ' }])
    const second = writer.edit(5, [{ at: 0, remove: 0, insert: 'second ' }])
    assert.throws(
      () => seeded().apply([second]),
      (error: unknown) => AnvcsError.is(error, 'INTERNAL'),
    )
  })

  it('keeps the client ids apart when it meets its own writer in updates of others', () => {
    const document = seeded()
    document.edit(5, [{ at: 0, remove: 0, insert: 'a' }])
    const elsewhere = seeded()
    elsewhere.edit(5, [{ at: 0, remove: 0, insert: 'a' }])
    document.apply([elsewhere.edit(5, [{ at: 0, remove: 0, insert: 'b' }])])
    const update = document.edit(5, [{ at: 0, remove: 0, insert: 'c' }])
    elsewhere.apply([update])
    assert.equal(elsewhere.text, `cba${base}`)
  })

  it('applies thousands of updates in reversed order without falling behind', () => {
    const writer = seeded()
    const updates = Array.from({ length: 5000 }, (_, i) => writer.edit(5, [{ at: i, remove: 0, insert: 'x' }]))
    const other = seeded()
    const { user } = process.cpuUsage()
    other.apply(updates.reverse())
    assert.ok(process.cpuUsage().user - user < 2e6)
    assert.equal(other.text, writer.text)
  })
})

function someText(random: SeededRandom, text: string): string {
  return applyChanges(text, someChanges(random, text))
}

describe('listening to a document', () => {
  it('tells what others change, in units of the text before', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { updates } = meeting(seed)
      const document = seeded()
      let shown = document.text
      document.onChange((changes) => {
        shown = applyChanges(shown, changes)
      })
      for (let at = 0; at < updates.length; at += 4) {
        document.apply(updates.slice(at, at + 4))
        assert.equal(shown, document.text)
      }
    }
  })

  it('does not tell our own edits, and stops when asked', () => {
    const document = seeded()
    const writer = seeded()
    let calls = 0
    const stop = document.onChange(() => calls++)
    document.edit(5, [{ at: 0, remove: 1, insert: '' }])
    assert.equal(calls, 0)
    document.apply([writer.edit(6, [{ at: 3, remove: 0, insert: 'x' }])])
    assert.equal(calls, 1)
    stop()
    stop()
    document.apply([writer.edit(6, [{ at: 3, remove: 0, insert: 'x' }])])
    assert.equal(calls, 1)
  })
})

describe('a place in a document', () => {
  it('moves with the text around it', () => {
    const document = seeded()
    const before = document.position(4, 'before')
    const after = document.position(4, 'after')
    document.apply([seeded().edit(6, [{ at: 4, remove: 0, insert: 'new ' }])])
    assert.equal(document.offsetOf(before), 4)
    assert.equal(document.offsetOf(after), 8)
  })

  it('is the same place at another peer', () => {
    const other = seeded()
    for (let offset = 0; offset <= base.length; offset++)
      for (const side of ['before', 'after'] as const)
        assert.equal(other.offsetOf(seeded().position(offset, side)), offset)
  })

  it('is none for bytes that name none, whatever they are', () => {
    const document = seeded()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const offset = document.offsetOf(bytes)
        assert.ok(offset === undefined || (offset >= 0 && offset <= base.length))
      }),
      { numRuns: 2000 },
    )
    const foreign = new Y.Doc().getText('other')
    assert.equal(
      document.offsetOf(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(foreign, 0))),
      undefined,
    )
  })
})
