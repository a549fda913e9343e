import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { formatSshPublicKey, parseAnySshPublicKey } from '../../../src/identity/ssh-key.ts'
import { fromBase64, toBase64, utf8 } from '../../../src/lib/bytes.ts'
import { checkSshSignature } from '../../../src/node/ssh-signature.ts'
import { needsProgram } from '../../support/needs.ts'

const message = utf8('what is signed')
const kinds = [
  ['ed25519', '256'],
  ['rsa', '2048'],
  ['ecdsa', '256'],
  ['ecdsa', '384'],
  ['ecdsa', '521'],
] as const

describe('SSH signatures by keys of any type', () => {
  let folder: string
  before(needsProgram('ssh-keygen'))
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'anvcs-ssh-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  function armor(blob: Uint8Array): string {
    const lines = toBase64(blob).match(/.{1,70}/g)!
    return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n')
  }

  for (const [type, bits] of kinds)
    it(`of ssh-keygen are checked as it means them: ${type} ${bits}`, () => {
      const file = join(folder, `${type}${bits}`)
      execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-C', 'a b', '-f', file])
      const armored = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', file], {
        input: message,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      const key = parseAnySshPublicKey(readFileSync(`${file}.pub`, 'utf8'))!
      assert.equal(key.comment, 'a b')
      const verdict = checkSshSignature(armored, 'git', message)
      assert.ok(verdict?.isValid)
      assert.equal(formatSshPublicKey(verdict.key), formatSshPublicKey(key))
      assert.equal(checkSshSignature(armored, 'anvcs', message)?.isValid, false)
      assert.equal(checkSshSignature(armored, 'git', utf8('what was signed'))?.isValid, false)
      const blob = fromBase64(armored.split('\n').slice(1, -2).join(''))!
      fc.assert(
        fc.property(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
          const changed = blob.slice()
          changed[at]! ^= bits
          const found = checkSshSignature(armor(changed), 'git', message)
          // The key itself may be another one then, which nobody knows.
          assert.ok(!found?.isValid || formatSshPublicKey(found.key) !== formatSshPublicKey(key))
        }),
        { numRuns: 300 },
      )
    })

  it('that are none of these, or none at all, are not checked', () => {
    for (const text of [
      '',
      'x',
      armor(utf8('SSHSIG')),
      '-----BEGIN PGP SIGNATURE-----\n\n=x\n-----END PGP SIGNATURE-----\n',
    ])
      assert.equal(checkSshSignature(text, 'git', message), undefined)
  })
})
