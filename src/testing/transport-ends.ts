import type { EndpointId } from '../contracts/ids.ts'
import type { Link, Listener, ListenOptions, SignalPort, Transport } from '../contracts/transport.ts'

/** One endpoint to test: a transport, and signals that reach the other endpoints of the setup. */
export interface TransportEnd {
  readonly self: EndpointId
  readonly transport: Transport
  readonly signals: SignalPort
}

/** An endpoint that listens, with the links it was given, oldest first. */
export interface OpenEnd {
  readonly self: EndpointId
  readonly listener: Listener
  readonly links: Link[]
  /** The link number `index`, as soon as it is there. */
  link(index?: number): Promise<Link>
}

/** Rejects where `work` takes longer than `boundMs`. Leaves no timer behind. */
export async function within<T>(boundMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${boundMs} ms`)), boundMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Listens, and keeps the links. */
export async function openEnd(
  end: TransportEnd,
  boundMs: number,
  onLink: ListenOptions['onLink'] = () => undefined,
): Promise<OpenEnd> {
  const links: Link[] = []
  const arrivals = new Set<() => void>()
  const listening = end.transport.listen({
    self: end.self,
    signals: end.signals,
    onLink: (link) => {
      links.push(link)
      onLink(link)
      for (const arrived of arrivals) arrived()
    },
  })
  const listener = await within(boundMs, 'listen', listening)
  return {
    self: end.self,
    listener,
    links,
    link(index = 0) {
      const there = new Promise<Link>((resolve) => {
        const look = () => {
          const link = links[index]
          if (!link) return
          arrivals.delete(look)
          resolve(link)
        }
        arrivals.add(look)
        look()
      })
      return within(boundMs, `link ${index} of ${end.self}`, there)
    },
  }
}

/** Collects messages; `all` waits until `count` have come, and then long enough to see one too many. */
export function collect(link: Link): {
  readonly messages: Uint8Array[]
  all(count: number, boundMs: number): Promise<readonly Uint8Array[]>
} {
  const messages: Uint8Array[] = []
  let grew = () => {}
  link.onMessage((message) => {
    messages.push(message)
    grew()
  })
  return {
    messages,
    async all(count, boundMs) {
      while (messages.length < count) {
        const more = new Promise<void>((resolve) => (grew = resolve))
        await within(boundMs, `message ${messages.length + 1} of ${count}`, more)
      }
      await pause(20)
      return messages
    },
  }
}

/** Waits where there is no condition to wait for: to see that nothing happens. */
export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}

/** Sends in order, waiting whenever the link asks for it. Returns how often it asked. */
export async function sendAll(link: Link, messages: Iterable<Uint8Array>, boundMs: number): Promise<number> {
  let waits = 0
  for (const message of messages) {
    if (link.send(message)) continue
    waits++
    await within(boundMs, 'drained', link.drained())
  }
  return waits
}

/** A message that tells its number and whose every byte depends on it. */
export function numbered(index: number, length: number): Uint8Array {
  const message = new Uint8Array(Math.max(length, 4)).fill(index * 31 + 7)
  new DataView(message.buffer).setUint32(0, index)
  return message
}
