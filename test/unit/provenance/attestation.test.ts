import assert from 'node:assert/strict'
import type { ObjectId, RoomId } from '../../../src/contracts/ids.ts'
import { attestationLine, readAttestation } from '../../../src/provenance/attestation.ts'

describe('an attestation', () => {
  const attestation = {
    commit_id: 'c0'.repeat(20) as ObjectId,
    room: '0a'.repeat(16) as RoomId,
    member: '0b'.repeat(32),
    signature: 'a signature',
  }
  const line = attestationLine(attestation)

  it('is one line of a note and is read from it', () => {
    assert.ok(!line.includes('\n'))
    assert.deepEqual(readAttestation(line), attestation)
  })

  it('is nothing with a member more or less, in another order or with an id of another form', () => {
    const { commit_id, ...inner } = attestation
    const others = [
      { attestation: inner, commit_id, more: 1 },
      { attestation: { ...inner, more: 1 }, commit_id },
      { commit_id },
      { attestation: { ...inner, room: '0A'.repeat(16) }, commit_id },
      { attestation: inner, commit_id: 'c0' },
    ]
    for (const other of others) assert.equal(readAttestation(JSON.stringify(other)), undefined, JSON.stringify(other))
    assert.equal(readAttestation(JSON.stringify({ commit_id, attestation: inner })), undefined)
  })
})
