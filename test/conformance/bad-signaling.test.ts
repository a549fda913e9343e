import assert from 'node:assert/strict'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Signaling, SignalingSession } from '../../src/contracts/signaling.ts'
import { MemorySignaling } from '../../src/testing/memory-signaling.ts'
import { signalingChecks } from '../../src/testing/signaling-suite.ts'

type Fault = Partial<SignalingSession>
type Plant = (session: SignalingSession, self: EndpointId, signaling: Signaling) => Fault

/** A session of the medium with some of its methods replaced. */
function spoil(medium: MemorySignaling, plant: Plant): Signaling {
  return {
    name: 'spoiled',
    open(topic, self) {
      const session = medium.open(topic, self)
      const fault = plant(session, self, medium)
      return new Proxy(session, {
        get(target, name) {
          const value = (fault as Record<string | symbol, unknown>)[name] ?? Reflect.get(target, name, target)
          return typeof value === 'function' ? (value as () => unknown).bind(target) : value
        },
      })
    },
  }
}

async function failures(
  plant: Plant,
  change: (medium: MemorySignaling) => Signaling = (medium) => medium,
): Promise<string[]> {
  const failed: string[] = []
  const checks = signalingChecks(
    async () => {
      const medium = new MemorySignaling()
      return {
        client: () => spoil(change(medium) as MemorySignaling, plant),
        interrupt: async () => medium.interrupt(),
        restore: async () => medium.restore(),
        async [Symbol.asyncDispose]() {},
      }
    },
    { waitMs: 50 },
  )
  for (const { name, run } of checks) await run().catch(() => failed.push(name))
  return failed
}

const plants: Readonly<Record<string, readonly [Plant, string]>> = {
  'delivers everything twice': [
    (session) => ({
      send(to, data) {
        session.send(to, data)
        session.send(to, data)
      },
    }),
    'a signal reaches the endpoint it is for, once, and no other',
  ],
  'delivers to all what is for one': [
    (session) => ({ send: (_to, data) => session.send(undefined, data) }),
    'a signal reaches the endpoint it is for, once, and no other',
  ],
  'lets the sender hear itself': [
    (session, self) => ({
      onSignal(receive) {
        const send = session.send.bind(session)
        session.send = (to, data) => {
          send(to, data)
          if (to === undefined) queueMicrotask(() => receive(self, data))
        }
        return session.onSignal(receive)
      },
    }),
    'a signal to all reaches all others, once, and not the sender',
  ],
  'reverses the order': [
    (session) => {
      const waiting: (() => void)[] = []
      return {
        send(to, data) {
          waiting.unshift(() => session.send(to, data))
          if (waiting.length === 1) setTimeout(() => waiting.splice(0).forEach((send) => send()))
        },
      }
    },
    'signals of one endpoint arrive in order',
  ],
  'ignores announcements made again': [
    () => ({ announce() {} }),
    'an announcement is told again when it is made again, and never to its maker',
  ],
  'throws at what JSON cannot hold': [
    (session) => ({
      send(to, data) {
        JSON.stringify(data)
        session.send(to, data)
      },
    }),
    'what cannot be sent is lost, without an error',
  ],
  'goes on calling who stopped': [
    (session) => ({
      onSignal(receive) {
        session.onSignal(receive)
        return () => {}
      },
    }),
    'who has stopped listening is not called',
  ],
  'goes on after closing': [
    () => ({ async close() {} }),
    'a closed session hears and says nothing more, and closing again does nothing',
  ],
  'tells of no interruption': [
    () => ({ onConnected: () => () => {} }),
    'an interruption is told, and afterwards endpoints find each other and speak again',
  ],
  'finds nobody': [() => ({ onPeer: () => () => {} }), 'two endpoints find each other, whoever comes first'],
}

describe('the conformance suite of signaling finds an implementation that', () => {
  for (const [fault, [plant, check]] of Object.entries(plants))
    it(fault, async () => assert.ok((await failures(plant)).includes(check)))

  it('does not look at the key', async () => {
    const keyless = (medium: MemorySignaling): Signaling => ({
      name: 'keyless',
      open: ({ topic }, self) => medium.open({ topic, key: new Uint8Array(32) }, self),
    })
    assert.deepEqual(await failures(() => ({}), keyless), [
      'who has another key, or is on another topic, hears nothing and is not heard',
    ])
  })

  it('and passes the one it was spoiled from', async () => {
    assert.deepEqual(await failures(() => ({})), [])
  })
})
