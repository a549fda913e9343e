import { setImmediate } from 'node:timers/promises'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Link } from '../../src/contracts/transport.ts'
import { loadNodeWebrtc, webrtcTransport } from '../../transports/webrtc/index.ts'
import { nodeRandom } from '../../src/node/random.ts'
import { clockAtSpeed, processSignals } from './webrtc-end.ts'

// An endpoint that echoes what it gets: `node webrtc-child.js SELF PEER SPEED`, signals over IPC, `dial`, `chatter` and
// `close` on demand.
const [self, peer, speed] = process.argv.slice(2) as [EndpointId, EndpointId, string]
const transport = webrtcTransport({
  clock: clockAtSpeed(Number(speed)),
  random: nodeRandom,
  wrtc: await loadNodeWebrtc(),
})
let isChatty = false
const listener = await transport.listen({
  self,
  signals: processSignals(process, peer),
  onLink: (link) => {
    link.onMessage((message) => void link.send(message))
    if (isChatty) void chatter(link).then(() => process.send!('closed'))
  },
})
process.on('message', (message) => {
  if (message === 'dial') void listener.dial(peer).catch(() => undefined)
  if (message === 'chatter') isChatty = true
  if (message === 'close')
    void listener.close().then(() => process.send!({ closedAt: Date.now() }, () => process.disconnect()))
})
process.send!('ready')

/** Sends all the time until the link is closed. */
async function chatter(link: Link): Promise<void> {
  for (let isOpen = true; isOpen; await setImmediate())
    try {
      for (let count = 0; count < 100; count++) link.send(Uint8Array.of(7))
      await link.drained()
    } catch {
      isOpen = false
    }
}
