import assert from 'node:assert/strict'
import { memoryStorage } from '../../../src/browser/index.ts'
import { newIdentity, openRoom, writeFirstCommit } from '../../../src/index.ts'
import { nodePlatform } from '../../../src/node/index.ts'

const person = { name: 'Ada', email: 'ada@example.org' }

describe('the paths of a room that were touched', () => {
  it('hold a file of the base as soon as its text changes, though where files lie was asked for before', async () => {
    const storage = memoryStorage()
    const files = { 'a.txt': 'one\n', 'b.txt': 'two\n' }
    const base = await writeFirstCommit({ ...nodePlatform, objects: storage.objects }, { files, person })
    const options = { ...nodePlatform, ...storage, identity: newIdentity(nodePlatform, person) }
    const room = await openRoom({ ...options, founding: { base, branch: 'main' } })
    assert.deepEqual(room.files.touchedPaths, [])
    room.files.write('b.txt', 'two again\n')
    assert.deepEqual(room.files.touchedPaths, ['b.txt'])
    room.files.move('b.txt', 'c.txt')
    assert.deepEqual(room.files.touchedPaths, ['c.txt'])
    await room.close()
  })
})
