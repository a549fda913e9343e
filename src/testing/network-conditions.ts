import type { FaultCounters } from './fault-counters.ts'
import type { PairBytes } from './pair-bytes.ts'
import type { SimClock } from './sim-clock.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTopology } from './sim-topology.ts'
import type { SimTrace } from './sim-trace.ts'

/** How bad the network is. Chances are in [0, 1], per signal or per message of a link. */
export interface NetworkFaults {
  /** No message is faster than this. */
  readonly minDelayMs: number
  /** Mean of what a message takes longer, exponentially distributed. */
  readonly meanDelayMs: number
  readonly bytesPerMs: number
  readonly signalLoss: number
  readonly signalDuplicate: number
  /** A signal takes a long way round, so that later ones overtake it. */
  readonly signalDetour: number
  /** Nothing comes of a dial whose signals got through. */
  readonly dialFailure: number
  /** Everything behind a message waits for a while. */
  readonly linkStall: number
  readonly meanStallMs: number
  /** A link dies, and what is under way on it is lost. */
  readonly linkDeath: number
  /** Of those deaths, how many does one side learn of at once and the other only by silence? */
  readonly halfOpen: number
}

/** Every kind of fault that the network counts. */
export const networkFaultKinds = [
  'signal lost',
  'signal duplicated',
  'signal reordered',
  'dial failed',
  'link stalled',
  'link died',
  'link half-open',
  'link timed out',
  'message held by a cut',
  'message lost',
  'one isolated',
  'halves parted',
  'one direction cut',
] as const

/** A kind of fault that the network counts. */
export type NetworkFaultKind = (typeof networkFaultKinds)[number]

/** A link whose other side is silent for so long is given up. */
export const silenceLimitMs = 15_000

/** What all parts of one simulated network share. */
export interface NetworkConditions {
  readonly clock: SimClock
  readonly random: SimRandom
  readonly trace: SimTrace
  readonly topology: SimTopology
  readonly counters: FaultCounters<NetworkFaultKind>
  /** Bytes that arrived over links. */
  readonly bytes: PairBytes
  faults: NetworkFaults
}

/** How long the next message or signal takes. */
export function drawDelayMs({ random, faults }: NetworkConditions): number {
  return faults.minDelayMs + random.exponential(faults.meanDelayMs)
}
