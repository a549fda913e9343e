import assert from 'node:assert/strict'
import type { ObjectId } from '../../src/contracts/ids.ts'
import type { SimPeer } from '../../src/testing/sim-peer.ts'
import { Gathering } from './gathering.ts'

type Three = readonly [SimPeer, SimPeer, SimPeer]
const lines = 'one\ntwo\nthree\nfour\nfive\nsix\n'
const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

async function adopt(meeting: Gathering, commit: ObjectId, by: SimPeer): Promise<void> {
  meeting.upstream.push(meeting.peers[0]!, commit)
  await meeting.pull(by)
  await meeting.world.wait(by.room.commits.adopt())
}

/** Two commit, each apart from the other, a word that they have typed between two of the commit below: theirs hold all three. */
async function commitBetween(meeting: Gathering, left: SimPeer, right: SimPeer): Promise<readonly string[]> {
  meeting.part(left)
  for (const [peer, word] of [
    [left, 'wolverine\n'],
    [right, 'porcupine\n'],
  ] as const) {
    meeting.type(peer, 'a.txt', word, 'ox\n')
    await meeting.commitAndAnnounce(peer, ['a.txt'])
  }
  await meeting.settle()
  return meeting.faults(['ox', 'lynx', 'wolverine', 'porcupine'])
}

/** Two have the state that its author named for a commit; a third, who was away, has adopted it. */
async function onTheAuthorsState(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines })
  const [ann, ben, cas] = meeting.peers as Three
  meeting.part(ben)
  meeting.type(ann, 'a.txt', 'ox\nlynx\n', 'three\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt'])
  await meeting.pass(600_000)
  await adopt(meeting, commit, ben)
  return commitBetween(meeting, ann, cas)
}

/** Two have adopted a commit, because its author is away. */
async function onTheAdoptedState(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines })
  const [ann, ben, cas] = meeting.peers as Three
  meeting.part(ann)
  await meeting.pass(600_000)
  meeting.type(ann, 'a.txt', 'ox\nlynx\n', 'three\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt'])
  for (const peer of [ben, cas]) await adopt(meeting, commit, peer)
  await meeting.pass(10_000)
  return commitBetween(meeting, ben, cas)
}

/**
 * A fault that is known (docs/decisions/0026): the join of two states of a commit keeps one of two copies of its words, and who has built on the
 * other one types it again. A rule that mends both meetings moves them to the others; one that mends one of them is none.
 */
describe('two that build, apart, on a state of a commit whose words the join takes away', function () {
  this.timeout(20_000)

  for (const [name, meet] of Object.entries({ onTheAuthorsState, onTheAdoptedState }))
    it(`show a word twice in some meetings, lose none and agree: ${name}`, async () => {
      const faults = []
      for (const seed of seeds) faults.push(...(await meet(seed)))
      assert.deepEqual(
        faults.filter((fault) => !/^doubled: (?:ox|lynx)$/.test(fault)),
        [],
      )
      assert.ok(faults.length > 0, 'nothing is doubled any more: these meetings belong to the directed ones now')
    })
})
