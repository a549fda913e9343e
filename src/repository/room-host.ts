import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId, RoomId } from '../contracts/ids.ts'
import type { Signaling } from '../contracts/signaling.ts'
import type { Transport } from '../contracts/transport.ts'
import type { WorkTree } from '../contracts/work-tree.ts'
import { didKey } from '../identity/did-key.ts'
import type { Ticket } from '../identity/ticket.ts'
import { Emitter } from '../lib/emitter.ts'
import { inTurn } from '../lib/in-turn.ts'
import { roomDrivers } from '../merge/room-drivers.ts'
import { threadedDriver } from '../merge/threaded-driver.ts'
import { grammarFiles } from '../node/grammar-files.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { nodeDeflate } from '../node/deflate.ts'
import { FeedFiles } from '../node/feed-files/feed-files.ts'
import { vaultFile } from '../node/vault-file.ts'
import type { Vault } from '../contracts/vault.ts'
import { openWorkTree } from '../node/work-tree.ts'
import type { CommitPerson } from '../objects/commit.ts'
import { ConvertedWorkTree } from '../git/converted-work-tree.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { Room } from '../room/room.ts'
import type { RoomIdentity } from '../room/room-identity.ts'
import type { RoomOptions } from '../room/room-options.ts'
import { loadSecrets } from '../room/secrets.ts'
import { messageOf } from '../lib/error-message.ts'
import { allowMembers } from './allow-signers.ts'
import { BranchFollower } from './branch-follower.ts'
import { moveFolder, type RoomFolder } from './data-folder.ts'
import { JoinRecord } from './join-record.ts'
import { corruptFiles } from './journal-damage.ts'
import { ignoredFolders, sharedByName } from './shared-paths.ts'
import { Mirror } from './mirror.ts'
import { MirrorLog } from './mirror-log.ts'
import { noteLines } from './notes-ref.ts'
import { RoomThreads } from './room-threads.ts'
import { StagedStates } from './staged-states.ts'
import { ToldProblems } from './told-problems.ts'
import { TreeGuard } from './tree-guard.ts'
import { firstCommitHint } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/** Facts about a host that its room does not tell itself. */
export interface HostEvents {
  /** The branch was moved to a commit of the room. */
  followed: { readonly from: ObjectId | undefined; readonly to: ObjectId }
  /** The work tree stands still for this reason, or (undefined) goes on. */
  paused: { readonly reason: string | undefined }
  problem: { readonly message: string }
}

export interface HostOptions {
  readonly workspace: Workspace
  /** The branch, by its full name. */
  readonly branch: string
  /** False: the room's commits only move `refs/remotes/room/<branch>`. */
  readonly follow?: boolean
  readonly autoMerge?: 'apply' | 'offer'
  /** A newcomer's uncommitted changes are shared, too. */
  readonly shareChanges?: boolean
  /** A clone that lacks the base commit takes it and all that came before it from a member. */
  readonly takesHistory?: boolean
}

/** A room as one clone hosts it: journal on disk, files mirrored, branch followed. One process hosts a room at a time. */
export class RoomHost implements AsyncDisposable {
  readonly room: Room
  readonly workspace: Workspace
  readonly branch: string
  readonly staged: StagedStates
  readonly events = new Emitter<HostEvents>()
  /** What others have brought since the room was opened here. */
  readonly brought = { commits: 0, merges: 0 }
  readonly #store: FeedFiles
  readonly #threads: RoomThreads
  readonly #folder: RoomFolder
  readonly #options: HostOptions
  readonly #identity: RoomIdentity
  #joining: JoinRecord | undefined
  #tree: WorkTree | undefined
  #mirror: Mirror | undefined
  #guard: TreeGuard | undefined
  #follower: BranchFollower | undefined
  readonly #told = new ToldProblems()
  #closed = false

  private constructor(
    options: HostOptions,
    room: Room,
    { store, threads, options: { identity } }: RoomParts,
    folder: RoomFolder,
  ) {
    this.#options = options
    this.workspace = options.workspace
    this.branch = options.branch
    this.room = room
    this.#store = store
    this.#threads = threads
    this.#identity = identity
    this.#folder = folder
    this.staged = new StagedStates(folder.staged)
    room.events.on('problem', ({ message }) => this.#problem(message))
    room.events.on('commit', ({ kind, isOwn, isFirst }) => {
      if (!isFirst) return
      if (kind === 'fold') this.brought.merges++
      else if (!isOwn) this.brought.commits++
    })
  }

  /** Founds a room on a branch, at the commit that it names now. */
  static async create(options: HostOptions): Promise<RoomHost> {
    const { workspace, branch } = options
    const { git, data } = workspace
    const base = git.refs.read(branch)
    if (!base)
      throw new AnvcsError('COMMIT_UNKNOWN', {
        message: 'A room begins at a commit, and this branch has none yet.',
        hint: firstCommitHint,
      })
    // The id is known only when genesis is sealed: the feeds are written below a name of their own until then.
    const pending = data.room(`new-${process.pid}` as never)
    const draft = await openParts(options, pending)
    let id: RoomId
    try {
      await using room = await Room.create(draft.options, { base, branch: branch.replace('refs/heads/', '') })
      id = room.id
    } finally {
      await draft.store.close()
    }
    await moveFolder(pending.path, data.room(id).path)
    await data.setRoom(branch, id)
    return RoomHost.open(options)
  }

  /**
   * Opens the room of a branch. Throws ROOM_MISSING where it has none, FEED_CORRUPT where its journal is damaged, DEVICE_NUMBER_TAKEN
   * where all numbers of this member's devices are taken.
   */
  static async open(options: HostOptions): Promise<RoomHost> {
    try {
      return await RoomHost.#open(options)
    } catch (error) {
      const free = AnvcsError.is(error, 'DEVICE_NUMBER_TAKEN') ? error.details['free'] : undefined
      if (typeof free !== 'number') throw error
      await options.workspace.renumberDevice(free)
      return RoomHost.#open(options)
    }
  }

  static async #open(options: HostOptions): Promise<RoomHost> {
    const { workspace, branch } = options
    const id = await workspace.data.roomOf(branch)
    if (!id) throw new AnvcsError('ROOM_MISSING')
    const folder = workspace.data.room(id)
    const parts = await openParts(options, folder)
    try {
      return new RoomHost(options, await Room.open(parts.options), parts, folder)
    } catch (error) {
      await parts.threads.close()
      await parts.store.close()
      throw error
    }
  }

  /** Are the keys of a room here, and whole? Without them only a ticket helps. */
  static async hasKeys({ data }: Workspace, room: RoomId): Promise<boolean> {
    try {
      return (await loadSecrets(nodeCrypto, vaultFile(data.room(room).keys))) !== undefined
    } catch (error) {
      if (AnvcsError.is(error, 'ROOM_CORRUPT')) return false
      throw error
    }
  }

  /** Begins to join by a ticket; `ready()` tells when this device is a member. What does not come to that leaves no trace. */
  static async join(options: HostOptions, ticket: Ticket): Promise<RoomHost> {
    const { data } = options.workspace
    const folder = data.room(ticket.room)
    const record = await JoinRecord.begin(data, options.branch, ticket.room)
    let parts: RoomParts | undefined
    try {
      parts = await openParts(options, folder, (vault) => record.vault(vault))
      const host = new RoomHost(options, await Room.join(parts.options, ticket), parts, folder)
      host.#joining = record
      return host
    } catch (error) {
      await parts?.threads.close()
      await parts?.store.close()
      await record.end()
      throw error
    }
  }

  /** Throws KEY_INVALID where this clone is in the room as a member whose key is not in use any more: it would wait for ever. */
  refuseOtherMember(): void {
    const { device, member } = this.#identity.certificate
    const admissions = [...this.room.membership.admissions]
    const own = admissions.filter(({ certificate }) => certificate.device === device)
    if ((own.length ? own : admissions).some((admission) => admission.member === member)) return
    const [other] = own
    // Device 0 may wait for its admission; further ones are of members who are here.
    if (!other && (!admissions.length || this.#joining || this.#identity.certificate.number === 0)) return
    throw new AnvcsError('KEY_INVALID', {
      message: other
        ? `This clone is in the room as ${didKey(other.member)}, and another key is in use now.`
        : `The key that is in use now, ${didKey(member)}, is that of no member of the room.`,
      hint: 'Go back to the key that joined with `ai-vcs key use`; or leave the room with `ai-vcs collab leave`, and join it again by a ticket.',
    })
  }

  /** Resolves when this device is a member. Throws KEY_INVALID, ROOM_MISMATCH, or TICKET_SPENT where members do not let it in. */
  async ready({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.refuseOtherMember()
    try {
      await this.room.ready(signal && { signal })
      this.#joining = undefined
    } catch (error) {
      if (error !== signal?.reason) this.#joining?.refuse()
      throw error
    }
  }

  /** Meets the others of the room. */
  meet(transport: Transport, signaling: Signaling): void {
    this.room.meet(transport, signaling)
  }

  get mirror(): Mirror | undefined {
    return this.#mirror
  }

  get follower(): BranchFollower {
    if (!this.#follower) throw new AnvcsError('ROOM_CLOSED', { message: 'The room has not been received yet.' })
    return this.#follower
  }

  /** Do files and branch follow the room? */
  get follows(): boolean {
    return this.#follower !== undefined
  }

  /** How commits are written by this user, now. */
  person(): CommitPerson {
    return this.workspace.personNow()
  }

  /** Brings work tree, branch and room together, and follows them from now on. */
  async begin(): Promise<void> {
    const { git } = this.workspace
    const { room, branch } = this
    await this.#allowMembers()
    room.events.on('member', () => void this.#allowMembers())
    this.#follower = new BranchFollower({
      git,
      room,
      branch,
      follow: this.#options.follow ?? true,
      author: () => this.person(),
      staged: () => this.staged.states(git.index),
      isTreeReady: async () => {
        await this.#mirror?.settled()
        return this.#mirror?.isReady ?? true
      },
      onMoved: (from, to) => {
        this.#guard?.indexWritten()
        this.events.emit('followed', { from, to })
      },
      onProblem: (message) => this.#problem(message),
    })
    const log = MirrorLog.open(this.#folder.mirror)
    const onHead = (commit: ObjectId) => this.follower.takeHead(commit)
    this.#guard = new TreeGuard({ git, room, branch, head: log.head, onHead })
    const disk = await openWorkTree({ root: git.workTree, isIgnored: await ignoredFolders(git) })
    this.#tree = new ConvertedWorkTree(git, disk)
    const tip = git.refs.read(branch) ?? room.genesis.base
    const hasLost = (await corruptFiles(this.#folder)).length > 0
    if (hasLost) await this.#adoptLost(tip)
    this.#mirror = await Mirror.start(
      {
        room,
        git,
        tree: this.#tree,
        guard: this.#guard,
        log,
        hasLost,
        isShared: await sharedByName(git.workTree),
        onProblem: (message) => this.#problem(message),
        onPaused: (reason) => this.events.emit('paused', { reason }),
      },
      readStoredCommit(git.objects, tip).tree,
    )
    await this.follower.step()
  }

  /** What was committed and then lost with a damaged journal is not typed once more by whoever looks at the files. */
  async #adoptLost(tip: ObjectId): Promise<void> {
    await this.room.commits.tell(tip)
    await this.room.commits.adopt()
  }

  async #allowMembers(): Promise<void> {
    try {
      await allowMembers(this.workspace.git, this.room.membership.admissions)
    } catch (error) {
      this.#problem(`the list of signers: ${messageOf(error)}`)
    }
  }

  #problem(message: string): void {
    if (this.#told.isNews(message)) this.events.emit('problem', { message })
  }

  /** The index was written or HEAD was moved by us. */
  indexWritten(): void {
    this.#guard?.indexWritten()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await inTurn(
      () => this.#mirror?.close(),
      () => this.#tree?.close(),
      () => this.#follower?.close(),
      () => Promise.all([this.room.close(), this.#threads.close()]),
      () => this.#store.close(),
      () => this.#joining?.end(),
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

interface RoomParts {
  readonly options: RoomOptions
  readonly store: FeedFiles
  readonly threads: RoomThreads
}

async function openParts(
  options: HostOptions,
  folder: RoomFolder,
  wrapVault: (vault: Vault) => Vault = (vault) => vault,
): Promise<RoomParts> {
  const { workspace, autoMerge } = options
  const { git } = workspace
  const identity = await workspace.identity()
  const store = await FeedFiles.open({ directory: folder.feeds, markers: folder.markers })
  const threads = new RoomThreads()
  const [driver, ...older] = roomDrivers({ grammars: grammarFiles, crypto: nodeCrypto })
  return {
    store,
    threads,
    options: {
      crypto: nodeCrypto,
      deflate: nodeDeflate,
      clock: workspace.clock,
      random: workspace.random,
      store,
      vault: wrapVault(vaultFile(folder.keys)),
      objects: options.takesHistory ? git.objects.takingHistory() : git.objects,
      drivers: [threadedDriver(driver, nodeCrypto, () => threads.open()), ...older],
      identity,
      notes: (commit) => noteLines(git, commit),
      ...(autoMerge && { autoMerge }),
    },
  }
}
