import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { isTextContent } from '../../../src/document/seed.ts'
import { applyChanges, diffText } from '../../../src/document/text-diff.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import { checkUpdate } from '../../../src/document/update-check.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'

const seedClient = 900
const base = 'hello good 😀 world\n'
const evil = 666
const victim = 42

type Id = readonly [client: number, clock: number]

/** What a room knows here: the seed, and 5 units of the victim. */
function known(client: number): number {
  return client === seedClient ? base.length : client === victim ? 5 : 0
}

function check(update: Uint8Array, client = evil, nextClock = 0) {
  return checkUpdate(update, { client, nextClock, known })
}

function refused(update: Uint8Array, reason: RegExp, client?: number, nextClock?: number): void {
  const verdict = check(update, client, nextClock)
  assert.ok(!verdict.ok)
  assert.match(verdict.reason, reason)
}

/** Plain Yjs, as a room without the check would have it. */
function rawDocument(): Y.Doc {
  const doc = new Y.Doc({ gc: false })
  doc.clientID = seedClient
  doc.getText('t').insert(0, base)
  doc.clientID = 1
  return doc
}

function rawText(doc: Y.Doc): string {
  return doc.getText('t').toJSON()
}

function rawUpdate(client: number, edit: (doc: Y.Doc) => void, on = rawDocument()): Uint8Array {
  const before = Y.encodeStateVector(on)
  on.clientID = client
  edit(on)
  return Y.encodeStateAsUpdate(on, before)
}

function ints(...values: readonly number[]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const value of values) encoding.writeVarUint(encoder, value)
  return encoding.toUint8Array(encoder)
}

interface Item {
  readonly left?: Id | undefined
  readonly right?: Id | undefined
  readonly text: string
}

/** An update written by hand: items of one client and deleted ranges. */
function forged(client: number, clock: number, items: readonly Item[], deleted: readonly number[] = [0]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const n of items.length ? [1, items.length, client, clock] : [0]) encoding.writeVarUint(encoder, n)
  for (const { left, right, text } of items) {
    encoding.writeUint8(encoder, 4 | (left ? 128 : 0) | (right ? 64 : 0))
    for (const n of [...(left ?? []), ...(right ?? [])]) encoding.writeVarUint(encoder, n)
    if (!left && !right) {
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarString(encoder, 't')
    }
    encoding.writeVarString(encoder, text)
  }
  for (const n of deleted) encoding.writeVarUint(encoder, n)
  return encoding.toUint8Array(encoder)
}

describe('the update check', () => {
  it('takes every edit of a document, as it goes on', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 6 }), (texts) => {
        const document = TextDocument.seed(base, seedClient)
        let nextClock = 0
        for (const text of texts) {
          const changes = diffText(document.text, text.replaceAll('\0', ''))
          if (!changes.length) continue
          const verdict = check(document.edit(evil, changes), evil, nextClock)
          assert.ok(verdict.ok, JSON.stringify(verdict))
          const typed = changes.reduce((sum, { insert }) => sum + insert.length, 0)
          assert.equal(verdict.nextClock, nextClock + typed)
          nextClock = verdict.nextClock
        }
      }),
    )
  })

  it('asks only about clients that an update names', () => {
    const asked: number[] = []
    const update = TextDocument.seed(base, seedClient).edit(evil, [{ at: 3, remove: 2, insert: 'x' }])
    checkUpdate(update, { client: evil, nextClock: 0, known: (client) => (asked.push(client), base.length) })
    assert.deepEqual([...new Set(asked)], [seedClient])
  })
})

describe('an attack that works on plain Yjs', () => {
  it('under the name of another lets replicas drift apart for good, and is refused', () => {
    const [a, b] = [rawDocument(), rawDocument()]
    const honest = rawUpdate(victim, (doc) => doc.getText('t').insert(6, 'honest '))
    const spoofed = rawUpdate(victim, (doc) => doc.getText('t').insert(6, 'EVIL!! '))
    for (const update of [honest, spoofed]) Y.applyUpdate(a, update)
    for (const update of [spoofed, honest]) Y.applyUpdate(b, update)
    assert.notEqual(rawText(a), rawText(b))
    refused(spoofed, /name of another client/)
  })

  it('by a gap of the clock is kept pending for ever, and is refused', () => {
    const doc = rawDocument()
    const gap = forged(evil, 7, [{ text: 'x'.repeat(1000) }])
    Y.applyUpdate(doc, gap)
    assert.ok(doc.store.pendingStructs)
    assert.ok(Y.encodeStateAsUpdate(doc).length > 1000)
    refused(gap, /go on/)
  })

  it('by a collected range of 2^40 units takes the clock away, and is refused', () => {
    const doc = rawDocument()
    const bomb = Uint8Array.from([...ints(1, 1, victim, 0), 0, ...ints(2 ** 40), 0])
    assert.ok(bomb.length <= 12)
    Y.applyUpdate(doc, bomb)
    assert.equal(Y.getState(doc.store, victim), 2 ** 40)
    refused(bomb, /one form/, victim)
  })

  it('by a claim of 2^31 clients throws, and is refused', () => {
    const claim = ints(2 ** 31)
    assert.throws(() => Y.applyUpdate(rawDocument(), claim))
    refused(claim, /one form/)
  })

  it('by a claim of 2^31 items throws, and is refused', () => {
    const claim = ints(1, 2 ** 31, evil, 0)
    assert.throws(() => Y.applyUpdate(rawDocument(), claim))
    refused(claim, /one form/)
  })

  it('by a delete set of a few bytes wipes the text and stays pending, and is refused', () => {
    const doc = rawDocument()
    const wipe = ints(0, 1, seedClient, 1, 0, 2 ** 20)
    assert.ok(wipe.length <= 10)
    Y.applyUpdate(doc, wipe)
    assert.equal(rawText(doc), '')
    assert.ok(doc.store.pendingDs)
    refused(wipe, /deletes what is not known/)
  })

  it('by a damaged byte throws half way, and is refused', () => {
    const update = rawUpdate(evil, (doc) => doc.getText('t').insert(6, 'text '))
    let thrown = 0
    for (let at = 0; at < update.length; at++) {
      const damaged = update.slice()
      damaged[at]! ^= 0x80
      try {
        Y.applyUpdate(rawDocument(), damaged)
      } catch {
        thrown++
      }
      assert.ok(!check(damaged).ok, `byte ${at}`)
    }
    assert.ok(thrown > 0)
  })

  it('by using clocks again loses text silently, and is refused', () => {
    const doc = rawDocument()
    Y.applyUpdate(
      doc,
      rawUpdate(evil, (d) => d.getText('t').insert(0, 'first')),
    )
    const again = rawUpdate(evil, (d) => d.getText('t').insert(0, 'later'))
    Y.applyUpdate(doc, again)
    assert.doesNotMatch(rawText(doc), /later/)
    refused(again, /go on/, evil, 5)
  })

  it('with the id of the receiver changes the id that it writes with, and is refused', () => {
    const doc = rawDocument()
    doc.clientID = victim
    const spoofed = rawUpdate(victim, (d) => d.getText('t').insert(0, 'x'))
    const { log } = console
    console.log = () => undefined // Yjs reports the change there.
    try {
      Y.applyUpdate(doc, spoofed)
    } finally {
      console.log = log
    }
    assert.notEqual(doc.clientID, victim)
    refused(spoofed, /name of another client/)
  })

  it('with neighbours in the wrong order lets replicas drift apart, and is put in order by the document', () => {
    const item = (left: Id | undefined, right: Id | undefined, text: string): Item => ({ left, right, text })
    let drifted = 0
    for (let seed = 0; seed < 100; seed++) {
      const random = new SeededRandom(seed)
      const id = (): Id | undefined => (random.chance(0.1) ? undefined : [seedClient, random.below(base.length)])
      const updates = [5, 6, 7].map((client) => forged(client, 0, [item(id(), id(), `<${client}>`)]))
      for (const [i, update] of updates.entries()) assert.ok(check(update, 5 + i).ok)
      const raw = [rawDocument(), rawDocument()]
      const documents = raw.map(() => TextDocument.seed(base, seedClient))
      for (const [i, list] of [updates, updates.toReversed()].entries()) {
        for (const update of list) Y.applyUpdate(raw[i]!, update)
        for (const update of list) documents[i]!.apply([update])
      }
      if (rawText(raw[0]!) !== rawText(raw[1]!)) drifted++
      assert.equal(documents[0]!.text, documents[1]!.text, `seed ${seed}`)
    }
    assert.ok(drifted > 0)
  })
})

describe('a room with hostile members', () => {
  interface Operation {
    readonly update: Uint8Array
    readonly known: (client: number) => number
    readonly past: ReadonlySet<number>
  }

  /** Writers who edit, or name any neighbours that they know, and now and then hear from each other. */
  function operations(random: SeededRandom): Operation[] {
    const made: Operation[] = []
    const writers = [1, 2, 3, 4].map((client) => {
      return {
        client,
        document: TextDocument.seed(base, seedClient),
        clocks: new Map([[seedClient, base.length]]),
        past: new Set<number>(),
      }
    })
    for (let step = 0; step < 14; step++) {
      const { client, document, clocks, past } = random.pick(writers)
      if (random.chance(0.4)) {
        const other = random.pick(writers)
        for (const i of [...other.past].filter((each) => !past.has(each)).sort((a, b) => a - b)) {
          document.apply([made[i]!.update], () => made[i]!.known)
          past.add(i)
        }
        for (const [each, clock] of other.clocks) clocks.set(each, Math.max(clock, clocks.get(each) ?? 0))
        continue
      }
      const seen = new Map(clocks)
      const known = (each: number) => seen.get(each) ?? 0
      const id = (): Id | undefined => {
        const [each, clock] = random.pick([...seen])
        return random.chance(0.15) ? undefined : [each, random.below(clock)]
      }
      const nextClock = known(client)
      const items = Array.from({ length: 1 + random.below(2) }, () => ({
        left: id(),
        right: id(),
        text: random.pick(['E', 'VIL']),
      }))
      const isHonest = random.chance(0.4)
      const honest = () => document.edit(client, [{ at: random.below(6), remove: random.below(2), insert: 'hi' }])
      const update = isHonest ? honest() : forged(client, nextClock, items)
      const verdict = checkUpdate(update, { client, nextClock, known })
      assert.ok(verdict.ok)
      if (!isHonest) document.apply([update], () => known)
      clocks.set(client, verdict.nextClock)
      made.push({ update, known, past: new Set(past) })
      past.add(made.length - 1)
    }
    return made
  }

  function text(made: readonly Operation[], next: (ready: readonly number[]) => number): string {
    const document = TextDocument.seed(base, seedClient)
    const left = new Set(made.keys())
    while (left.size) {
      const i = next([...left].filter((each) => ![...made[each]!.past].some((before) => left.has(before))))
      document.apply([made[i]!.update], () => made[i]!.known)
      left.delete(i)
    }
    return document.text
  }

  it('ends with one text whichever neighbours they name and in whatever causal order operations come', () => {
    for (let seed = 0; seed < 120; seed++) {
      const random = new SeededRandom(seed)
      const made = operations(random)
      const texts = [text(made, (ready) => ready[0]!), text(made, (ready) => ready.at(-1)!), text(made, (ready) => random.pick(ready))] // prettier-ignore
      assert.equal(new Set(texts).size, 1, `seed ${seed}`)
    }
  })
})

describe('the update check refuses', () => {
  const foreign: readonly [string, (doc: Y.Doc) => void][] = [
    ['another root', (doc) => doc.getText('u').insert(0, 'x')],
    ['a map', (doc) => doc.getMap('u').set('key', 'value')],
    ['an embedded object', (doc) => doc.getText('t').insertEmbed(3, { a: 1 })],
    ['formatted text', (doc) => doc.getText('t').insert(3, 'x', { bold: true })],
    ['a format', (doc) => doc.getText('t').format(0, 3, { bold: true })],
    ['an attribute of the text', (doc) => doc.getText('t').setAttribute('a', 'b')],
    ['a nested type', (doc) => doc.getText('t').insertEmbed(0, new Y.Map())],
    ['a document within', (doc) => doc.getMap('u').set('doc', new Y.Doc())],
  ]
  for (const [name, edit] of foreign)
    it(name, () => {
      refused(rawUpdate(evil, edit), /one form/)
    })

  it('what does nothing', () => refused(ints(0, 0), /does nothing/))

  it('an item beside an unknown one', () => {
    refused(forged(evil, 0, [{ left: [seedClient, base.length], text: 'x' }]), /unknown/)
    refused(forged(evil, 0, [{ right: [victim, 5], text: 'x' }]), /unknown/)
    refused(forged(evil, 0, [{ left: [12345, 0], text: 'x' }]), /unknown/)
  })

  it('an item beside another of its own update', () => {
    const items = [
      { left: [seedClient, 3] as const, text: 'ab' },
      { left: [evil, 1] as const, text: 'c' },
    ]
    refused(forged(evil, 0, items), /unknown/)
    refused(forged(evil, 0, [{ left: [evil, 0], text: 'x' }]), /unknown/)
  })

  it('an item without text', () => refused(forged(evil, 0, [{ left: [seedClient, 3], text: '' }]), /one form/))

  it('NUL', () => refused(forged(evil, 0, [{ left: [seedClient, 3], text: 'a\0b' }]), /one form/))

  it('malformed UTF-8', () => {
    const sequences = [[0xed, 0xa0, 0x80], [0xc0, 0x80], [0xe0, 0x80, 0x80], [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0x80], [0xf0, 0x9f, 0x98]] // prettier-ignore
    for (const bytes of sequences)
      refused(
        Uint8Array.from([1, 1, ...ints(evil), 0, 0x84, ...ints(seedClient), 3, bytes.length, ...bytes, 0]),
        /one form/,
      )
    const good = Uint8Array.from([1, 1, ...ints(evil), 0, 0x84, ...ints(seedClient), 3, 4, 0xf0, 0x9f, 0x98, 0x80, 0])
    const verdict = check(good)
    assert.ok(verdict.ok)
    assert.equal(verdict.nextClock, 2)
  })

  it('integers that are longer than they need to be, or too large', () => {
    refused(Uint8Array.from([0x80, 0, 1, ...ints(seedClient), 1, 0, 1]), /one form/)
    refused(Uint8Array.from([0, 1, ...ints(seedClient), 1, 0x80, 0, 1]), /one form/)
    refused(Uint8Array.from([0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 1, 1, 0, 1]), /one form/)
  })

  it('bytes after the end, and every beginning of an update', () => {
    const update = TextDocument.seed(base, seedClient).edit(evil, [{ at: 3, remove: 2, insert: 'x' }])
    assert.ok(check(update).ok)
    refused(Uint8Array.from([...update, 0]), /one form/)
    for (let end = 0; end < update.length; end++) refused(update.subarray(0, end), /one form/)
  })

  it('a delete set that is not in its one form', () => {
    assert.ok(check(ints(0, 2, seedClient, 2, 0, 1, 2, 3, victim, 1, 4, 1)).ok)
    const forms = {
      'an empty range': [0, 1, seedClient, 1, 0, 0],
      'no range': [0, 1, seedClient, 0],
      'ranges that touch': [0, 1, seedClient, 2, 0, 1, 1, 1],
      'ranges out of order': [0, 1, seedClient, 2, 4, 1, 0, 1],
      'clients in ascending order': [0, 2, victim, 1, 0, 1, seedClient, 1, 0, 1],
      'a client twice': [0, 2, victim, 1, 0, 1, victim, 1, 3, 1],
    }
    for (const [name, form] of Object.entries(forms)) assert.ok(!check(ints(...form)).ok, name)
  })

  it('several writers', () => {
    const a = TextDocument.seed(base, seedClient)
    const both = Y.mergeUpdates([
      a.edit(evil, [{ at: 0, remove: 0, insert: 'x' }]),
      a.edit(victim, [{ at: 5, remove: 0, insert: 'x' }]),
    ])
    refused(both, /one form/)
  })

  it('a neighbour whose client is no integer within 2^53, which makes Yjs throw', () => {
    const client = [0xbb, 0xf2, 0xe5, 0xcd, 0xc6, 0xfe, 0xd0, 0x8a]
    const near = [...ints(seedClient, 0)]
    for (const places of [
      [...client, 3, ...near],
      [...near, ...client, 3],
    ]) {
      const update = Uint8Array.from([...ints(1, 1, evil, 0), 0xc4, ...places, 4, 0xf0, 0x9f, 0x98, 0x88, 0])
      assert.throws(() => Y.applyUpdate(rawDocument(), update))
      refused(update, /one form/)
    }
  })

  it('what is above its limits', () => {
    const large = 'x'.repeat(9_000_000)
    refused(forged(evil, 0, [{ left: [seedClient, 3], text: large }]), /one form/)
    const many = Array.from({ length: 100_001 }, () => ({ left: [seedClient, 3] as const, text: 'x' }))
    refused(forged(evil, 0, many), /one form/)
  })
})

describe('mutated updates', () => {
  /** What all replicas have, and updates that are concurrent over it. */
  function situation(random: SeededRandom): {
    history: Uint8Array[]
    clocks: Map<number, number>
    concurrent: Uint8Array[]
  } {
    const clocks = new Map([[seedClient, base.length]])
    const document = TextDocument.seed(base, seedClient)
    const edit = (on: TextDocument, client: number): Uint8Array => {
      const points = Array.from(on.text)
      points.splice(random.below(points.length), 1 + random.below(3), random.pick(['ab', '😁', 'x y', 'q\n']))
      points.splice(random.below(points.length), random.below(2), random.pick(['1', '22']))
      const changes = diffText(on.text, `${points.join('')}${random.below(9)}`)
      clocks.set(client, (clocks.get(client) ?? 0) + changes.reduce((sum, { insert }) => sum + insert.length, 0))
      return on.edit(client, changes)
    }
    const history = [11, 12, 13, 11].map((client) => edit(document, client))
    const atStart = new Map(clocks)
    const concurrent = [11, 12, 13].map((client) => {
      const own = TextDocument.seed(base, seedClient)
      own.apply(history)
      return edit(own, client)
    })
    return { history, clocks: atStart, concurrent }
  }

  function mutated(random: SeededRandom, update: Uint8Array): Uint8Array {
    const bytes = [...update]
    for (let i = 0; i <= random.below(3); i++) {
      const at = random.below(bytes.length)
      if (random.chance(0.6)) bytes[at] = random.chance(0.5) ? random.below(256) : bytes[at]! ^ (1 << random.below(8))
      else if (random.chance(0.5)) bytes.splice(at, 1)
      else bytes.splice(at, 0, random.below(256))
    }
    return Uint8Array.from(bytes)
  }

  /** Well-formed, with neighbours and deletions anywhere in what is known. */
  function hostile(random: SeededRandom, client: number, clocks: ReadonlyMap<number, number>): Uint8Array {
    const id = (): Id | undefined => {
      const [other, clock] = random.pick([...clocks])
      return random.chance(0.15) ? undefined : [other, random.below(clock)]
    }
    const items = Array.from({ length: random.below(4) }, () => ({
      left: id(),
      right: id(),
      text: random.pick(['E', 'VIL', '😈']),
    }))
    const [victimClient, clock] = random.pick([...clocks])
    const at = random.below(clock)
    return forged(
      client,
      clocks.get(client)!,
      items,
      random.chance(0.5) ? [0] : [1, victimClient, 1, at, 1 + random.below(clock - at)],
    )
  }

  it('are refused, or leave all replicas alike in whatever order they come', () => {
    const random = new SeededRandom(20_000)
    let taken = 0
    for (let round = 0; round < 200; round++) {
      const { history, clocks, concurrent } = situation(random)
      for (let i = 0; i < 100; i++) {
        const at = random.below(3)
        const client = 11 + at
        const update = i % 10 ? mutated(random, concurrent[at]!) : hostile(random, client, clocks)
        const verdict = checkUpdate(update, {
          client,
          nextClock: clocks.get(client) ?? 0,
          known: (c) => clocks.get(c) ?? 0,
        })
        if (!verdict.ok) continue
        taken++
        const updates = concurrent.with(at, update)
        const texts = [updates, updates.toReversed()].map((order) => {
          const document = TextDocument.seed(base, seedClient)
          document.apply(history)
          for (const one of order) document.apply([one])
          return document.text
        })
        assert.equal(new Set(texts).size, 1)
        assert.ok(isTextContent(texts[0]!))
      }
    }
    assert.ok(taken > 1000, `${taken} of 20,000 were taken`)
  })

  it('are refused unless Yjs writes them just so', () => {
    const random = new SeededRandom(7)
    const { clocks, concurrent } = situation(random)
    for (let i = 0; i < 3000; i++) {
      const update = i % 3 ? mutated(random, concurrent[0]!) : hostile(random, 11, clocks)
      if (!checkUpdate(update, { client: 11, nextClock: clocks.get(11)!, known: (c) => clocks.get(c) ?? 0 }).ok)
        continue
      const { structs, ds } = Y.decodeUpdate(update)
      const deleted = [...ds.clients].flatMap(([client, ranges]) => [
        client,
        ranges.length,
        ...ranges.flatMap(({ clock, len }) => [clock, len]),
      ])
      const items = (structs as Y.Item[]).map(({ origin, rightOrigin, content }): Item => ({
        left: origin ? [origin.client, origin.clock] : undefined,
        right: rightOrigin ? [rightOrigin.client, rightOrigin.clock] : undefined,
        text: (content as Y.ContentString).str,
      }))
      assert.deepEqual(forged(11, clocks.get(11)!, items, [ds.clients.size, ...deleted]), update)
    }
  })
})

describe('a surrogate pair', () => {
  it('that a hostile member cuts is damaged alike at every peer', () => {
    // An item within a pair, and a deletion of its half: the check sees no text, and this is vandalism like any deletion.
    const at = base.indexOf('😀')
    const within = forged(evil, 0, [{ left: [seedClient, at], right: [seedClient, at + 1], text: 'x' }])
    const half = ints(0, 1, seedClient, 1, at, 1)
    const whole = TextDocument.seed(base, seedClient).edit(victim, [{ at: at - 1, remove: 4, insert: '-' }])
    const orders = [[within, half, whole], [whole, half, within], [half, whole, within], [whole, within, half]] // prettier-ignore
    const texts = orders.map((order) => {
      const document = TextDocument.seed(base, seedClient)
      for (const update of order) document.apply([update])
      return document.text
    })
    assert.equal(new Set(texts).size, 1)
    assert.equal(
      texts[0],
      applyChanges(base, [{ at: at - 1, remove: 4, insert: texts[0]!.includes('-x') ? '-x' : 'x-' }]),
    )
  })
})
