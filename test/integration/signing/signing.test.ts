import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { allowOwnKey, allowSigners } from '../../../src/repository/allow-signers.ts'
import { openRepository } from '../../../src/repository/open-repository.ts'
import { Workspace } from '../../../src/repository/workspace.ts'
import { verifyDeviceCertificate } from '../../../src/identity/device-certificate.ts'
import { sshPublicKey } from '../../../src/identity/ssh-key.ts'
import { hexBytes } from '../../../src/lib/bytes.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { CliWorld, type RunResult } from '../../cli/cli-world.ts'
import { needsProgram } from '../../support/needs.ts'
import { until } from '../../support/until.ts'

interface Proofs {
  readonly signed: number
  readonly findings: number
  readonly commits: readonly { readonly commit: string; readonly proven: readonly string[] }[]
}

describe('commits are signed', function () {
  this.timeout(120_000)
  let world: CliWorld
  let agent: ChildProcess | undefined
  const agentEnv = { SSH_AUTH_SOCK: '' }

  before(needsProgram('git'))
  before(needsProgram('ssh-keygen'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    assert.equal((await world.here(['init'], { folder: 'repo' })).status, 0)
    for (const type of ['ed25519', 'rsa', 'ecdsa']) makeKey(type, type)
    makeKey('locked', 'ed25519', 'secret')
  })
  after(async () => {
    agent?.kill()
    await world.close()
  })

  function makeKey(name: string, type: string, passphrase = ''): void {
    const bits = type === 'rsa' ? ['-b', '2048'] : []
    const args = ['-q', '-t', type, ...bits, '-N', passphrase, '-C', name, '-f', world.path(name)]
    execFileSync('ssh-keygen', args, { stdio: 'ignore' })
  }

  function fingerprint(name: string): string {
    return execFileSync('ssh-keygen', ['-l', '-f', world.path(`${name}.pub`)], { encoding: 'utf8' }).split(' ')[1]!
  }

  const commit = (message: string, env: Readonly<Record<string, string>> = {}): Promise<RunResult> =>
    world.here(['commit', '--allow-empty', '-m', message], { folder: 'repo', env })

  /** What `verify` and git say of the last commit. */
  async function judge(env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    const { stdout } = await world.here(['verify', '--json', 'HEAD~1..HEAD'], { folder: 'repo', env })
    const { signed, findings, commits } = JSON.parse(stdout) as Proofs
    assert.deepEqual([signed, findings], [1, 0], stdout)
    const byGit = await world.run('git', ['verify-commit', 'HEAD'], { folder: 'repo', env })
    assert.equal(byGit.status, 0, byGit.stderr)
    return commits[0]!.proven
  }

  for (const type of ['ed25519', 'rsa', 'ecdsa'])
    it(`by an ${type} key of OpenSSH that stays where it is, as git and \`verify\` accept it`, async () => {
      const used = await world.here(['key', 'use', `../${type}`, '--json'], { folder: 'repo' })
      assert.equal(used.status, 0, used.stderr)
      assert.equal((JSON.parse(used.stdout) as { path: string }).path, world.path(type))
      assert.equal((await commit(`by ${type}`)).status, 0)
      assert.deepEqual(await judge(), ['signed by ada@example.org', 'its record is the one that was signed'])
    })

  it('but a member of a room has an Ed25519 key, and is told so', async () => {
    await world.here(['key', 'use', '../rsa'], { folder: 'repo' })
    const { status, stderr } = await world.here(['collab', 'start'], { folder: 'repo' })
    assert.equal(status, 4)
    assert.match(stderr, /^error KEY_INVALID: Members of rooms have Ed25519 keys; the key in use is of type ssh-rsa/)
  })

  it('by the key that was made here again after `key use own`', async () => {
    const { stdout } = await world.here(['key', 'use', 'own', '--json'], { folder: 'repo' })
    assert.equal((JSON.parse(stdout) as { path: string }).path, world.path('home/.anvcs/member_key'))
    assert.equal((await commit('by the own key')).status, 0)
    await judge()
  })

  it('not with a key whose passphrase nobody can be asked for: then there is no commit', async () => {
    const head = await world.git('repo', 'rev-parse', 'HEAD')
    const { status, stderr } = await world.here(['key', 'use', '../locked'], { folder: 'repo' })
    assert.equal(status, 4)
    assert.match(stderr, /^error SIGNING_FAILED: ssh-keygen does not sign .*\nhint: If it has a passphrase, add it/)
    await world.here(['key', 'use', '../ed25519'], { folder: 'repo' })
    await chmod(world.path('ed25519'), 0o644)
    assert.match((await commit('by a key that others may read')).stderr, /^error KEY_INVALID: Others may read/)
    await chmod(world.path('ed25519'), 0o600)
    await writeFile(world.path('ed25519'), await readFile(world.path('locked')))
    assert.match((await commit('by a key that was replaced')).stderr, /^error SIGNING_FAILED: /)
    assert.equal(await world.git('repo', 'rev-parse', 'HEAD'), head)
    assert.equal(await world.git('repo', 'status', '--porcelain', '--untracked-files=no'), '')
    await world.here(['key', 'use', 'own'], { folder: 'repo' })
  })

  describe('by an SSH agent', () => {
    before(needsProgram('ssh-agent'))
    before(needsProgram('ssh-add'))
    before(async () => {
      agentEnv.SSH_AUTH_SOCK = world.path('agent')
      agent = spawn('ssh-agent', ['-D', '-a', agentEnv.SSH_AUTH_SOCK], { stdio: 'ignore' })
      await writeFile(world.path('askpass'), '#!/bin/sh\necho secret\n', { mode: 0o700 })
      const env = { ...agentEnv, SSH_ASKPASS: world.path('askpass'), SSH_ASKPASS_REQUIRE: 'force' }
      await until(async () => (await world.run('ssh-add', ['-l'], { env })).status === 1)
      for (const name of ['locked', 'rsa']) {
        const { status, stderr } = await world.run('ssh-add', ['-q', world.path(name)], { env })
        assert.equal(status, 0, stderr)
      }
    })

    for (const name of ['locked', 'rsa'])
      it(`that holds it: ${name}`, async () => {
        const used = await world.here(['key', 'use', `agent:${fingerprint(name)}`], { folder: 'repo', env: agentEnv })
        assert.equal(used.status, 0, used.stderr)
        const made = await commit(`by the agent: ${name}`, agentEnv)
        assert.equal(made.status, 0, made.stderr)
        await judge()
      })

    it('that has the passphrase of a key file', async () => {
      assert.equal((await world.here(['key', 'use', '../locked'], { folder: 'repo', env: agentEnv })).status, 0)
      assert.equal((await commit('by the file and the agent', agentEnv)).status, 0)
      await judge()
    })

    it('which certifies a device of a room, too', async () => {
      await world.here(['key', 'use', `agent:${fingerprint('locked')}`], { folder: 'repo', env: agentEnv })
      await using workspace = await Workspace.open({ path: world.path('repo'), environment: world.env(agentEnv) })
      assert.ok(verifyDeviceCertificate(nodeCrypto, (await workspace.identity()).certificate))
    })

    it('and not without it: there is no commit', async () => {
      const head = await world.git('repo', 'rev-parse', 'HEAD')
      const unknown = await world.here(['key', 'use', 'agent:SHA256:none'], { folder: 'repo', env: agentEnv })
      assert.match(unknown.stderr, /^error KEY_INVALID: The SSH agent holds no key SHA256:none/)
      await world.run('ssh-add', ['-q', '-D'], { env: agentEnv })
      const refused = await commit('refused', agentEnv)
      assert.equal(refused.status, 4)
      assert.match(refused.stderr, /^error SIGNING_FAILED: The SSH agent: it does not sign with this key/)
      assert.match((await commit('no agent')).stderr, /^error SIGNING_FAILED: The SSH agent: SSH_AUTH_SOCK is not set/)
      assert.equal(await world.git('repo', 'rev-parse', 'HEAD'), head)
    })
  })

  describe('with OpenPGP', () => {
    const env = { AI_VCS_SIGNING_FORMAT: 'openpgp', GNUPGHOME: '' }

    before(needsProgram('gpg'))
    before(async () => {
      env.GNUPGHOME = world.path('gnupg')
      await mkdir(env.GNUPGHOME, { mode: 0o700 })
      const generate = ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', 'Ada <ada@example.org>']
      const { status, stderr } = await world.run('gpg', [...generate, 'ed25519', 'sign'], { env })
      assert.equal(status, 0, stderr)
    })
    after(() => world.run('gpgconf', ['--kill', 'all'], { env }))

    it('by the key that git would use, as git and `verify` accept it', async () => {
      const made = await commit('by gpg', env)
      assert.equal(made.status, 0, made.stderr)
      assert.match(await world.git('repo', 'cat-file', 'commit', 'HEAD'), /^gpgsig -----BEGIN PGP SIGNATURE-----$/m)
      const proven = await judge(env)
      assert.match(proven[0]!, /^signed by Ada <ada@example\.org> with the key [0-9A-F]{40}, as git says$/)
      assert.equal(proven[1], 'its record is the one that was signed')
    })

    it('not without a key: then there is no commit', async () => {
      const head = await world.git('repo', 'rev-parse', 'HEAD')
      await mkdir(world.path('empty'), { mode: 0o700 })
      const { status, stderr } = await commit('by nobody', { ...env, GNUPGHOME: world.path('empty') })
      assert.equal(status, 4)
      assert.match(stderr, /^error SIGNING_FAILED: OpenPGP does not sign: .*\nhint: Look for a secret key of Ada/)
      assert.equal(await world.git('repo', 'rev-parse', 'HEAD'), head)
    })

    it('never because a repository says so', async () => {
      const settings = world.path('repo/ai-vcs.config.yaml')
      const before = await readFile(settings)
      await writeFile(settings, 'signing:\n  format: openpgp\n')
      const { status, stderr } = await commit('by what a clone says')
      await writeFile(settings, before)
      assert.equal(status, 2)
      assert.match(stderr, /^error CONFIG_INVALID: ai-vcs\.config\.yaml:2: signing\.format may only be set in your own/)
    })
  })

  it('in a room by the key that its member came with, and by no other', async () => {
    await world.repository('room')
    await world.here(['init'], { folder: 'room' })
    await using repository = await openRepository(world.path('room'), { environment: world.env() })
    await repository.startRoom()
    await repository.close()
    makeKey('another', 'ed25519')
    for (const name of ['another', 'ecdsa']) {
      await world.here(['key', 'use', `../${name}`], { folder: 'room' })
      for (const line of [
        ['collab', 'start'],
        ['commit', '--allow-empty', '-m', 'x'],
      ]) {
        const { status, stderr } = await world.here(line, { folder: 'room' })
        assert.deepEqual([status, /^error KEY_INVALID: .*key/.test(stderr)], [4, true], stderr)
      }
      assert.equal((await world.here(['verify'], { folder: 'room' })).status, 0)
      assert.equal((await world.here(['status'], { folder: 'room' })).status, 0)
    }
    await world.here(['key', 'use', 'own'], { folder: 'room' })
    const env = { AI_VCS_SIGNING_FORMAT: 'openpgp' }
    const made = await world.here(['commit', '--allow-empty', '-m', 'x'], { folder: 'room', env })
    assert.equal(made.status, 0, made.stderr)
    assert.match(await world.git('room', 'cat-file', 'commit', 'HEAD'), /^gpgsig -----BEGIN SSH SIGNATURE-----$/m)
  })

  it('for addresses that belong to whom was admitted with them first, in a list of ours', async () => {
    const users = world.path('users_list')
    await writeFile(users, 'me@example.org ssh-ed25519 AAAA\n')
    await world.repository('list')
    await world.git('list', 'config', 'gpg.ssh.allowedSignersFile', users)
    await using workspace = await Workspace.open({ path: world.path('list'), environment: world.env() })
    const [first, second, own] = ['a', 'b', 'c'].map((digit) => sshPublicKey(hexBytes(digit.repeat(64))))
    const email = 'bob@example.org'
    const report = await allowSigners(workspace.git, [
      { email, publicKey: first! },
      { email, publicKey: second! },
    ])
    assert.deepEqual(report, { isUsed: false, taken: [email] })
    await allowOwnKey(workspace.git, { email, publicKey: own! })
    assert.deepEqual(
      (await readFile(world.path('list/.git/ai-vcs/allowed_signers'), 'utf8')).split('\n'),
      [first, own].map((key) => `${email} namespaces="git" ${key}`).concat(''),
    )
    assert.equal(await readFile(users, 'utf8'), 'me@example.org ssh-ed25519 AAAA\n')
  })
})
