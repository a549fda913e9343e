import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnvcsError, type ErrorCode } from '../../../src/contracts/errors.ts'
import type { KeyId } from '../../../src/contracts/ids.ts'
import { sshPublicKey } from '../../../src/identity/ssh-key.ts'
import { toHex } from '../../../src/lib/bytes.ts'
import { configFolder } from '../../../src/node/config-folder.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { createDeviceKey, readDeviceKey } from '../../../src/node/device-key-file.ts'
import { createMemberKey, memberKeyPath, readMemberKey } from '../../../src/node/member-key-file.ts'
import { nodeRandom as random } from '../../../src/node/random.ts'
import { vaultFile } from '../../../src/node/vault-file.ts'
import { findProgram } from '../../support/needs.ts'

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

/** Checks that a call throws the one error, with a hint. */
function throwsCode(call: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  return assert.rejects(call, (error: unknown) => {
    assert.ok(AnvcsError.is(error, code) && error.hint)
    assert.match(error.message, message)
    return true
  })
}

describe('key files', () => {
  let root: string
  let config: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'anvcs-keys-'))
    config = join(root, 'config', 'anvcs')
  })
  afterEach(() => rm(root, { recursive: true }))

  it('lie where the user says, else where the XDG specification says', () => {
    assert.equal(configFolder({ AI_VCS_CONFIG_DIR: '/a', XDG_CONFIG_HOME: '/b', HOME: '/c' }), '/a')
    assert.equal(configFolder({ XDG_CONFIG_HOME: '/b', HOME: '/c' }), '/b/anvcs')
    assert.equal(configFolder({ XDG_CONFIG_HOME: 'relative', HOME: '/c' }), '/c/.config/anvcs')
    assert.equal(configFolder({ AI_VCS_CONFIG_DIR: '', HOME: '/c' }), '/c/.config/anvcs')
    assert.throws(
      () => configFolder({}),
      (error) => AnvcsError.is(error, 'CONFIG_INVALID'),
    )
  })

  describe('of a member', () => {
    const path = () => memberKeyPath(config)

    it('are made for the owner’s eyes only, and read back', async () => {
      assert.equal(await readMemberKey(crypto, path()), undefined)
      const key = await createMemberKey(crypto, random, path(), 'ada@example.org')
      assert.deepEqual(await readMemberKey(crypto, path()), key)
      assert.equal(await modeOf(path()), 0o600)
      assert.equal(await modeOf(config), 0o700)
      assert.deepEqual(await readdir(config), ['member_key'], 'nothing temporary is left')
    })

    it('are read by ssh-keygen', async function () {
      if (!findProgram('ssh-keygen')) this.skip()
      const { seed } = await createMemberKey(crypto, random, path(), 'ada')
      const line = execFileSync('ssh-keygen', ['-y', '-f', path()], { encoding: 'utf8' })
      assert.equal(line.trim(), sshPublicKey(crypto.signingPublicKey(seed), 'ada'))
    })

    it('are never replaced, also where several processes make one at once', async () => {
      const made = await Promise.allSettled(
        Array.from({ length: 5 }, (_, i) => createMemberKey(crypto, random, path(), `${i}`)),
      )
      const kept = made.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
      assert.equal(kept.length, 1)
      assert.deepEqual(await readMemberKey(crypto, path()), kept[0])
      assert.deepEqual(await readdir(config), ['member_key'])
      await throwsCode(createMemberKey(crypto, random, path(), 'again'), 'KEY_INVALID', /already/)
    })

    it('that others may read are refused', async () => {
      await createMemberKey(crypto, random, path(), 'ada')
      for (const mode of [0o640, 0o604, 0o666]) {
        await chmod(path(), mode)
        await throwsCode(readMemberKey(crypto, path()), 'KEY_INVALID', /Others/)
      }
    })

    it('that are no keys, need a passphrase or are folders are refused', async () => {
      await mkdir(config, { recursive: true })
      await writeFile(path(), 'no key', { mode: 0o600 })
      await throwsCode(readMemberKey(crypto, path()), 'KEY_INVALID', /no Ed25519 key/)
      await mkdir(join(root, 'folder'), { mode: 0o700 })
      await throwsCode(readMemberKey(crypto, join(root, 'folder')), 'KEY_INVALID', /cannot be read/)
      if (!findProgram('ssh-keygen')) return
      const locked = join(root, 'locked')
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-a', '1', '-f', locked])
      await throwsCode(readMemberKey(crypto, locked), 'KEY_INVALID', /passphrase/)
    })
  })

  describe('of a device', () => {
    const clone = () => join(root, 'clone', '.git')

    beforeEach(() => mkdir(clone(), { recursive: true }))

    it('are made for the owner’s eyes only, and read back for the same clone', async () => {
      const key = await createDeviceKey(crypto, random, config, clone())
      assert.equal(key.device, toHex(crypto.signingPublicKey(key.signingSeed)))
      assert.deepEqual(await readDeviceKey(crypto, config, key.device, clone()), key)
      const path = join(config, 'devices', `${key.device}.json`)
      assert.equal(await modeOf(path), 0o600)
      assert.equal(await modeOf(join(config, 'devices')), 0o700)
    })

    it('are found by every name of the clone', async () => {
      const key = await createDeviceKey(crypto, random, config, clone())
      await symlink(join(root, 'clone'), join(root, 'link'))
      assert.deepEqual(await readDeviceKey(crypto, config, key.device, join(root, 'link', '.git')), key)
    })

    it('are not those of a copy, nor of a copy that took the place of the clone', async () => {
      const { device } = await createDeviceKey(crypto, random, config, clone())
      await cp(join(root, 'clone'), join(root, 'copy'), { recursive: true })
      assert.equal(await readDeviceKey(crypto, config, device, join(root, 'copy', '.git')), undefined)
      await rename(join(root, 'clone'), join(root, 'old'))
      await rename(join(root, 'copy'), join(root, 'clone'))
      assert.equal(await readDeviceKey(crypto, config, device, clone()), undefined)
    })

    it('are not those of a clone that was moved: a snapshot of the disk would look the same', async () => {
      const { device } = await createDeviceKey(crypto, random, config, clone())
      await rename(join(root, 'clone'), join(root, 'moved'))
      assert.equal(await readDeviceKey(crypto, config, device, join(root, 'moved', '.git')), undefined)
    })

    it('need a Git common directory that exists', async () => {
      const missing = join(root, 'nowhere', '.git')
      await throwsCode(createDeviceKey(crypto, random, config, missing), 'NOT_A_REPOSITORY', /Git work tree/)
    })

    it('that are not here are undefined; damaged ones and those that others may read are refused', async () => {
      assert.equal(await readDeviceKey(crypto, config, '00'.repeat(32) as KeyId, clone()), undefined)
      const { device } = await createDeviceKey(crypto, random, config, clone())
      const path = join(config, 'devices', `${device}.json`)
      const text = await readFile(path, 'utf8')
      for (const damaged of [
        '',
        '{}',
        'null',
        text.slice(0, -20),
        text.replace(/"signing_seed":"../, '"signing_seed":"00'),
      ]) {
        await writeFile(path, damaged)
        await throwsCode(readDeviceKey(crypto, config, device, clone()), 'KEY_INVALID', /damaged/)
      }
      await chmod(path, 0o644)
      await throwsCode(readDeviceKey(crypto, config, device, clone()), 'KEY_INVALID', /Others/)
    })
  })

  describe('of a room, in a vault', () => {
    it('are saved for the owner’s eyes only, replaced whole, and loaded', async () => {
      const path = join(root, 'state', 'vault')
      const vault = vaultFile(path)
      assert.equal(await vault.load(), undefined)
      await vault.save(Uint8Array.of(1, 2, 3))
      assert.deepEqual(await vault.load(), Uint8Array.of(1, 2, 3))
      await vault.save(Uint8Array.of(4))
      assert.deepEqual(await vaultFile(path).load(), Uint8Array.of(4))
      assert.equal(await modeOf(path), 0o600)
      assert.deepEqual(await readdir(join(root, 'state')), ['vault'])
    })

    it('that others may read are refused', async () => {
      const path = join(root, 'vault')
      await writeFile(path, 'x', { mode: 0o644 })
      await throwsCode(vaultFile(path).load(), 'KEY_INVALID', /Others/)
    })

    it('that cannot be saved are an error, and leave nothing behind', async () => {
      await mkdir(join(root, 'vault', 'x'), { recursive: true })
      await throwsCode(vaultFile(join(root, 'vault')).save(Uint8Array.of(1)), 'KEY_INVALID', /cannot be written/)
      assert.deepEqual(await readdir(root), ['vault'])
    })

    it('are one of the saved ones, whole, after saves at the same time', async () => {
      const vault = vaultFile(join(root, 'vault'))
      const all = Array.from({ length: 8 }, (_, i) => new Uint8Array(10_000).fill(i))
      await Promise.all(all.map((bytes) => vault.save(bytes)))
      const loaded = await vault.load()
      assert.deepEqual(loaded, all[loaded![0]!])
      assert.deepEqual(await readdir(root), ['vault'])
    })
  })
})
