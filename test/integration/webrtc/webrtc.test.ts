import type { EndpointId } from '../../../src/contracts/ids.ts'
import { MemorySignals } from '../../../src/testing/memory-signals.ts'
import { transportSuite } from '../../../src/testing/transport-suite.ts'
import { loadNodeWebrtc, webrtcTransport } from '../../../transports/webrtc/index.ts'
import { systemClock, systemRandom } from '../../support/system.ts'

const ids = ['1', '2', '3'].map((digit) => digit.repeat(32) as EndpointId)

transportSuite('webrtc', async () => {
  const transport = webrtcTransport({ clock: systemClock, random: systemRandom, wrtc: await loadNodeWebrtc() })
  const signals = new MemorySignals()
  const [first, second, third] = ids.map((self) => ({ self, transport, signals: signals.port(self) }))
  return [first!, second!, third!]
})
