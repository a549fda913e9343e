import assert from 'node:assert/strict'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { roomText } from '../../../src/cli/room-text.ts'
import { createStyle } from '../../../src/cli/style.ts'
import type { RoomStatus } from '../../../src/repository/room-status.ts'

const [ours, theirs] = ['a'.repeat(40), 'b'.repeat(40)] as [ObjectId, ObjectId]

describe('a room in lines', () => {
  for (const heads of [
    [ours, theirs],
    [theirs, ours],
  ])
    it('names a command that merges heads: the one that the branch is not at', () => {
      const status: RoomStatus = {
        room: 'c'.repeat(32),
        branch: 'main',
        tip: ours,
        ready: true,
        self: null,
        base: ours,
        members: [],
        peers: [],
        signaling: true,
        heads,
        unsigned: [],
        waiting: [],
        waitingEntries: 0,
        entries: 0,
        digest: '',
        paused: null,
        standing: false,
        held: [],
        voided: 0,
      }
      assert.match(
        roomText(status, createStyle(false)).join('\n'),
        /2 heads wait for a merge: .*\(`ai-vcs merge bbbbbbbbbb`\)/,
      )
    })
})
