import type { EndpointId } from '../../../src/contracts/ids.ts'
import { MemorySignals } from '../../../src/testing/memory-signals.ts'
import { transportSuite } from '../../../src/testing/transport-suite.ts'
import { loadNodeWebrtc, webrtcTransport } from '../../../transports/webrtc/index.ts'
import { nodeClock } from '../../../src/node/clock.ts'
import { nodeRandom } from '../../../src/node/random.ts'

const ids = ['1', '2', '3'].map((digit) => digit.repeat(32) as EndpointId)

transportSuite('webrtc', async () => {
  const transport = webrtcTransport({ clock: nodeClock, random: nodeRandom, wrtc: await loadNodeWebrtc() })
  const signals = new MemorySignals()
  const [first, second, third] = ids.map((self) => ({ self, transport, signals: signals.port(self) }))
  return [first!, second!, third!]
})
