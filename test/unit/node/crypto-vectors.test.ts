import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { empty, utf8 } from '../../../src/lib/bytes.ts'
import { projectRoot } from '../../support/project.ts'
import { cryptoBackends, hex } from '../support/backends.ts'

interface EdDsaVector {
  readonly message: string
  readonly publicKey: string
  readonly signature: string
  readonly valid: boolean
  readonly what: string
}

const taming = JSON.parse(readFileSync(join(projectRoot, 'test/fixtures/taming-eddsa.json'), 'utf8')) as {
  readonly vectors: readonly EdDsaVector[]
}

/** RFC 8032 section 7.1: seed, public key, message, signature. */
const rfc8032: readonly (readonly [string, string, string, string])[] = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
]

/** Points of order 1, 2, 4 and 8 (the canonical encodings of all eight). */
const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
]

/** Encodings of points that RFC 8032 does not decode: y >= p, or a sign where x is zero. */
const nonCanonical = [
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
]

for (const [name, crypto] of cryptoBackends)
  describe(`the ${name} crypto meets the published vectors`, () => {
    it('SHA-1, SHA-256 and SHA-512 (FIPS 180), in one part or several', () => {
      const abc = [utf8('a'), empty, utf8('bc')]
      assert.deepEqual(crypto.sha1(...abc), hex('a9993e364706816aba3e25717850c26c9cd0d89d'))
      assert.deepEqual(crypto.sha256(...abc), hex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'))
      assert.deepEqual(
        crypto.sha512(...abc),
        hex(
          'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
        ),
      )
      assert.deepEqual(crypto.sha256(), hex('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'))
    })

    it('HMAC (RFC 4231 cases 1 and 6)', () => {
      assert.deepEqual(
        crypto.hmacSha256(new Uint8Array(20).fill(0x0b), utf8('Hi '), utf8('There')),
        hex('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'),
      )
      assert.deepEqual(
        crypto.hmacSha256(
          new Uint8Array(131).fill(0xaa),
          utf8('Test Using Larger Than Block-Size Key - Hash Key First'),
        ),
        hex('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'),
      )
    })

    it('HKDF (RFC 5869 cases 1 and 3)', () => {
      const key = new Uint8Array(22).fill(0x0b)
      assert.deepEqual(
        crypto.hkdfSha256(key, hex('f0f1f2f3f4f5f6f7f8f9'), 42, hex('000102030405060708090a0b0c')),
        hex('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865'),
      )
      assert.deepEqual(
        crypto.hkdfSha256(key, empty, 42),
        hex('8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8'),
      )
    })

    it('AES-256-GCM (McGrew and Viega, cases 13 to 16)', () => {
      const key = hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')
      const nonce = hex('cafebabefacedbaddecaf888')
      const plaintext = hex(
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
      )
      const ciphertext =
        '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad'
      const zero = new Uint8Array(32)
      assert.deepEqual(crypto.seal(zero, zero.slice(0, 12), empty, empty), hex('530f8afbc74536b9a963b4f1c4cb738b'))
      assert.deepEqual(
        crypto.seal(zero, zero.slice(0, 12), empty, zero.slice(0, 16)),
        hex('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919'),
      )
      assert.deepEqual(crypto.seal(key, nonce, empty, plaintext), hex(`${ciphertext}b094dac5d93471bdec1a502270e3cc6c`))
      assert.deepEqual(
        crypto.seal(key, nonce, hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'), plaintext.subarray(0, 60)),
        hex(`${ciphertext.slice(0, 120)}76fc6ece0f4e1768cddf8853bb2d551b`),
      )
    })

    it('Ed25519 (RFC 8032)', () => {
      for (const [seed, publicKey, message, signature] of rfc8032) {
        assert.deepEqual(crypto.signingPublicKey(hex(seed)), hex(publicKey))
        assert.deepEqual(crypto.sign(hex(seed), hex(message)), hex(signature))
        assert.ok(crypto.verify(hex(publicKey), hex(message), hex(signature)))
        assert.ok(!crypto.verify(hex(publicKey), hex(`${message}00`), hex(signature)))
        assert.ok(crypto.isSigningKey(hex(publicKey)))
      }
    })

    for (const [i, { what, message, publicKey, signature, valid }] of taming.vectors.entries())
      it(`Taming the many EdDSAs ${i}: ${what} is ${valid ? 'valid' : 'refused'}`, () => {
        assert.equal(crypto.verify(hex(publicKey), hex(message), hex(signature)), valid)
      })

    it('admits no key of small or mixed order, no second encoding of a point, and nothing off the curve', () => {
      const mixed = taming.vectors[3]!.publicKey
      const offCurve = `02${'00'.repeat(31)}`
      for (const key of [...smallOrder, ...nonCanonical, mixed, offCurve, '', '00'.repeat(31), '00'.repeat(33)])
        assert.equal(crypto.isSigningKey(hex(key)), false, key)
    })

    it('verifies nothing by a second encoding of a point, where the point itself would do', () => {
      const one = '0100000000000000000000000000000000000000000000000000000000000000'
      const signature = hex(one + '00'.repeat(32))
      assert.ok(crypto.verify(hex(one), empty, signature))
      for (const key of [nonCanonical[0]!, nonCanonical[4]!, nonCanonical[5]!])
        assert.equal(crypto.verify(hex(key), empty, signature), false, key)
    })

    it('X25519 (RFC 7748 sections 5.2 and 6.1)', () => {
      assert.deepEqual(
        crypto.agree(
          hex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4'),
          hex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c'),
        ),
        hex('c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552'),
      )
      const alice = hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')
      const bob = hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
      const shared = hex('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
      assert.deepEqual(
        crypto.agreementPublicKey(alice),
        hex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'),
      )
      assert.deepEqual(crypto.agree(alice, crypto.agreementPublicKey(bob)), shared)
      assert.deepEqual(crypto.agree(bob, crypto.agreementPublicKey(alice)), shared)
    })

    it('X25519 with a point of low order gives nothing', () => {
      const secret = new Uint8Array(32).fill(7)
      for (const point of [
        '0000000000000000000000000000000000000000000000000000000000000000',
        '0100000000000000000000000000000000000000000000000000000000000000',
        'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
        '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
        'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
        'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
        'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
        '0000000000000000000000000000000000000000000000000000000000000080',
        '',
        '09',
      ])
        assert.equal(crypto.agree(secret, hex(point)), undefined, point)
    })
  })
