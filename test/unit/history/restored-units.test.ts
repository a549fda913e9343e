import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { AuthorId, ObjectId } from '../../../src/contracts/ids.ts'
import { joinedRanges, withoutRanges } from '../../../src/document/unit-ranges.ts'
import { readTextUpdate } from '../../../src/document/update-reader.ts'
import { Evaluator, type EvaluationSource } from '../../../src/history/evaluator.ts'
import { joinStates, withAuthor, type FileState } from '../../../src/history/file-state.ts'
import type { VirtualAuthor } from '../../../src/history/virtual-author.ts'
import { Waypoints } from '../../../src/history/waypoints.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { file, typedFile } from '../support/typed-file.ts'

const commit = 'c'.repeat(40) as ObjectId
const script = { changes: [], own: undefined }

/** A file in which several type, and authors that bring states of it back. */
class RestoredFile {
  readonly source: EvaluationSource
  readonly seen: readonly { readonly state: FileState; readonly text: string }[]
  readonly #authors = new Map<AuthorId, VirtualAuthor>()

  constructor(seed: number) {
    const { source, seen } = typedFile(seed)
    this.seen = seen
    this.source = { ...source, author: (id) => this.#authors.get(id)! }
  }

  /** The state in which an author has brought another one back. */
  restore(before: FileState, restores: FileState): FileState {
    const lamport = this.#authors.size
    const id = String(this.#authors.size).padStart(32, '0') as AuthorId
    this.#authors.set(id, { id, file, commit, before, restores, script, registers: {}, cost: 0, lamport })
    return withAuthor(before, id)
  }

  /** A document is built from its start. */
  textAt(state: FileState): string {
    return new Evaluator(this.source, new Waypoints({ leastUpdates: 1000, maxPackedBytes: 0 })).documentAt(file, state)
      .text
  }
}

describe('authors that bring a state back', () => {
  it('let exactly that be shown which is shown at the state', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const restored = new RestoredFile(seed)
        const random = new SeededRandom(seed)
        for (let i = 0; i < 10; i++) {
          const [before, then] = [random.pick(restored.seen), random.pick(restored.seen)]
          const joined = joinStates(before.state, then.state)
          assert.equal(restored.textAt(restored.restore(joined, then.state)), then.text)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('say the same twice where they bring back the same, and are overruled by who brings back another later', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const restored = new RestoredFile(seed)
        const random = new SeededRandom(seed)
        const [one, other] = [random.pick(restored.seen), random.pick(restored.seen)]
        const before = joinStates(one.state, other.state)
        const [first, second] = [restored.restore(before, one.state), restored.restore(before, one.state)]
        assert.equal(restored.textAt(joinStates(first, second)), one.text)
        const changed = restored.restore(first, other.state)
        assert.equal(restored.textAt(changed), other.text)
        // Who had not heard of the change says the same again as before it.
        assert.equal(restored.textAt(joinStates(changed, second)), other.text)
      }),
      { numRuns: 40 },
    )
  })

  it('show no unit that somebody deletes who had not heard of them', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const restored = new RestoredFile(seed)
        const random = new SeededRandom(seed)
        const [one, other, beside] = [0, 1, 2].map(() => random.pick(restored.seen).state) as [
          FileState,
          FileState,
          FileState,
        ]
        const before = joinStates(one, other)
        const state = joinStates(restored.restore(before, one), beside)
        const deleted = restored.source
          .log(file)
          .between(before, state)
          .flatMap((operation) => (operation.type === 'text' ? readTextUpdate(operation.update)!.deleted : []))
        const { shown } = new Evaluator(restored.source).documentAt(file, state)
        assert.deepEqual(withoutRanges(shown, joinedRanges(deleted)), shown)
      }),
      { numRuns: 60 },
    )
  })

  it('are the same with waypoints on the way', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, leastUpdates) => {
        const restored = new RestoredFile(seed)
        const random = new SeededRandom(seed)
        const states = restored.seen.map(({ state }) => state)
        for (let i = 0; i < 12; i++) {
          const [before, then, beside] = [random.pick(states), random.pick(states), random.pick(states)]
          states.push(joinStates(restored.restore(joinStates(before, then), then), beside))
        }
        const evaluator = new Evaluator(restored.source, new Waypoints({ leastUpdates, maxPackedBytes: 4000 }))
        for (let i = 0; i < 40; i++) {
          const state = random.pick(states)
          assert.equal(evaluator.documentAt(file, state).text, restored.textAt(state))
        }
      }),
      { numRuns: 20 },
    )
  })
})
