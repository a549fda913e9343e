import assert from 'node:assert/strict'
import { writeCommit, stageFile } from '../../../src/testing/sim-commits.ts'
import { SimWorld } from '../../../src/testing/sim-world.ts'

describe('a commit of the room that is named by its record', () => {
  it('is named for everybody, however many lines its note has', async () => {
    const world = new SimWorld({ seed: 1, files: { 'a.txt': 'one\n' } })
    const [alice, bob] = [world.peer('alice'), world.peer('bob')]
    await alice.found()
    await bob.join(await world.wait(alice.room.invite()))
    await world.wait(bob.room.ready())
    alice.room.files.edit('a.txt', [{ at: 0, remove: 0, insert: 'zero\n' }])
    assert.ok(await world.until(() => bob.room.files.text('a.txt') === 'zero\none\n'))

    const made = await world.wait(
      writeCommit({
        room: alice.room,
        objects: alice.objects,
        identity: alice.identity,
        parents: [alice.room.commits.heads()[0]!.commit],
        staged: new Map([['a.txt', stageFile(alice.room, 'a.txt')]]),
        timeSeconds: 1,
        message: 'one',
      }),
    )
    const { commit, lines } = made!
    // Alice does not announce it; Bob pulls it with its note, to which others have added lines.
    bob.notes.set(commit, [...Array.from({ length: 20 }, (_, i) => `{"other":${i}}`), ...lines])
    await world.wait(bob.objects.unpack(await world.wait(alice.objects.pack([commit], []))))
    await world.wait(bob.room.commits.tell(commit))

    assert.ok(await world.until(() => alice.room.commits.isNamed(commit) && bob.room.commits.isNamed(commit)))
    assert.deepEqual([...alice.room.voided, ...bob.room.voided], [])
  })
})
