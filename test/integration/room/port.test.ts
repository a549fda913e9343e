import assert from 'node:assert/strict'
import { startSignalingServer } from '../../../signaling/server/index.ts'
import { Collaboration } from '../../../src/repository/collaboration.ts'
import { Workspace } from '../../../src/repository/workspace.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'

describe('the embedded signaling server of a room', function () {
  this.timeout(60_000)

  it('is at the same port at the next start, where others look for it, and at another where that is taken', async () => {
    await using meeting = await RoomMeeting.clones(['alice'], { 'a.txt': 'one\n' })
    const [alice] = meeting.peers as [RoomPeer]
    const start = async (): Promise<number> => {
      await using workspace = await Workspace.open({ path: alice.folder, environment: alice.environment })
      await using room = await Collaboration.start({ workspace })
      return Number(new URL(room.signalingUrls[0]!).port)
    }
    const port = await start()
    assert.equal(await start(), port)
    await using _other = await startSignalingServer({ port })
    assert.notEqual(await start(), port)
  })
})
