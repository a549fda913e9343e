import assert from 'node:assert/strict'
import { createCipheriv, hkdfSync, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { openBox, sealBox, sealBoxWith, sharedSecret } from '../../../src/identity/hpke.ts'
import { concat, utf8 } from '../../../src/lib/bytes.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { nodeRandom } from '../../../src/node/random.ts'
import { cryptoBackends, hex } from '../support/backends.ts'

const info = hex('4f6465206f6e2061204772656369616e2055726e')
const plaintext = hex('4265617574792069732074727574682c20747275746820626561757479')
const aad = hex('436f756e742d30')
const secret = new Uint8Array(32).fill(3)
const recipient = nodeCrypto.agreementPublicKey(secret)

/** RFC 9180 written a second time, on Node's primitives, for any AES-GCM of that document. */
function sealedBySecondPath(aead: 1 | 2, ephemeral: Uint8Array, to: Uint8Array): Uint8Array {
  const suite = Buffer.concat([Buffer.from('HPKE'), Buffer.from([0, 32, 0, 1, 0, aead])])
  const kem = Buffer.concat([Buffer.from('KEM'), Buffer.from([0, 32])])
  const hmac = (key: Uint8Array, ...parts: (string | Uint8Array)[]) => {
    const hash = createHmac('sha256', key)
    for (const part of ['HPKE-v1', ...parts]) hash.update(part)
    return hash.digest()
  }
  const expand = (key: Uint8Array, id: Uint8Array, label: string, context: Uint8Array, length: number) => {
    const labeled = Buffer.concat([Buffer.from([0, length]), Buffer.from('HPKE-v1'), id, Buffer.from(label), context])
    // Node has no Expand alone; one block of it is an HMAC.
    return createHmac('sha256', key)
      .update(labeled)
      .update(Buffer.from([1]))
      .digest()
      .subarray(0, length)
  }
  const none = new Uint8Array(0)
  const enc = nodeCrypto.agreementPublicKey(ephemeral)
  const dh = nodeCrypto.agree(ephemeral, to)!
  const shared = expand(hmac(none, kem, 'eae_prk', dh), kem, 'shared_secret', Buffer.concat([enc, to]), 32)
  const context = Buffer.concat([
    Buffer.from([0]),
    hmac(none, suite, 'psk_id_hash'),
    hmac(none, suite, 'info_hash', info),
  ])
  const key = hmac(shared, suite, 'secret')
  const cipher = createCipheriv(
    aead === 1 ? 'aes-128-gcm' : 'aes-256-gcm',
    expand(key, suite, 'key', context, aead === 1 ? 16 : 32),
    expand(key, suite, 'base_nonce', context, 12),
  )
  cipher.setAAD(aad)
  return new Uint8Array(Buffer.concat([enc, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
}

describe('a second writing of RFC 9180', () => {
  it('meets the vector of its appendix A.1.1 (AES-128-GCM)', () => {
    const sealed = sealedBySecondPath(
      1,
      hex('52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736'),
      hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'),
    )
    assert.deepEqual(
      sealed,
      hex(
        '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
      ),
    )
  })

  it('and HKDF of Node agree on what one block is', () => {
    const expected = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, 32))
    assert.deepEqual(nodeCrypto.hkdfSha256(secret, info, 32), expected)
  })
})

for (const [name, crypto] of cryptoBackends)
  describe(`HPKE boxes on the ${name} crypto`, () => {
    it('have the shared secret of RFC 9180 A.1.1', () => {
      const ephemeral = hex('52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736')
      const to = hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d')
      const from = crypto.agreementPublicKey(ephemeral)
      assert.deepEqual(
        sharedSecret(crypto, crypto.agree(ephemeral, to)!, from, to),
        hex('fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc'),
      )
    })

    it('are those of the published vector for AES-256-GCM (BoringSSL)', () => {
      const box = sealBoxWith(
        crypto,
        hex('28e212563a8b6f068af7ff17400ff1baf23612b7a738bbaf5dfb321b2b5b431a'),
        hex('ac66bae9ffa270cf4a89ed9f274e30c0456babae2572aaaf002ff0d8884ab018'),
        { info, aad },
        plaintext,
      )
      assert.deepEqual(
        box?.subarray(32),
        hex('23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6bb8aa58d18ef6c42b6960e2e28f'),
      )
    })

    it('are those of the second writing for AES-256-GCM', () => {
      for (let i = 1; i < 20; i++) {
        const ephemeral = new Uint8Array(32).fill(i)
        assert.deepEqual(
          sealBoxWith(crypto, ephemeral, recipient, { info, aad }, plaintext),
          sealedBySecondPath(2, ephemeral, recipient),
        )
      }
    })

    it('open for their recipient only, with the same info and aad, and unchanged', () => {
      const context = { info, aad }
      const box = sealBox(crypto, nodeRandom, recipient, context, plaintext)!
      assert.deepEqual(openBox(crypto, secret, context, box), plaintext)
      assert.equal(openBox(crypto, new Uint8Array(32).fill(4), context, box), undefined)
      assert.equal(openBox(crypto, secret, { info, aad: info }, box), undefined)
      assert.equal(openBox(crypto, secret, { info: aad, aad }, box), undefined)
      for (const at of [0, 31, 32, box.length - 1]) {
        const changed = box.slice()
        changed[at]! ^= 1
        assert.equal(openBox(crypto, secret, context, changed), undefined)
      }
    })

    it('are not made for a key of low order, nor opened from one', () => {
      const low = new Uint8Array(32)
      assert.equal(sealBox(crypto, nodeRandom, low, { info, aad }, plaintext), undefined)
      assert.equal(openBox(crypto, secret, { info, aad }, concat(low, new Uint8Array(40))), undefined)
    })
  })

describe('HPKE boxes', () => {
  it('differ each time', () => {
    const boxes = [1, 2].map(() => sealBox(nodeCrypto, nodeRandom, recipient, { info, aad }, utf8('x'))!)
    assert.notDeepEqual(boxes[0], boxes[1])
  })

  it('of any bytes open to nothing, without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (box) =>
        assert.equal(openBox(nodeCrypto, secret, { info, aad }, box), undefined),
      ),
    )
  })
})
