import assert from 'node:assert/strict'
import type { KeyId, RoomId } from '../../../src/contracts/ids.ts'
import { proveAdmission, verifyAdmission, type Admission } from '../../../src/identity/admission.ts'
import { ticketPublicKey } from '../../../src/identity/ticket.ts'
import { hexBytes, toHex } from '../../../src/lib/bytes.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { cryptoBackends } from '../support/backends.ts'
import { person, someRoom } from '../support/people.ts'

const seed = new Uint8Array(32).fill(9)
const admission: Admission = {
  room: someRoom,
  ticket: toHex(ticketPublicKey(crypto, seed)) as KeyId,
  certificate: person(1).certificate,
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  binding: new Uint8Array(64).fill(1),
}

describe('a proof of admission', () => {
  const proof = proveAdmission(crypto, seed, admission)

  for (const [name, backend] of cryptoBackends)
    it(`holds on the ${name} crypto, for what was asked over that link and nothing else`, () => {
      assert.ok(verifyAdmission(backend, admission, proof))
      const changes: readonly Partial<Admission>[] = [
        { room: 'ff'.repeat(16) as RoomId },
        { certificate: person(2).certificate },
        { name: 'Ada' },
        { email: 'eve@example.org' },
        { binding: new Uint8Array(64) },
        { ticket: toHex(ticketPublicKey(crypto, new Uint8Array(32))) as KeyId },
      ]
      for (const change of changes) assert.ok(!verifyAdmission(backend, { ...admission, ...change }, proof))
    })

  it('takes the seed of that very ticket', () => {
    assert.ok(!verifyAdmission(crypto, admission, proveAdmission(crypto, new Uint8Array(32), admission)))
    assert.ok(!verifyAdmission(crypto, admission, crypto.sign(seed, new Uint8Array(0))))
  })

  it('is worth nothing with a certificate that its member did not sign', () => {
    const certificate = { ...admission.certificate, number: 7 }
    const forged = { ...admission, certificate }
    assert.ok(!verifyAdmission(crypto, forged, proveAdmission(crypto, seed, forged)))
  })

  it('is worth nothing for a ticket whose key is of small order', () => {
    const ticket = toHex(Uint8Array.from({ length: 32 }, (_, i) => (i ? 0 : 1))) as KeyId
    const signature = Uint8Array.from({ length: 64 }, (_, i) => (i ? 0 : 1))
    assert.ok(crypto.verify(hexBytes(ticket), new Uint8Array(9), signature), 'the bare signature does verify')
    assert.ok(!verifyAdmission(crypto, { ...admission, ticket }, signature))
  })

  it('is worth nothing with a name or address that cannot stand in a commit, or without end', () => {
    for (const change of [
      { name: '' },
      { name: ' Ada' },
      { name: 'Ada\nparent 0' },
      { name: 'Ada <eve@example.org>' },
      { name: 'a'.repeat(201) },
      { name: 'Ada\u009b31m' },
      { email: 'ada@example.org> 0 +0000' },
      { email: '' },
      { binding: new Uint8Array(257) },
    ]) {
      const odd = { ...admission, ...change }
      assert.ok(!verifyAdmission(crypto, odd, proveAdmission(crypto, seed, odd)), JSON.stringify(change))
    }
  })
})
