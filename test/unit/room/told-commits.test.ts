import assert from 'node:assert/strict'
import type { AuthorId, FeedId, FileId, ObjectId } from '../../../src/contracts/ids.ts'
import type { Anchor } from '../../../src/history/anchor.ts'
import type { Naming } from '../../../src/history/named-anchor.ts'
import type { RoomHistory } from '../../../src/history/room-history.ts'
import { ToldCommits } from '../../../src/room/told-commits.ts'

const feed = 'f'.repeat(64) as FeedId
/** An author here is called as the commit for which it typed. */
const history = { author: (id: AuthorId) => ({ commit: id }) } as unknown as RoomHistory

function naming(number: number, isTyped = true): Naming {
  const commit = number.toString(16).padStart(40, '0') as ObjectId
  const authors = isTyped ? [commit as unknown as AuthorId] : []
  const states = new Map([['file' as FileId, { counts: new Map(), authors }]])
  const anchor: Anchor = { key: commit, commit, states, partial: new Set() }
  return { anchor, feed, seq: number, lamport: number }
}

describe('commits that were told as from outside', () => {
  it('are due when they are told, and when something comes that was typed beside the telling', () => {
    const told = new ToldCommits(history)
    told.named(naming(1))
    assert.deepEqual(told.takeDue(), [naming(1).anchor.commit])
    told.operated(new Map([[feed, 2]]))
    assert.equal(told.isDue, false)
    told.operated(new Map([[feed, 1]]))
    assert.deepEqual(told.takeDue(), [naming(1).anchor.commit])
  })

  it('are not due once their states are known', () => {
    const told = new ToldCommits(history)
    told.named(naming(1))
    told.named(naming(1, false))
    told.operated(new Map())
    assert.equal(told.isDue, false)
  })

  it('are the latest alone, however many a member tells at once', () => {
    const told = new ToldCommits(history)
    for (let number = 0; number < 1000; number++) told.named(naming(number))
    assert.deepEqual(
      told.takeDue(),
      Array.from({ length: 64 }, (_, i) => naming(936 + i).anchor.commit),
    )
  })
})
