import { AnvcsError } from '../../src/contracts/errors.ts'
import type { WebRtcImplementation } from './webrtc-implementation.ts'

/** Loads the optional package `@roamhq/wrtc`, the implementation for Node. Throws TRANSPORT_MISSING where it is not installed. */
export async function loadNodeWebrtc(): Promise<WebRtcImplementation> {
  try {
    const { default: wrtc } = (await import('@roamhq/wrtc')) as unknown as { default: WebRtcImplementation }
    return wrtc
  } catch (cause) {
    throw new AnvcsError('TRANSPORT_MISSING', { cause })
  }
}
