import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { signAsMember } from '../../../src/identity/member-signer.ts'
import { formatSshPrivateKey, parseSshPrivateKey } from '../../../src/identity/openssh-private-key.ts'
import { parseSshPublicKey, sshFingerprint, sshPublicKey } from '../../../src/identity/ssh-key.ts'
import { armorSshSignature, parseSshSignature, verifySshSignature } from '../../../src/identity/sshsig.ts'
import { fromBase64, toBase64, utf8 } from '../../../src/lib/bytes.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { needsProgram } from '../../support/needs.ts'
import { cryptoBackends } from '../support/backends.ts'

const seed = new Uint8Array(32).fill(42)
const message = utf8('what is signed')
const publicKey = crypto.signingPublicKey(seed)
const armored = signAsMember(crypto, seed, 'git', message)

/** The bytes of an armored signature, changed. */
function changed(change: (blob: Uint8Array) => Uint8Array): string {
  const blob = fromBase64(armored.split('\n').slice(1, -2).join(''))!
  const lines = toBase64(change(blob.slice())).match(/.{1,70}/g)!
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n')
}

describe('SSH signatures', () => {
  it('verify for their key, namespace and message, and for no other', () => {
    const signed = { publicKey, namespace: 'git', message, armored } as const
    assert.ok(verifySshSignature(crypto, signed))
    assert.ok(!verifySshSignature(crypto, { ...signed, namespace: 'anvcs' }))
    assert.ok(!verifySshSignature(crypto, { ...signed, message: utf8('what was signed') }))
    const other = crypto.signingPublicKey(new Uint8Array(32))
    assert.ok(!verifySshSignature(crypto, { ...signed, publicKey: other }))
    const claimed = armorSshSignature(other, 'git', parseSshSignature(armored)!.signature)
    assert.ok(!verifySshSignature(crypto, { ...signed, publicKey: other, armored: claimed }))
  })

  it('are the same bytes from each backend', () => {
    for (const [, backend] of cryptoBackends) assert.equal(signAsMember(backend, seed, 'git', message), armored)
  })

  it('have one form: what is parsed is armored to the same text again', () => {
    const { signature, ...rest } = parseSshSignature(armored)!
    assert.deepEqual(rest, { publicKey, namespace: 'git', hash: 'sha512' })
    assert.equal(armorSshSignature(publicKey, 'git', signature), armored)
  })

  it('are nothing where a field is damaged, cut or followed by more', () => {
    assert.equal(parseSshSignature(''), undefined)
    assert.equal(parseSshSignature(armored.replaceAll('\n', '\r\n')), undefined)
    assert.equal(parseSshSignature(`x${armored}`), undefined)
    assert.equal(parseSshSignature(`${armored}x`), undefined)
    assert.equal(parseSshSignature(changed((blob) => blob.subarray(0, -1))), undefined)
    assert.equal(parseSshSignature(changed((blob) => new Uint8Array([...blob, 0]))), undefined)
    assert.equal(parseSshSignature(changed((blob) => blob.fill(2, 9, 10))), undefined, 'version')
    assert.equal(parseSshSignature(changed((blob) => blob.fill(255, 10, 14))), undefined, 'length')
  })

  it('do not verify with any byte changed, and nothing throws', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const text = changed((blob) => {
          blob[at % blob.length]! ^= change
          return blob
        })
        assert.ok(!verifySshSignature(crypto, { publicKey, namespace: 'git', message, armored: text }))
      }),
      { numRuns: 300 },
    )
  })

  it('and any other text are refused without an exception', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2000 }), (text) => assert.equal(parseSshSignature(text), undefined)))
  })
})

describe('SSH keys', () => {
  it('have a public line that is read back, whatever its comment', () => {
    assert.deepEqual(parseSshPublicKey(sshPublicKey(publicKey, 'ada@example.org laptop')), publicKey)
    assert.deepEqual(parseSshPublicKey(sshPublicKey(publicKey)), publicKey)
    for (const line of ['', 'ssh-ed25519', 'ssh-rsa AAAA', 'ssh-ed25519 AAAA', `ssh-ed25519 ${'A'.repeat(400)}`])
      assert.equal(parseSshPublicKey(line), undefined, line)
  })

  it('have a private file that is read back, and is nothing when it is damaged', () => {
    const text = formatSshPrivateKey(crypto, { seed, comment: 'ada' }, 123)
    assert.deepEqual(parseSshPrivateKey(crypto, text), { seed, comment: 'ada' })
    const damaged = text.split('\n')
    damaged[3] = damaged[4]!
    assert.equal(parseSshPrivateKey(crypto, damaged.join('\n')), undefined)
    assert.equal(parseSshPrivateKey(crypto, text.slice(10)), undefined)
    const file = fromBase64(text.split('\n').slice(1, -2).join(''))!
    file[file.indexOf(42)]! ^= 1
    const lines = toBase64(file).match(/.{1,70}/g)!
    const other = [text.split('\n')[0], ...lines, text.split('\n').at(-2), ''].join('\n')
    assert.equal(parseSshPrivateKey(crypto, other), undefined, 'a seed that is not that of the public key')
  })
})

describe('OpenSSH and we agree', () => {
  let folder: string
  const at = (name: string) => join(folder, name)

  before(needsProgram('ssh-keygen'))
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'anvcs-ssh-'))
    writeFileSync(at('key'), formatSshPrivateKey(crypto, { seed, comment: 'ada' }, 0x01020304), { mode: 0o600 })
    writeFileSync(at('allowed'), `ada@example.org ${sshPublicKey(publicKey)}\n`)
    writeFileSync(at('message'), message)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('on the private key file, the public line and the fingerprint', () => {
    const line = execFileSync('ssh-keygen', ['-y', '-f', at('key')], { encoding: 'utf8' })
    assert.equal(line.trim(), sshPublicKey(publicKey, 'ada'))
    writeFileSync(at('key.pub'), line)
    const shown = execFileSync('ssh-keygen', ['-l', '-f', at('key.pub')], { encoding: 'utf8' })
    assert.equal(shown.split(' ')[1], sshFingerprint(crypto, publicKey))
  })

  it('on a key that ssh-keygen makes, and on one with a passphrase', () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'a comment', '-f', at('theirs')])
    const key = parseSshPrivateKey(crypto, readFileSync(at('theirs'), 'utf8'))
    assert.ok(typeof key === 'object')
    assert.equal(key.comment, 'a comment')
    assert.deepEqual(crypto.signingPublicKey(key.seed), parseSshPublicKey(readFileSync(at('theirs.pub'), 'utf8')))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-a', '1', '-f', at('locked')])
    assert.equal(parseSshPrivateKey(crypto, readFileSync(at('locked'), 'utf8')), 'encrypted')
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', at('ecdsa')])
    assert.equal(parseSshPrivateKey(crypto, readFileSync(at('ecdsa'), 'utf8')), undefined)
  })

  for (const namespace of ['git', 'anvcs'] as const)
    it(`on signatures in the namespace ${namespace}, both ways, to the byte`, () => {
      const ours = signAsMember(crypto, seed, namespace, message)
      writeFileSync(at('ours.sig'), ours)
      const verify = [
        '-Y',
        'verify',
        '-f',
        at('allowed'),
        '-I',
        'ada@example.org',
        '-n',
        namespace,
        '-s',
        at('ours.sig'),
      ]
      const good = spawnSync('ssh-keygen', verify, { input: message, encoding: 'utf8' })
      assert.equal(good.status, 0, good.stdout + good.stderr)
      assert.notEqual(spawnSync('ssh-keygen', verify, { input: 'another message' }).status, 0)
      const theirs = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', at('key'), '-n', namespace], {
        input: message,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      assert.equal(theirs, ours)
    })

  it('on a signature over sha256', () => {
    const theirs = execFileSync(
      'ssh-keygen',
      ['-q', '-Y', 'sign', '-O', 'hashalg=sha256', '-f', at('key'), '-n', 'git'],
      { input: message, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
    )
    assert.equal(parseSshSignature(theirs)?.hash, 'sha256')
    assert.ok(verifySshSignature(crypto, { publicKey, namespace: 'git', message, armored: theirs }))
  })

  describe('and so does git', () => {
    before(needsProgram('git'))

    it('on a commit that we signed, and not on the same commit with another message', () => {
      const git = (args: readonly string[], input?: string) =>
        spawnSync('git', args, {
          cwd: folder,
          input,
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
        })
      git(['init', '-q'])
      git(['config', 'gpg.ssh.allowedSignersFile', at('allowed')])
      const tree = git(['hash-object', '-w', '-t', 'tree', '--stdin'], '').stdout.trim()
      const person = 'Ada <ada@example.org> 1700000000 +0000'
      const head = `tree ${tree}\nauthor ${person}\ncommitter ${person}\n`
      const body = '\nfeat: signed, with ümlauts\n\nAI-Agent: test\n'
      const signature = signAsMember(crypto, seed, 'git', utf8(head + body))
        .trimEnd()
        .replaceAll('\n', '\n ')
      const verified = (text: string) => {
        const id = git(
          ['hash-object', '-w', '-t', 'commit', '--stdin'],
          `${head}gpgsig ${signature}\n${text}`,
        ).stdout.trim()
        return git(['verify-commit', id])
      }
      const good = verified(body)
      assert.equal(good.status, 0, good.stderr)
      assert.match(good.stderr, /Good "git" signature for ada@example\.org/)
      assert.ok(good.stderr.includes(sshFingerprint(crypto, publicKey)))
      assert.notEqual(verified(body.replace('signed', 'forged')).status, 0)
    })
  })
})
