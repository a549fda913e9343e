import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { AuthorId } from '../../../src/contracts/ids.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import { Waypoints, type Counting } from '../../../src/history/waypoints.ts'
import { Evaluator } from '../../../src/history/evaluator.ts'
import { emptyState, type FileState } from '../../../src/history/file-state.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { feeds, file, typedFile } from '../support/typed-file.ts'

const none: Counting = { losers: new Set(), restored: '' }

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
