import { once } from 'node:events'
import type { Socket } from 'node:net'
import { AnvcsError, errorTable, type ErrorCode } from '../contracts/errors.ts'
import { readLines, writeLine } from './local-line.ts'

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onEvent: ((event: unknown) => void) | undefined
}

/** What one may add to a request. */
export interface LocalRequestOptions {
  /** Gives the request up; its handler is told. */
  readonly signal?: AbortSignal
  /** Called for each event of the request, in order, before it resolves. */
  readonly onEvent?: (event: unknown) => void
}

/** The client's side: requests to the host of a room. Results and events are unchecked input. */
export class LocalConnection implements AsyncDisposable {
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(gone())
      this.#waiting.clear()
    })
    readLines(socket, (line) => this.#take(line))
  }

  /** The answer to a request. Rejects with the handler's error, or ROOM_CLOSED where the connection ends before. */
  async request(method: string, params: unknown, options: LocalRequestOptions = {}): Promise<unknown> {
    const { signal, onEvent } = options
    signal?.throwIfAborted()
    if (!this.#socket.writable) throw gone()
    const id = this.#nextId++
    if (!writeLine(this.#socket, { id, method, params: params ?? null })) throw new AnvcsError('MESSAGE_TOO_LARGE')
    const giveUp = (): void => {
      writeLine(this.#socket, { id, cancel: true })
      this.#waiting.get(id)?.reject(signal!.reason)
      this.#waiting.delete(id)
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      return await new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, onEvent }))
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  /** Ends the connection; requests that wait are rejected. Idempotent. */
  async close(): Promise<void> {
    if (this.#socket.closed) return
    const closed = once(this.#socket, 'close')
    this.#socket.destroy()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #take(line: Readonly<Record<string, unknown>> & { readonly id: number }): void {
    const waiting = this.#waiting.get(line.id)
    if (!waiting) return
    if ('event' in line) return waiting.onEvent?.(line['event'])
    this.#waiting.delete(line.id)
    if ('result' in line) waiting.resolve(line['result'])
    else waiting.reject(toError(line['error']))
  }
}

function gone(): AnvcsError {
  return new AnvcsError('ROOM_CLOSED', { message: 'The running room has closed the connection.' })
}

function toError(error: unknown): AnvcsError {
  const { code, message, hint, details } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >
  return new AnvcsError(
    typeof code === 'string' && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : 'INTERNAL',
    {
      ...(typeof message === 'string' && { message }),
      ...(typeof hint === 'string' && { hint }),
      ...(typeof details === 'object' && details !== null && { details: details as Record<string, unknown> }),
    },
  )
}
