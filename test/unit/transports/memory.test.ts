import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { EndpointId } from '../../../src/contracts/ids.ts'
import type { Link } from '../../../src/contracts/transport.ts'
import { MemorySignals } from '../../../src/testing/memory-signals.ts'
import { transportSuite } from '../../../src/testing/transport-suite.ts'
import { memoryTransport } from '../../../transports/memory/index.ts'

const ids = ['1', '2', '3'].map((digit) => digit.repeat(32) as EndpointId)

transportSuite('memory', () => {
  const transport = memoryTransport()
  const signals = new MemorySignals()
  const [first, second, third] = ids.map((self) => ({ self, transport, signals: signals.port(self) }))
  return Promise.resolve([first!, second!, third!])
})

describe('memory transport', () => {
  async function pair(): Promise<readonly [Link, Link]> {
    const transport = memoryTransport()
    const signals = new MemorySignals()
    const links: Link[] = []
    const listeners = []
    for (const self of ids.slice(0, 2))
      listeners.push(
        await transport.listen({ self, signals: signals.port(self), onLink: (link) => void links.push(link) }),
      )
    await listeners[0]!.dial(ids[1]!)
    return [links[0]!, links[1]!]
  }

  it('makes the same bindings in every run', async () => {
    const bindings = [(await pair())[0].binding, (await pair())[1].binding]
    assert.deepEqual(bindings[0], bindings[1])
  })

  it('holds back a sender whose peer receives nothing, and closes the link of one that goes on', async () => {
    const [ours] = await pair()
    let sent = 0
    while (ours.send(new Uint8Array(ours.maxMessageBytes))) sent++
    assert.equal((sent + 1) * ours.maxMessageBytes, 1 << 20)
    assert.throws(
      () => {
        for (;;) ours.send(new Uint8Array(ours.maxMessageBytes))
      },
      (error) => AnvcsError.is(error, 'LINK_CLOSED'),
    )
    assert.equal((await ours.closed).reason, 'more was sent than the link takes')
  })
})
