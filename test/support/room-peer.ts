import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Random } from '../../src/contracts/random.ts'
import { createMemberKey, memberKeyPath } from '../../src/node/member-key-file.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'
import { nodeRandom } from '../../src/node/random.ts'
import type { CollaborationEvent } from '../../src/repository/collaboration.ts'
import type { CommitRequest, CommitResult } from '../../src/repository/commit.ts'
import type { RejoinReport } from '../../src/repository/rejoin.ts'
import type { RoomStatus } from '../../src/repository/room-status.ts'
import { startSignalingServer, type SignalingServer } from '../../signaling/server/index.ts'
import { writeFiles, type FolderContent } from './folder-content.ts'
import { projectRoot } from './project.ts'
import { until } from './until.ts'

/** How a room's process begins. */
export interface RoomChildStart {
  readonly folder: string
  readonly configFolder: string
  readonly signalingUrl: string
  readonly ticket?: string
  readonly shareChanges?: boolean
  readonly follow?: boolean
  /** It begins without any link. */
  readonly isCut?: boolean
  /** Time, randomness and environment are told, step by step. */
  readonly isFixed?: boolean
}

interface Reply {
  readonly ready?: true
  readonly id?: number
  readonly result?: unknown
  readonly error?: string
  readonly event?: CollaborationEvent
}

/** One clone with a room that runs in a process of its own. */
export class RoomPeer {
  readonly name: string
  readonly folder: string
  readonly configFolder: string
  readonly events: CollaborationEvent[] = []
  readonly #signalingUrl: string
  #child: ChildProcess | undefined
  #calls = 0

  constructor(name: string, folder: string, configFolder: string, signalingUrl: string) {
    this.name = name
    this.folder = folder
    this.configFolder = configFolder
    this.#signalingUrl = signalingUrl
  }

  /** Starts or resumes the room, or joins by a ticket. */
  async run(
    start: Pick<RoomChildStart, 'ticket' | 'shareChanges' | 'follow' | 'isCut' | 'isFixed'> = {},
    { isAlone = false } = {},
  ): Promise<void> {
    const { folder, configFolder } = this
    const request: RoomChildStart = { folder, configFolder, signalingUrl: this.#signalingUrl, ...start }
    const program = join(projectRoot, 'dist/test/support/room-child.js')
    // Alone: in a network namespace of its own, in which there is not even a loopback.
    const wrapper = isAlone ? ['unshare', '--net'] : []
    const [file, ...args] = [...wrapper, process.execPath, program, JSON.stringify(request)]
    const child = spawn(file, args, { env: this.environment, stdio: ['ignore', 2, 2, 'ipc'] })
    this.#child = child
    child.on('message', ({ event }: Reply) => event && this.events.push(event))
    await this.#reply((reply) => reply.ready === true)
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...roomEnvironment, AI_VCS_CONFIG_DIR: this.configFolder }
  }

  git(...args: readonly string[]): string {
    return gitIn(this.folder, ...args)
  }

  get head(): string {
    return this.git('rev-parse', 'HEAD').trim()
  }

  write(content: FolderContent): void {
    writeFiles(this.folder, content)
  }

  status(): Promise<RoomStatus> {
    return this.call('status') as Promise<RoomStatus>
  }

  commit(message: string, request: Partial<CommitRequest> = { all: true }): Promise<CommitResult> {
    return this.call('commit', { message, ...request }) as Promise<CommitResult>
  }

  rejoin(): Promise<RejoinReport> {
    return this.call('rejoin') as Promise<RejoinReport>
  }

  async call(method: string, params: unknown = null): Promise<unknown> {
    const id = ++this.#calls
    const reply = this.#reply((message) => message.id === id)
    this.#child!.send({ id, method, params })
    const { result, error } = await reply
    if (error !== undefined) throw new Error(`${this.name}, ${method}: ${error}`)
    return result
  }

  /** As a power cut would: nothing is flushed. */
  async kill(): Promise<void> {
    await this.#end(() => this.#child!.kill('SIGKILL'))
  }

  async close(): Promise<void> {
    if (this.#child) await this.#end(() => void this.call('close').catch(() => undefined))
  }

  async #end(how: () => void): Promise<void> {
    const child = this.#child!
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      how()
      await ended
    }
    this.#child = undefined
  }

  #reply(isIt: (reply: Reply) => boolean): Promise<Reply> {
    const child = this.#child!
    return new Promise((resolve, reject) => {
      const onMessage = (reply: Reply): void => {
        if (isIt(reply)) settle(() => resolve(reply))
      }
      const onExit = (code: number | null): void =>
        settle(() => reject(new Error(`the room of ${this.name} has ended (${code})`)))
      const settle = (done: () => void): void => {
        child.off('message', onMessage).off('exit', onExit)
        done()
      }
      child.on('message', onMessage).on('exit', onExit)
    })
  }
}

const roomEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  TZ: 'UTC',
}

export function gitIn(folder: string, ...args: readonly string[]): string {
  return gitWith({}, folder, ...args)
}

function gitWith(environment: NodeJS.ProcessEnv, folder: string, ...args: readonly string[]): string {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  return execFileSync('git', args, {
    cwd: folder,
    env: { ...roomEnvironment, ...environment },
    encoding: 'utf8',
    stdio,
  })
}

/** Upstream is the same in every run. */
const upstreamTime = { GIT_AUTHOR_DATE: '1700000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000' }

/** Clones of one repository whose rooms meet over a signaling server on the loopback. */
export class RoomMeeting implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'anvcs-room-'))
  readonly peers: RoomPeer[] = []
  readonly #server: SignalingServer

  private constructor(server: SignalingServer) {
    this.#server = server
  }

  /** A seed repository with these files, cloned for each name; nothing runs yet. */
  static async clones(
    names: readonly string[],
    files: FolderContent,
    randomOf: (name: string) => Random = () => nodeRandom,
  ): Promise<RoomMeeting> {
    const meeting = new RoomMeeting(await startSignalingServer())
    writeFiles(meeting.upstream, files)
    gitIn(meeting.root, 'init', '-q', '-b', 'main', 'upstream')
    gitIn(meeting.upstream, 'config', 'user.name', 'upstream')
    gitIn(meeting.upstream, 'config', 'user.email', 'upstream@example.org')
    meeting.commitUpstream('base', {})
    for (const name of names) await meeting.#clone(name, randomOf(name))
    return meeting
  }

  /** Clones whose rooms run: the first has founded the room, the others have joined it. */
  static async running(names: readonly string[], files: FolderContent): Promise<RoomMeeting> {
    const meeting = await RoomMeeting.clones(names, files)
    try {
      const [founder, ...others] = meeting.peers
      await founder!.run()
      const ticket = (await founder!.call('invite', { uses: others.length })) as string
      for (const peer of others) await peer.run({ ticket })
      await meeting.linked()
    } catch (error) {
      await meeting[Symbol.asyncDispose]()
      throw error
    }
    return meeting
  }

  get upstream(): string {
    return join(this.root, 'upstream')
  }

  commitUpstream(message: string, files: FolderContent): string {
    writeFiles(this.upstream, files)
    gitIn(this.upstream, 'add', '-A')
    gitWith(upstreamTime, this.upstream, 'commit', '-q', '-m', message)
    return gitIn(this.upstream, 'rev-parse', 'HEAD').trim()
  }

  /** Resolves when each has a link to all others. */
  async linked(): Promise<void> {
    await until(async () => {
      const statuses = await Promise.all(this.peers.map((peer) => peer.status()))
      return statuses.every(({ peers }) => peers.length === this.peers.length - 1)
    })
  }

  /** Resolves when all hold the same entries, for a moment at least. */
  async equal(): Promise<void> {
    let before = ''
    await until(async () => {
      await Promise.all(this.peers.map((peer) => peer.call('scan')))
      const digests = await Promise.all(this.peers.map(async (peer) => (await peer.status()).digest))
      const isEqual = new Set(digests).size === 1 && digests[0] === before
      before = digests[0]!
      return isEqual
    }, 40_000)
  }

  async #clone(name: string, random: Random): Promise<void> {
    const folder = join(this.root, name)
    gitIn(this.root, 'clone', '-q', 'upstream', name)
    gitIn(folder, 'config', 'user.name', name)
    gitIn(folder, 'config', 'user.email', `${name}@example.org`)
    const configFolder = join(this.root, `${name}.config`)
    await createMemberKey(nodeCrypto, random, memberKeyPath(configFolder), name)
    // Stock git signs with the member's key, as `ai-vcs init` offers to set up.
    gitIn(folder, 'config', 'gpg.format', 'ssh')
    gitIn(folder, 'config', 'user.signingkey', memberKeyPath(configFolder))
    gitIn(folder, 'config', 'commit.gpgsign', 'true')
    this.peers.push(new RoomPeer(name, folder, configFolder, this.#server.url))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.close()))
    await this.#server.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}
