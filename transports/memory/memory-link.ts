import { AnvcsError } from '../../src/contracts/errors.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Link } from '../../src/contracts/transport.ts'

const maxMessageBytes = 16 * 1024
const highWaterBytes = 1 << 20
const lowWaterBytes = 256 * 1024
/** A sender that does not heed the high-water mark loses its link here. */
const maxQueuedBytes = 8 << 20

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** One end of a link between two endpoints of this process. What it has sent lies in its queue until the other end takes it. */
export class MemoryLink implements Link {
  readonly path = 'memory'
  readonly maxMessageBytes = maxMessageBytes
  readonly peer: EndpointId
  readonly role: 'initiator' | 'responder'
  readonly binding: Uint8Array
  readonly closed: Promise<{ readonly reason: string }>
  readonly #settle: (fact: { readonly reason: string }) => void
  readonly #queue: Uint8Array[] = []
  #queuedBytes = 0
  #delivering = false
  readonly #other: () => MemoryLink
  #open = true
  #receive: ((message: Uint8Array) => void) | undefined
  readonly #waiters = new Set<Waiter>()

  private constructor(peer: EndpointId, role: 'initiator' | 'responder', binding: Uint8Array, other: () => MemoryLink) {
    this.#other = other
    this.peer = peer
    this.role = role
    this.binding = binding
    let settle: (fact: { readonly reason: string }) => void
    this.closed = new Promise((resolve) => (settle = resolve))
    this.#settle = settle!
  }

  /** The two ends of a new link: the initiator's, then the responder's. */
  static pair(initiator: EndpointId, responder: EndpointId, binding: Uint8Array): readonly [MemoryLink, MemoryLink] {
    const first: MemoryLink = new MemoryLink(responder, 'initiator', binding.slice(), () => second)
    const second = new MemoryLink(initiator, 'responder', binding.slice(), () => first)
    return [first, second]
  }

  get isOpen(): boolean {
    return this.#open
  }

  send(message: Uint8Array): boolean {
    if (!this.#open) throw new AnvcsError('LINK_CLOSED')
    if (message.length > maxMessageBytes)
      throw new AnvcsError('MESSAGE_TOO_LARGE', { details: { sizeBytes: message.length, maxMessageBytes } })
    this.#queue.push(message.slice())
    this.#queuedBytes += message.length
    if (this.#queuedBytes > maxQueuedBytes) {
      void this.close('more was sent than the link takes')
      return false
    }
    this.#other().#deliver()
    return this.#queuedBytes < highWaterBytes
  }

  async drained({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted()
    if (!this.#open) throw new AnvcsError('LINK_CLOSED')
    if (this.#queuedBytes <= lowWaterBytes) return
    let waiter: Waiter
    const low = new Promise<void>((resolve, reject) => {
      waiter = { resolve, reject }
      this.#waiters.add(waiter)
    })
    const abort = () => waiter.reject(signal!.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      await low
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#waiters.delete(waiter!)
    }
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive
    this.#deliver()
  }

  close(reason = 'closed here'): Promise<void> {
    this.#end(reason)
    queueMicrotask(() => this.#other().#end('closed by the peer'))
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #end(reason: string): void {
    if (!this.#open) return
    this.#open = false
    this.#queue.length = 0
    this.#queuedBytes = 0
    for (const waiter of this.#waiters) waiter.reject(new AnvcsError('LINK_CLOSED'))
    this.#settle({ reason })
  }

  /** Takes what the other end has queued, one message a microtask, as long as somebody receives. */
  #deliver(): void {
    if (this.#delivering || !this.#receive) return
    this.#delivering = true
    const step = () => {
      const message = this.#open ? this.#other().#take() : undefined
      if (!message) {
        this.#delivering = false
        return
      }
      queueMicrotask(step)
      this.#receive!(message)
    }
    queueMicrotask(step)
  }

  #take(): Uint8Array | undefined {
    const message = this.#queue.shift()
    if (!message) return undefined
    this.#queuedBytes -= message.length
    if (this.#queuedBytes <= lowWaterBytes) for (const waiter of this.#waiters) waiter.resolve()
    return message
  }
}
