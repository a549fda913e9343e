import assert from 'node:assert/strict'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Link, Listener, Transport } from '../../src/contracts/transport.ts'
import { MemorySignals } from '../../src/testing/memory-signals.ts'
import { transportChecks, type TransportEnds } from '../../src/testing/transport-checks.ts'
import { memoryTransport } from '../../transports/memory/index.ts'

const boundMs = 250

type LinkFault = (link: Link) => Partial<Link>

interface Fault {
  readonly link?: LinkFault
  readonly listener?: (listener: Listener) => Partial<Listener>
}

/** The memory transport with parts of its links and listeners replaced. */
function planted(fault: Fault): TransportEnds {
  const good = memoryTransport()
  const signals = new MemorySignals()
  const transport: Transport = {
    name: 'bad',
    async listen(options) {
      const onLink = (link: Link) => options.onLink(replaced(link, fault.link?.(link)))
      const listener = await good.listen({ ...options, onLink })
      return replaced(listener, fault.listener?.(listener))
    },
  }
  const end = (digit: string) => {
    const self = digit.repeat(32) as EndpointId
    return { self, transport, signals: signals.port(self) }
  }
  return [end('1'), end('2'), end('3')]
}

function replaced<T extends object>(good: T, parts: Partial<T> = {}): T {
  return new Proxy(good, {
    get(target, name) {
      const value: unknown = name in parts ? Reflect.get(parts, name) : Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/** A link whose receiver gets what `change` makes of each message. */
function receiving(change: (message: Uint8Array, receive: (message: Uint8Array) => void) => void): LinkFault {
  return (link) => ({ onMessage: (receive) => link.onMessage((message) => change(message, receive)) })
}

/** Every second message of a pair goes before the first, as long as another one comes. */
function reordered(): LinkFault {
  return (link) => ({
    onMessage(receive) {
      let held: Uint8Array | undefined
      link.onMessage((message) => {
        if (held) {
          receive(message)
          receive(held)
          held = undefined
        } else if (message.length > 8) held = message
        else receive(message)
      })
    },
  })
}

/** Takes everything at once and drops what is above 1 MiB until the next turn of the event loop. */
function overflowing(link: Link): Partial<Link> {
  let buffered = 0
  return {
    send(message) {
      if (buffered + message.length > 1 << 20) return true
      if (!buffered) setTimeout(() => (buffered = 0), 5)
      buffered += message.length
      return link.send(message)
    },
  }
}

const never = new Promise<never>(() => {})
const lives = { id: 0 }

const faults: Readonly<Record<string, readonly [Fault, string]>> = {
  'reorders messages': [{ link: reordered() }, '10,000 small messages arrive once and in order'],
  'delivers a message twice': [
    {
      link: receiving((message, receive) => {
        receive(message)
        if (message[3] === 9) receive(message)
      }),
    },
    '10,000 small messages arrive once and in order',
  ],
  'drops what is above 1 MiB buffered': [{ link: overflowing }, '64 MiB flow under backpressure'],
  'drops one message in thousands': [
    { link: receiving((message, receive) => (message[2] === 12 && message[3] === 200) || receive(message)) },
    '64 MiB flow under backpressure',
  ],
  'never asks to wait': [
    {
      link: (link) => {
        const waiting: Uint8Array[] = []
        const pump = async () => {
          for (let next = waiting[0]; next; next = waiting[0]) {
            if (!link.send(next)) await link.drained()
            waiting.shift()
          }
        }
        return {
          send(message) {
            if (waiting.push(message.slice()) === 1) void pump().catch(() => undefined)
            return true
          },
        }
      },
    },
    '64 MiB flow under backpressure',
  ],
  'delivers halves': [
    {
      link: receiving((message, receive) => {
        const middle = message.length >> 1
        receive(message.subarray(0, middle))
        receive(message.subarray(middle))
      }),
    },
    '200 messages of the greatest size arrive whole',
  ],
  'swallows empty messages': [
    { link: receiving((message, receive) => message.length && receive(message)) },
    'an empty message is a message',
  ],
  'takes messages of any size': [
    { link: (link) => ({ send: (message) => link.send(message.subarray(0, link.maxMessageBytes)) }) },
    'a message above the limit is refused',
  ],
  'dies of a message that is too large': [
    {
      link: (link) => ({
        send(message) {
          if (message.length > link.maxMessageBytes) void link.close()
          return link.send(message)
        },
      }),
    },
    'a message above the limit is refused',
  ],
  'loses what comes before the receiver': [
    {
      link: (link) => {
        let receive: ((message: Uint8Array) => void) | undefined
        link.onMessage((message) => receive?.(message))
        return { onMessage: (next) => void (receive = next) }
      },
    },
    'messages that come before the receiver is set',
  ],
  "keeps the caller's buffer": [
    {
      link: (link) => ({
        send(message) {
          queueMicrotask(() => link.send(message))
          return true
        },
      }),
    },
    'the sender may use its buffer again',
  ],
  'hangs on close': [{ link: () => ({ close: () => never }) }, 'a close at the side that dialed settles'],
  'does not tell its end': [{ link: () => ({ closed: never }) }, 'a close at the side that was dialed settles'],
  'closes only once': [
    {
      link: (link) => {
        let calls = 0
        return { close: (reason) => (calls++ ? Promise.reject(new Error('closed already')) : link.close(reason)) }
      },
    },
    'close may be called again',
  ],
  'sends after closing without a word': [
    {
      link: (link) => {
        let open = true
        void link.closed.then(() => (open = false))
        return { send: (message) => (open ? link.send(message) : true) }
      },
    },
    'after closing, send and drained fail',
  ],
  'ignores the abort of a dial': [
    { listener: (listener) => ({ dial: (peer) => listener.dial(peer) }) },
    'an aborted dial rejects with the reason',
  ],
  'ignores the abort of drained': [
    { link: (link) => ({ drained: () => link.drained() }) },
    'drained rejects with the reason of its signal',
  ],
  'waits for ever for a closed link': [
    { link: (link) => ({ drained: (options) => link.drained(options).catch(() => never) }) },
    'drained rejects when the link closes',
  ],
  'says the same role at both sides': [{ link: () => ({ role: 'initiator' }) }, 'the sides of a link have opposite'],
  'binds all links alike': [{ link: () => ({ binding: new Uint8Array(32) }) }, 'no two links have the same binding'],
  'binds the two sides differently': [
    { link: () => ({ binding: new Uint8Array(32).fill(lives.id++) }) },
    'the sides of a link have opposite roles',
  ],
  'leaves its links open': [
    { listener: () => ({ close: () => Promise.resolve() }) },
    'closing a listener closes its links',
  ],
  'keeps a timer': [
    {
      link: (link) => {
        const timer = setInterval(() => undefined, 1000)
        void link.closed.then(() => setTimeout(() => clearInterval(timer), 50))
        return {}
      },
    },
    'what is closed keeps no timer',
  ],
}

describe('the transport checks', () => {
  it('find nothing wrong with the memory transport behind the same wrapper', async () => {
    for (const check of transportChecks) await check.run(planted({}), 10_000)
  })

  for (const [name, [fault, found]] of Object.entries(faults))
    it(`find a transport that ${name}`, async () => {
      const checks = transportChecks.filter((check) => check.name.startsWith(found))
      assert.equal(checks.length, 1, `one check is named "${found}"`)
      await assert.rejects(checks[0]!.run(planted(fault), boundMs))
    })
})
