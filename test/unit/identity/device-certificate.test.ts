import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { KeyId } from '../../../src/contracts/ids.ts'
import {
  certifyDeviceBySeed,
  readDeviceCertificate,
  verifyDeviceCertificate,
  writeDeviceCertificate,
} from '../../../src/identity/device-certificate.ts'
import { armorSshSignature, verifySshSignature } from '../../../src/identity/sshsig.ts'
import { hexBytes, toHex } from '../../../src/lib/bytes.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../../../src/lib/cbor.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { cryptoBackends } from '../support/backends.ts'
import { person } from '../support/people.ts'

const ada = person(1)
const bob = person(2)
const { certificate } = ada

describe('a device certificate', () => {
  for (const [name, backend] of cryptoBackends)
    it(`verifies on the ${name} crypto, and not with any field changed`, () => {
      assert.ok(verifyDeviceCertificate(backend, certificate))
      const { member, device, agreement, signature } = bob.certificate
      for (const change of [{ member }, { number: 2 }, { device }, { agreement }, { signature }])
        assert.ok(!verifyDeviceCertificate(backend, { ...certificate, ...change }), Object.keys(change)[0])
    })

  it('is signed as SSH signatures of the namespace anvcs are, over [purpose, member, number, device, agreement]', () => {
    const { member, number, device, agreement, signature } = certificate
    const publicKey = hexBytes(member)
    const message = encodeCbor(['anvcs/1 device', publicKey, number, hexBytes(device), hexBytes(agreement)])
    const armored = armorSshSignature(publicKey, 'anvcs', signature)
    assert.ok(verifySshSignature(crypto, { publicKey, namespace: 'anvcs', message, armored }))
  })

  it('with a key that is not fit for use is refused, though its member signed it', () => {
    const { number, device, agreement } = certificate
    const order8 = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'
    const zero = '00'.repeat(32)
    assert.ok(
      verifyDeviceCertificate(crypto, certifyDeviceBySeed(crypto, ada.memberSeed, { number, device, agreement })),
    )
    assert.ok(
      !verifyDeviceCertificate(
        crypto,
        certifyDeviceBySeed(crypto, ada.memberSeed, { number, device: order8 as KeyId, agreement }),
      ),
    )
    assert.ok(
      !verifyDeviceCertificate(
        crypto,
        certifyDeviceBySeed(crypto, ada.memberSeed, { number, device, agreement: zero }),
      ),
    )
  })

  it('of a member whose key is no point of prime order is refused: everybody could sign for it', () => {
    const member = toHex(new Uint8Array([1, ...Array.from({ length: 31 }, () => 0)])) as KeyId
    const signature = new Uint8Array(64)
    signature[0] = 1
    const forged = { ...certificate, member, signature }
    assert.ok(crypto.verify(hexBytes(member), new Uint8Array(3), signature), 'the bare signature does verify')
    assert.ok(!verifyDeviceCertificate(crypto, forged))
  })

  it('is written and read back', () => {
    const bytes = encodeCbor(writeDeviceCertificate(certificate))
    assert.deepEqual(readDeviceCertificate(decodeCbor(bytes)!), certificate)
  })

  it('is nothing in any other form', () => {
    const written = writeDeviceCertificate(certificate) as readonly CborValue[]
    const fields = [new Uint8Array(31), 16, 'text', null, new Uint8Array(65)]
    for (const [place, value] of fields.entries())
      assert.equal(readDeviceCertificate(written.with(place, value)), undefined)
    assert.equal(readDeviceCertificate(written.with(1, -1)), undefined)
    assert.equal(readDeviceCertificate(written.slice(1)), undefined)
    assert.equal(readDeviceCertificate([...written, 0]), undefined)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const value = decodeCbor(bytes)
        if (value !== undefined) assert.equal(readDeviceCertificate(value), undefined)
      }),
    )
  })
})
