import { AnvcsError } from '../../src/contracts/errors.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Listener, ListenOptions, Transport } from '../../src/contracts/transport.ts'
import { utf8 } from '../../src/lib/bytes.ts'
import { MemoryLink } from './memory-link.ts'

/**
 * Links between endpoints of one process: all that listen on one transport object reach each other, without signals. It
 * knows no clock and no randomness, so the same calls give the same order and the same bindings.
 */
export function memoryTransport(): Transport {
  const network = new Network()
  return {
    name: 'memory',
    listen: (options) => Promise.resolve(network.listen(options)),
  }
}

class Network {
  readonly #listeners = new Map<EndpointId, MemoryListener>()
  #links = 0

  listen(options: ListenOptions): MemoryListener {
    const listener = new MemoryListener(this, options)
    this.#listeners.set(options.self, listener)
    return listener
  }

  find(id: EndpointId): MemoryListener | undefined {
    return this.#listeners.get(id)
  }

  leave(listener: MemoryListener): void {
    if (this.#listeners.get(listener.self) === listener) this.#listeners.delete(listener.self)
  }

  connect(from: MemoryListener, to: MemoryListener): void {
    const pair = from.self < to.self ? [from.self, to.self] : [to.self, from.self]
    const binding = utf8(['memory', ...pair, this.#links++].join(' '))
    const [ours, theirs] = MemoryLink.pair(from.self, to.self, binding)
    from.take(ours)
    to.take(theirs)
  }
}

class MemoryListener implements Listener {
  readonly self: EndpointId
  readonly #network: Network
  readonly #onLink: ListenOptions['onLink']
  readonly #links = new Map<EndpointId, MemoryLink>()
  #open = true

  constructor(network: Network, options: ListenOptions) {
    this.#network = network
    this.self = options.self
    this.#onLink = options.onLink
  }

  async dial(peer: EndpointId, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    // One turn later, so that a dial is asynchronous here as everywhere and can be aborted.
    await Promise.resolve()
    signal?.throwIfAborted()
    if (!this.#open) throw new AnvcsError('LINK_CLOSED')
    if (this.#links.get(peer)?.isOpen) return
    const other = this.#network.find(peer)
    if (!other || other === this) throw new AnvcsError('PEER_UNREACHABLE', { details: { peer } })
    this.#network.connect(this, other)
  }

  take(link: MemoryLink): void {
    const old = this.#links.get(link.peer)
    this.#links.set(link.peer, link)
    void old?.close('replaced by a new link')
    void this.#forgetWhenClosed(link)
    this.#onLink(link)
  }

  async #forgetWhenClosed(link: MemoryLink): Promise<void> {
    await link.closed
    if (this.#links.get(link.peer) === link) this.#links.delete(link.peer)
  }

  async close(): Promise<void> {
    this.#open = false
    this.#network.leave(this)
    await Promise.all([...this.#links.values()].map((link) => link.close('the listener was closed')))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
