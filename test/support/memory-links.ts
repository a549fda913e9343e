import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Transport } from '../../src/contracts/transport.ts'
import type { Room } from '../../src/room/room.ts'
import { memoryTransport } from '../../transports/memory/index.ts'

const signals = { send: () => undefined, onSignal: () => () => undefined }

/** A network within this process, for rooms that are linked by hand. */
export class MemoryLinks {
  readonly #transport: Transport = memoryTransport()
  #endpoints = 0

  /** One link between two rooms. */
  async link(left: Room, right: Room): Promise<void> {
    const [one, two] = [this.#endpoint(), this.#endpoint()]
    await this.#transport.listen({ self: one, signals, onLink: (link) => left.attach(link) })
    const listener = await this.#transport.listen({ self: two, signals, onLink: (link) => right.attach(link) })
    await listener.dial(one)
  }

  #endpoint(): EndpointId {
    return String(++this.#endpoints).padStart(32, '0') as EndpointId
  }
}
