import type { Clock } from '../contracts/clock.ts'
import type { KeyId } from '../contracts/ids.ts'
import type { Random } from '../contracts/random.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { MemberSigner } from '../contracts/signer.ts'
import { openRepository } from '../git/open-repository.ts'
import type { GitRepository } from '../git/repository.ts'
import { maxDevices } from '../identity/device-certificate.ts'
import { share, shareFolders } from '../git/sharing.ts'
import { zoneOf } from '../git/zone-of.ts'
import { configFolder, type Environment } from '../node/config-folder.ts'
import { nodeClock } from '../node/clock.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { createDeviceKey, readDeviceKey, type DeviceKey } from '../node/device-key-file.ts'
import { nodeRandom } from '../node/random.ts'
import type { CommitPerson } from '../objects/commit.ts'
import type { Person } from '../room/control-body.ts'
import { RoomIdentity } from '../room/room-identity.ts'
import { DataFolder } from './data-folder.ts'
import { asMember, readSigningKey, type SigningKey } from './signing-key.ts'

export interface OpenWorkspaceOptions {
  /** A folder in the work tree. */
  readonly path: string
  readonly environment: Environment
  /** Time and randomness, the system's unless told: with the same ones the same operations give the same commits. */
  readonly clock?: Clock
  readonly random?: Random
  /** What commits are made with, by name (`node: '22.1.0'`); found out unless told. */
  readonly madeWith?: Readonly<Record<string, string>>
  /** May somebody at the terminal be asked for passphrases and passwords? */
  readonly isAttended?: boolean
  /** Is a repository of use that has no files, for whoever asks for commits alone? */
  readonly mayBeBare?: boolean
  readonly signal?: AbortSignal
}

/** A repository, and who works in it here. */
export class Workspace implements AsyncDisposable {
  readonly git: GitRepository
  readonly data: DataFolder
  readonly environment: Environment
  /** The user's configuration folder: keys lie there. */
  readonly configFolder: string
  readonly clock: Clock
  readonly random: Random
  readonly madeWith: Readonly<Record<string, string>> | undefined
  readonly #options: OpenWorkspaceOptions

  private constructor(git: GitRepository, options: OpenWorkspaceOptions) {
    const { environment, clock, random, madeWith } = options
    this.git = git
    this.environment = environment
    this.configFolder = configFolder(environment)
    this.clock = clock ?? nodeClock
    this.random = random ?? nodeRandom
    this.madeWith = madeWith
    this.#options = options
    this.data = new DataFolder(git.dataDir, (path) => share(git.config, path))
  }

  /** Throws NOT_A_REPOSITORY or REPOSITORY_UNSUPPORTED. */
  static async open(options: OpenWorkspaceOptions): Promise<Workspace> {
    const { path, environment, signal, mayBeBare = false } = options
    const env = { ...environment }
    const git = await openRepository({ path, crypto: nodeCrypto, env, mayBeBare, ...(signal && { signal }) })
    return new Workspace(git, options)
  }

  /** The same with the repository in another form. */
  of(git: GitRepository): Workspace {
    return new Workspace(git, this.#options)
  }

  /** May somebody at the terminal be asked? Looked up late: a program has to open the terminal for that. */
  get isAttended(): boolean {
    return this.#options.isAttended ?? false
  }

  /** How the user appears in commits, as Git knows it. Throws CONFIG_INVALID where it does not. */
  get person(): Person {
    const { GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL } = this.environment
    const name = GIT_AUTHOR_NAME ?? this.git.config.get('user.name')
    const email = GIT_AUTHOR_EMAIL ?? this.git.config.get('user.email')
    if (name && email) return { name, email }
    throw new AnvcsError('CONFIG_INVALID', {
      message: 'Git does not know your name and e-mail address.',
      hint: 'Set them: `git config user.name NAME` and `git config user.email ADDRESS`.',
    })
  }

  /** The user as author or committer of something that is made now. */
  personNow(): CommitPerson {
    return { ...this.person, ...this.timeNow() }
  }

  /** Now, in the zone of this machine. */
  timeNow(): Pick<CommitPerson, 'timeSeconds' | 'zone'> {
    const nowMs = this.clock.now()
    return { timeSeconds: Math.floor(nowMs / 1000), zone: zoneOf(new Date(nowMs)) }
  }

  /** The key that signs commits. Throws IDENTITY_MISSING where there is none, KEY_INVALID. */
  signingKey(): Promise<SigningKey> {
    return readSigningKey(this)
  }

  /** The same as a member of rooms. Throws KEY_INVALID where it is no Ed25519 key. */
  async signer(): Promise<MemberSigner> {
    return asMember(await this.signingKey())
  }

  /** Who this clone is in a room. A copied clone gets a device key of its own. */
  async identity(): Promise<RoomIdentity> {
    const signer = await this.signer()
    shareFolders(this.git)
    const { device, number } = await this.#device()
    return RoomIdentity.certified(nodeCrypto, signer, { ...device, number }, this.person)
  }

  async #device(): Promise<{ readonly device: DeviceKey; readonly number: number }> {
    const { commonDir } = this.git
    const stored = await this.data.device()
    const known = stored && (await readDeviceKey(nodeCrypto, this.configFolder, stored.device as KeyId, commonDir))
    if (known) return { device: known, number: stored.number }
    const device = await createDeviceKey(nodeCrypto, this.random, this.configFolder, commonDir)
    const number = stored ? this.#otherNumber(stored.number) : 0
    await this.data.setDevice({ device: device.device, number })
    return { device, number }
  }

  /** Copies of one clone do not know of each other, and should not take the same number. Device 0 is the one that a ticket lets in. */
  #otherNumber(number: number): number {
    const others = maxDevices - 1
    return 1 + ((number + (this.random.bytes(1)[0]! % (others - 1))) % others)
  }

  /** This clone goes on under another number of a device. */
  async renumberDevice(number: number): Promise<void> {
    const { device } = await this.#device()
    await this.data.setDevice({ device: device.device, number })
  }

  async close(): Promise<void> {
    await this.git.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
