import { FaultCounters } from './fault-counters.ts'
import {
  networkFaultKinds,
  type NetworkConditions,
  type NetworkFaultKind,
  type NetworkFaults,
} from './network-conditions.ts'
import { PairBytes } from './pair-bytes.ts'
import type { SimClock } from './sim-clock.ts'
import type { SimRandom } from './sim-random.ts'
import { SimSignaling, type SignalingRooms } from './sim-signaling.ts'
import { SimTopology, type PartitionMode, type PartitionSymmetry } from './sim-topology.ts'
import type { SimTrace } from './sim-trace.ts'
import { SimTransport, type ListeningEndpoints } from './sim-transport.ts'

/** What the network is made of. */
export interface SimNetworkOptions {
  readonly clock: SimClock
  readonly random: SimRandom
  readonly trace: SimTrace
  readonly faults: NetworkFaults
}

/** The network as one process on one machine has it. */
export interface SimNetworkHost {
  readonly name: string
  readonly transport: SimTransport
  readonly signaling: SimSignaling
  /** The process is killed: its links and sessions are gone without a word, and the others are met by silence. */
  vanish(): void
}

/** A network of machines in one process, whose delays and faults come from one seed. */
export class SimNetwork {
  readonly #conditions: NetworkConditions
  readonly #rooms: SignalingRooms = new Map()
  readonly #endpoints: ListeningEndpoints = new Map()

  constructor({ clock, random, trace, faults }: SimNetworkOptions) {
    this.#conditions = {
      clock,
      random,
      trace,
      faults,
      topology: new SimTopology(),
      counters: new FaultCounters(networkFaultKinds, trace),
      bytes: new PairBytes(),
    }
  }

  /** Puts a process on a machine; a machine keeps its name and its place in partitions over restarts. */
  host(name: string): SimNetworkHost {
    this.#conditions.topology.add(name)
    const transport = new SimTransport(this.#conditions, this.#endpoints, name)
    const signaling = new SimSignaling(this.#conditions, this.#rooms, name)
    return {
      name,
      transport,
      signaling,
      vanish: () => {
        this.#conditions.trace.add(`${name} vanishes`)
        signaling.vanish()
        transport.vanish()
      },
    }
  }

  get faults(): NetworkFaults {
    return this.#conditions.faults
  }

  /** From now on: for the calm after the storm, in which everything has to converge. */
  set faults(faults: NetworkFaults) {
    this.#conditions.faults = faults
  }

  get counters(): FaultCounters<NetworkFaultKind> {
    return this.#conditions.counters
  }

  /** Bytes that arrived over links, per direction of each pair of machines. Nothing crosses a cut. */
  get bytes(): PairBytes {
    return this.#conditions.bytes
  }

  /** Cuts the ways from some machines to others in this direction; what was cut before stays so. */
  cut(from: readonly string[], to: readonly string[]): void {
    this.#conditions.trace.add(`cut ${from.join()} > ${to.join()}`)
    this.#conditions.topology.cut(from, to)
  }

  /** Parts the machines; who is apart comes from the seed. */
  partition(mode: PartitionMode, symmetry: PartitionSymmetry): void {
    const { topology, random, counters } = this.#conditions
    const apart = topology.part(mode, symmetry, random)
    counters.add(mode === 'halves' ? 'halves parted' : 'one isolated', apart.join())
    if (symmetry === 'asymmetric') counters.add('one direction cut', apart.join())
  }

  heal(): void {
    if (this.#conditions.topology.whole) return
    this.#conditions.trace.add('healed')
    this.#conditions.topology.heal()
  }
}
