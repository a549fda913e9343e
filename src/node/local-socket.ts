import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, unlink, writeFile } from 'node:fs/promises'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { LocalConnection } from './local-connection.ts'
import { LocalPeer, type LocalHandler } from './local-peer.ts'
import { ProcessLock, type LockHolder } from './process-lock.ts'

/** `sun_path` of Linux holds 108 bytes with a zero at the end (unix(7)); what is longer would be cut off silently. */
const longestPathBytes = 107
const lockName = 'host'
const recordName = 'socket-path'

/** A running server. */
export interface LocalServer extends AsyncDisposable {
  /** Ends all connections; handlers see their signal aborted. Idempotent. */
  close(): Promise<void>
}

/** Who serves now: this process, or another one that did before. */
export type ServeResult =
  | { readonly status: 'serving'; readonly server: LocalServer }
  /** Undefined where it changes hands right now. */
  | { readonly status: 'held'; readonly holder: LockHolder | undefined }

/**
 * The place where the host of a room listens to other processes of the same user: a Unix socket in a directory that only
 * this user can enter. Requests, answers and events are lines of JSON (local-line.ts).
 */
export class LocalSocket {
  readonly #directory: string

  /** `directory` belongs to the socket alone; it is made with mode 0700. */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** Listens, unless a living process does. What a dead one left is removed: the lock tells, not the socket. */
  async serve(handler: LocalHandler): Promise<ServeResult> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    await mustBePrivate(this.#directory)
    const lock = ProcessLock.take(this.#directory, lockName)
    if (!(lock instanceof ProcessLock)) return { status: 'held', holder: lock }
    try {
      const path = await this.#ownPath()
      if (existsSync(path)) await unlink(path)
      return { status: 'serving', server: await listen(path, handler, lock) }
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Connects to the serving process; undefined where there is none. */
  async connect(options: { readonly signal?: AbortSignal } = {}): Promise<LocalConnection | undefined> {
    options.signal?.throwIfAborted()
    const path = await this.#servedPath()
    if (path === undefined) return undefined
    const socket = createConnection(path)
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        socket.destroy()
        reject(options.signal!.reason as Error)
      }
      options.signal?.addEventListener('abort', onAbort, { once: true })
      socket.once('connect', () => {
        options.signal?.removeEventListener('abort', onAbort)
        resolve(new LocalConnection(socket))
      })
      socket.once('error', (error: NodeJS.ErrnoException) => {
        options.signal?.removeEventListener('abort', onAbort)
        if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined)
        else reject(new AnvcsError('PEER_UNREACHABLE', { message: 'The running room does not answer.', cause: error }))
      })
    })
  }

  get #shortPath(): string {
    return join(this.#directory, 'sock')
  }

  /** The path to listen at; a long one is replaced by one in the system's temporary directory, which is recorded. */
  async #ownPath(): Promise<string> {
    if (Buffer.byteLength(this.#shortPath) <= longestPathBytes) return this.#shortPath
    const known = await this.#recordedDirectory()
    if (known !== undefined) return join(known, 'sock')
    const made = await mkdtemp(join(tmpdir(), 'ai-vcs-'))
    await writeFile(join(this.#directory, recordName), made, { mode: 0o600 })
    return join(made, 'sock')
  }

  async #servedPath(): Promise<string | undefined> {
    if (!isPrivate(this.#directory)) return undefined
    if (Buffer.byteLength(this.#shortPath) <= longestPathBytes) return this.#shortPath
    const known = await this.#recordedDirectory()
    return known === undefined ? undefined : join(known, 'sock')
  }

  /** The recorded directory while it is still there and ours alone. */
  async #recordedDirectory(): Promise<string | undefined> {
    const path = await readFile(join(this.#directory, recordName), 'utf8').catch(() => undefined)
    return path !== undefined && isPrivate(path) ? path : undefined
  }
}

/** Node has no call for the uid of the other side; nobody else gets through a directory of mode 0700 (unix(7)). */
function isPrivate(directory: string): boolean {
  const info = statSync(directory, { throwIfNoEntry: false })
  return info !== undefined && info.isDirectory() && info.uid === process.getuid?.() && (info.mode & 0o077) === 0
}

async function mustBePrivate(directory: string): Promise<void> {
  if (isPrivate(directory)) return
  throw new AnvcsError('CONFIG_INVALID', {
    message: `Others can enter ${directory}.`,
    hint: 'Make it yours with mode 0700, or remove it.',
  })
}

async function listen(path: string, handler: LocalHandler, lock: ProcessLock): Promise<LocalServer> {
  const peers = new Set<LocalPeer>()
  const server = createServer((socket: Socket) => {
    const peer = new LocalPeer(socket, handler)
    peers.add(peer)
    socket.once('close', () => peers.delete(peer))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= stop(server, peers).finally(() => lock.release()))
  return { close, [Symbol.asyncDispose]: close }
}

/** Node removes the socket's file itself. */
async function stop(server: Server, peers: ReadonlySet<LocalPeer>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await Promise.all([...peers].map((peer) => peer.close()))
  await closed
}
