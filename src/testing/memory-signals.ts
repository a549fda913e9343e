import type { EndpointId } from '../contracts/ids.ts'
import type { SignalPort } from '../contracts/transport.ts'

type Receive = (from: EndpointId, data: unknown) => void

/** Signals between endpoints of one process: in order, without loss, as JSON text like on a real wire. */
export class MemorySignals {
  readonly #receivers = new Map<EndpointId, Set<Receive>>()

  port(self: EndpointId): SignalPort {
    const receivers = this.#receivers.get(self) ?? new Set()
    this.#receivers.set(self, receivers)
    return {
      send: (to, data) => {
        const text = JSON.stringify(data)
        const targets = to === undefined ? [...this.#receivers.keys()].filter((id) => id !== self) : [to]
        queueMicrotask(() => {
          for (const target of targets)
            for (const receive of this.#receivers.get(target) ?? []) receive(self, JSON.parse(text))
        })
      },
      onSignal: (receive) => {
        receivers.add(receive)
        return () => void receivers.delete(receive)
      },
    }
  }
}
