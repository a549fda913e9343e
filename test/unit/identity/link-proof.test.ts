import assert from 'node:assert/strict'
import { linkProofMessage, proveLink, verifyLink, type LinkView } from '../../../src/identity/link-proof.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { cryptoBackends } from '../support/backends.ts'
import { person } from '../support/people.ts'

const ada = person(1)
const bob = person(2)
const nonce = (fill: number) => new Uint8Array(32).fill(fill)

const adaView: LinkView = {
  role: 'initiator',
  binding: nonce(7),
  roomTag: '0123456789abcdef',
  ownNonce: nonce(1),
  otherNonce: nonce(2),
  ownCertificate: ada.certificate,
  otherCertificate: bob.certificate,
}
const bobView: LinkView = {
  ...adaView,
  role: 'responder',
  ownNonce: adaView.otherNonce,
  otherNonce: adaView.ownNonce,
  ownCertificate: bob.certificate,
  otherCertificate: ada.certificate,
}

describe('a proof of a link', () => {
  for (const [name, backend] of cryptoBackends)
    it(`by each side convinces the other on the ${name} crypto`, () => {
      assert.ok(verifyLink(backend, bobView, proveLink(backend, ada.deviceSeed, adaView)))
      assert.ok(verifyLink(backend, adaView, proveLink(backend, bob.deviceSeed, bobView)))
    })

  it('is for this channel, room, nonces, roles and certificates', () => {
    const proof = proveLink(crypto, ada.deviceSeed, adaView)
    const eve = person(3)
    const changes: readonly Partial<LinkView>[] = [
      { role: 'initiator' },
      { binding: nonce(8) },
      { roomTag: '0123456789abcdee' },
      { ownNonce: nonce(3) },
      { otherNonce: nonce(3) },
      { ownCertificate: eve.certificate },
      { otherCertificate: eve.certificate },
      { otherCertificate: { ...ada.certificate, number: 9 } },
    ]
    for (const change of changes)
      assert.ok(!verifyLink(crypto, { ...bobView, ...change }, proof), Object.keys(change)[0])
  })

  it('cannot be sent back to its maker as the other side’s, nor made by the member key', () => {
    const self: LinkView = { ...adaView, otherCertificate: ada.certificate, otherNonce: adaView.ownNonce }
    assert.ok(!verifyLink(crypto, self, proveLink(crypto, ada.deviceSeed, self)))
    assert.ok(!verifyLink(crypto, bobView, proveLink(crypto, ada.memberSeed, adaView)))
    assert.ok(!verifyLink(crypto, bobView, new Uint8Array(0)))
  })

  it('is over a message that says what it is for, before anything that a peer chose', () => {
    const start = new TextDecoder().decode(linkProofMessage(adaView).subarray(0, 13))
    assert.equal(start, 'anvcs/1 link\0')
  })
})
