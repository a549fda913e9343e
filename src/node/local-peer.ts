import { once } from 'node:events'
import type { Socket } from 'node:net'
import { AnvcsError } from '../contracts/errors.ts'
import { systemError } from './system-error.ts'
import { readLines, writeLine, type ReplyError } from './local-line.ts'

/** More requests than this are not worked on at once for one connection. */
const maxRequests = 256

const lastWordsMs = 500

/** What a handler is given besides the request. */
export interface LocalRequestContext {
  /** Aborted when the client gives up, or either side closes. */
  readonly signal: AbortSignal
  /** Sends an event that belongs to the request; false where it is too large and was not sent. */
  readonly emit: (event: unknown) => boolean
}

/** Answers the requests of local processes. Params are unchecked input. What it throws is the client's error. */
export interface LocalHandler {
  handle(method: string, params: unknown, context: LocalRequestContext): Promise<unknown>
}

/** The server's side of one connection. */
export class LocalPeer {
  readonly #socket: Socket
  readonly #handler: LocalHandler
  readonly #running = new Map<number, AbortController>()

  constructor(socket: Socket, handler: LocalHandler) {
    this.#socket = socket
    this.#handler = handler
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#abortAll())
    readLines(socket, (line) => this.#take(line))
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return
    this.#abortAll()
    const closed = once(this.#socket, 'close')
    this.#socket.destroySoon()
    // Answers on their way still arrive, but nobody is waited for who does not read them.
    const timer = setTimeout(() => this.#socket.destroy(), lastWordsMs)
    await closed
    clearTimeout(timer)
  }

  #abortAll(): void {
    for (const controller of this.#running.values()) controller.abort(new AnvcsError('ABORTED'))
  }

  #take({ id, method, params, cancel }: Readonly<Record<string, unknown>> & { readonly id: number }): void {
    if (cancel === true) this.#running.get(id)?.abort(new AnvcsError('ABORTED'))
    else if (typeof method !== 'string' || this.#running.has(id) || this.#running.size >= maxRequests)
      this.#socket.destroy()
    else void this.#run(id, method, params)
  }

  async #run(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController()
    this.#running.set(id, controller)
    const { signal } = controller
    const emit = (event: unknown): boolean => writeLine(this.#socket, { id, event: event ?? null })
    let sent: boolean
    try {
      sent = writeLine(this.#socket, {
        id,
        result: (await this.#handler.handle(method, params, { signal, emit })) ?? null,
      })
    } catch (error) {
      sent = writeLine(this.#socket, { id, error: errorLine(error) })
    } finally {
      this.#running.delete(id)
    }
    if (!sent) writeLine(this.#socket, { id, error: errorLine(new AnvcsError('MESSAGE_TOO_LARGE')) })
  }
}

/** Of an error that is neither ours nor the system's the client learns that it happened; the host keeps the rest. */
function errorLine(thrown: unknown): ReplyError {
  const error = systemError(thrown) ?? thrown
  if (!AnvcsError.is(error)) return { code: 'INTERNAL', message: 'The running room failed to answer.' }
  return { code: error.code, message: error.message, hint: error.hint, details: error.details }
}
