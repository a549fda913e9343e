import { once } from 'node:events'
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../src/contracts/clock.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { SignalPort } from '../../src/contracts/transport.ts'
import { nodeClock } from '../../src/node/clock.ts'

export const lower = '1'.repeat(32) as EndpointId
export const higher = '2'.repeat(32) as EndpointId

/** The clock of this machine with its delays divided, so that tests need not wait out the long ones. */
export function clockAtSpeed(speed: number): Clock {
  return {
    now: () => nodeClock.now(),
    schedule: (delayMs, run) => nodeClock.schedule(delayMs / speed, run),
  }
}

/** The signals between this process and one other. */
export function processSignals(channel: NodeJS.Process | ChildProcess, peer: EndpointId): SignalPort {
  return {
    send: (_, data) => {
      if (channel.connected) channel.send!({ signal: data })
    },
    onSignal(receive) {
      const listen = (message: unknown) => {
        const data = (message as { signal?: unknown }).signal
        if (data) receive(peer, data)
      }
      channel.on('message', listen)
      return () => void channel.off('message', listen)
    },
  }
}

/** A process with an endpoint that listens over WebRTC (`webrtc-child.ts`). */
export async function startEnd(
  self: EndpointId,
  peer: EndpointId,
  speed: number,
): Promise<{ readonly child: ChildProcess; readonly signals: SignalPort }> {
  const child = fork(fileURLToPath(new URL('./webrtc-child.js', import.meta.url)), [self, peer, String(speed)])
  const signals = processSignals(child, peer === lower ? higher : self)
  await once(child, 'message')
  return { child, signals }
}
