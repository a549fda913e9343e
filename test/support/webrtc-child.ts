import type { EndpointId } from '../../src/contracts/ids.ts'
import { loadNodeWebrtc, webrtcTransport } from '../../transports/webrtc/index.ts'
import { nodeRandom } from '../../src/node/random.ts'
import { clockAtSpeed, processSignals } from './webrtc-end.ts'

// An endpoint that echoes what it gets: `node webrtc-child.js SELF PEER SPEED`, signals over IPC, `dial` and `close` on demand.
const [self, peer, speed] = process.argv.slice(2) as [EndpointId, EndpointId, string]
const transport = webrtcTransport({
  clock: clockAtSpeed(Number(speed)),
  random: nodeRandom,
  wrtc: await loadNodeWebrtc(),
})
const listener = await transport.listen({
  self,
  signals: processSignals(process, peer),
  onLink: (link) => link.onMessage((message) => void link.send(message)),
})
process.on('message', (message) => {
  if (message === 'dial') void listener.dial(peer).catch(() => undefined)
  if (message === 'close')
    void listener.close().then(() => process.send!({ closedAt: Date.now() }, () => process.disconnect()))
})
process.send!('ready')
