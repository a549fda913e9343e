import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { AuthorId, FeedId, FileId } from '../../../src/contracts/ids.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import { Waypoints, type Counting } from '../../../src/history/waypoints.ts'
import { Evaluator, type EvaluationSource } from '../../../src/history/evaluator.ts'
import { FileLog } from '../../../src/history/file-log.ts'
import { emptyState, type FileState } from '../../../src/history/file-state.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'

const file = 'f'.repeat(32) as FileId
const feeds = ['a', 'b', 'c'].map((digit) => digit.repeat(32) as FeedId)
const none: Counting = { losers: new Set(), restored: '' }

/** A file in which several type and now and then hear from each other, with states of it and what each writer saw there. */
function typedFile(seed: number): {
  readonly source: EvaluationSource
  readonly seen: readonly { readonly state: FileState; readonly text: string }[]
} {
  const random = new SeededRandom(seed)
  const log = new FileLog(file, undefined)
  const writers = feeds.map(() => ({
    document: TextDocument.seed('', 0),
    counts: new Map<FeedId, number>(),
    lamport: 0,
  }))
  const updates = feeds.map((): { update: Uint8Array; lamport: number }[] => [])
  const seen: { state: FileState; text: string }[] = []
  for (let i = 0; i < 60; i++) {
    const at = random.below(feeds.length)
    const writer = writers[at]!
    if (random.chance(0.3)) {
      const news = feeds.flatMap((feed, other) => updates[other]!.slice(writer.counts.get(feed) ?? 0))
      writer.document.apply(news.map(({ update: told }) => told))
      for (const [other, feed] of feeds.entries())
        if (updates[other]!.length) writer.counts.set(feed, updates[other]!.length)
      writer.lamport = Math.max(writer.lamport, ...news.map(({ lamport }) => lamport))
    }
    const { length } = writer.document
    const place = random.below(length + 1)
    const remove = Math.min(random.below(3), length - place)
    const update = writer.document.edit(at + 1, [{ at: place, remove, insert: random.pick(['x', 'yy', 'word ']) }])
    const operation = { feed: feeds[at]!, number: updates[at]!.length, lamport: ++writer.lamport }
    log.add({ ...operation, type: 'text', update, clock: 0 })
    updates[at]!.push({ update, lamport: writer.lamport })
    writer.counts.set(feeds[at]!, updates[at]!.length)
    seen.push({ state: { counts: new Map(writer.counts), authors: [] }, text: writer.document.text })
  }
  const noAuthor = (): never => assert.fail('nobody else has typed')
  const source: EvaluationSource = {
    log: () => log,
    author: noAuthor,
    // What a writer had seen is told by its update alone where all are honest.
    clocks: { before: () => () => undefined as never, lamportOf: noAuthor },
    textOfBlob: noAuthor,
    authorClient: noAuthor,
    seedClient: noAuthor,
  }
  return { source, seen }
}

describe('waypoints of documents', () => {
  it('change no text, whichever states are asked for and in whatever order', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, leastUpdates) => {
        const { source, seen } = typedFile(seed)
        const evaluator = new Evaluator(source, new Waypoints({ leastUpdates, maxPackedBytes: 1500 }))
        const random = new SeededRandom(seed)
        for (let i = 0; i < 40; i++) {
          const { state, text } = random.pick(seen)
          assert.equal(evaluator.documentAt(file, state).text, text)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('let a document be edited as if it had been built from its start', () => {
    const { source, seen } = typedFile(1)
    const { state } = seen.at(-1)!
    const evaluator = new Evaluator(source, new Waypoints({ leastUpdates: 4, maxPackedBytes: 1 << 20 }))
    evaluator.documentAt(file, state)
    const plain = new Evaluator(source, new Waypoints({ leastUpdates: 1000, maxPackedBytes: 0 }))
    const edits = [evaluator, plain].map((one) => {
      const document = one.documentAt(file, state)
      return document.edit(77, [
        { at: 1, remove: 2, insert: 'new' },
        { at: document.length, remove: 0, insert: 'end' },
      ])
    })
    assert.deepEqual(edits[0], edits[1])
  })

  it('save the way from the start', () => {
    const { source, seen } = typedFile(2)
    const { state } = seen.at(-1)!
    const waypoints = new Waypoints({ leastUpdates: 5, maxPackedBytes: 1 << 20 })
    new Evaluator(source, waypoints).documentAt(file, state)
    assert.ok(waypoints.within(file, state, none)!.updates >= 10)
  })

  it('do not stand for a state that lacks some of theirs', () => {
    const waypoints = new Waypoints()
    const state: FileState = { counts: new Map([[feeds[0]!, 5]]), authors: [] }
    waypoints.add(file, state, none, 5, TextDocument.seed('x', 1))
    assert.equal(waypoints.within(file, emptyState, none), undefined)
    assert.equal(waypoints.within(file, { counts: new Map([[feeds[0]!, 4]]), authors: [] }, none), undefined)
    assert.ok(waypoints.within(file, { counts: new Map([[feeds[0]!, 5]]), authors: [] }, none))
  })

  it('do not stand for a state in which another of two rivals counts', () => {
    const waypoints = new Waypoints()
    const author = '1'.repeat(32) as AuthorId
    const state: FileState = { counts: new Map(), authors: [author] }
    waypoints.add(file, state, none, 1, TextDocument.seed('x', 1))
    assert.ok(waypoints.within(file, state, none))
    assert.equal(waypoints.within(file, state, { ...none, losers: new Set([author]) }), undefined)
  })

  it('do not stand for a state in which other units are restored', () => {
    const waypoints = new Waypoints()
    const state: FileState = { counts: new Map(), authors: ['1'.repeat(32) as AuthorId] }
    const counting = { ...none, restored: 'some' }
    waypoints.add(file, state, counting, 1, TextDocument.seed('x', 1))
    assert.ok(waypoints.within(file, state, counting))
    assert.equal(waypoints.within(file, state, none), undefined)
  })

  it('are forgotten with the numbers of their writers', () => {
    const { source, seen } = typedFile(3)
    const { state } = seen.at(-1)!
    const waypoints = new Waypoints({ leastUpdates: 5, maxPackedBytes: 1 << 20 })
    const evaluator = new Evaluator(source, waypoints)
    evaluator.documentAt(file, state)
    evaluator.renumbered(file)
    assert.equal(waypoints.within(file, state, none), undefined)
  })

  it('take no more memory than they may: those that were not asked for go first', () => {
    const document = TextDocument.seed('x'.repeat(1000), 1)
    const size = document.pack().length
    const waypoints = new Waypoints({ leastUpdates: 1, maxPackedBytes: 2 * size })
    const at = (count: number): FileState => ({ counts: new Map([[feeds[0]!, count]]), authors: [] })
    waypoints.add(file, at(1), none, 1, document)
    waypoints.add(file, at(2), none, 2, document)
    waypoints.within(file, at(1), none)
    waypoints.add(file, at(3), none, 3, document)
    assert.equal(waypoints.within(file, at(2), none)!.updates, 1)
    assert.equal(waypoints.within(file, at(3), none)!.updates, 3)
  })
})
