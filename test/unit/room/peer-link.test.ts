import assert from 'node:assert/strict'
import type { EndpointId, KeyId } from '../../../src/contracts/ids.ts'
import type { Link } from '../../../src/contracts/transport.ts'
import type { Hello } from '../../../src/room/handshake.ts'
import { PeerLink } from '../../../src/room/peer-link.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** A link whose other end reads nothing. */
class DeafLink implements Link {
  readonly path = 'deaf'
  readonly peer = '11'.repeat(16) as EndpointId
  readonly role = 'initiator'
  readonly binding = new Uint8Array(32)
  readonly maxMessageBytes = 16 * 1024
  reason: string | undefined
  #end: (fact: { readonly reason: string }) => void = () => undefined
  readonly closed = new Promise<{ readonly reason: string }>((resolve) => (this.#end = resolve))

  send(): boolean {
    return false
  }

  drained(): Promise<void> {
    return new Promise(() => undefined)
  }

  onMessage(): void {}

  close(reason = 'closed here'): Promise<void> {
    this.reason ??= reason
    this.#end({ reason: this.reason })
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

describe('a peer that reads nothing', () => {
  const broke: string[] = []
  let clock: ManualClock
  let link: DeafLink
  let peer: PeerLink

  beforeEach(() => {
    broke.length = 0
    clock = new ManualClock()
    link = new DeafLink()
    const hello = { certificate: { device: '22'.repeat(32) as KeyId } } as Hello
    const replica = {
      positions: () => [],
      digest: () => new Uint8Array(32),
      length: () => 0,
      deviceOf: () => undefined,
    }
    const events = { events: () => undefined, broke: (_: PeerLink, reason: string) => void broke.push(reason) }
    const source = { read: () => Promise.resolve([]) } as never
    peer = new PeerLink({ link, hello, member: '33'.repeat(32) as KeyId, clock, replica, source, events })
    peer.start([])
  })

  it('has only the newest presence waiting for it', () => {
    for (let i = 0; i < 1000; i++) peer.send({ type: 'presence', content: new Uint8Array(8000) })
    assert.ok(peer.session.waitingBytes('presence') < 10_000)
  })

  it('loses its link before news fill the memory, and not sooner', () => {
    const devices = Array.from({ length: 1024 }, (_, i) => i.toString(16).padStart(64, '0') as KeyId)
    const tell = (times: number): void => {
      for (let i = 0; i < times; i++) peer.session.tellNeighbours(devices)
    }
    tell(400)
    clock.advance(3000)
    assert.equal(link.reason, undefined)
    tell(200)
    clock.advance(3000)
    assert.deepEqual([link.reason, broke], ['it does not read', ['a peer does not read']])
  })
})
