import type { SimRandom } from './sim-random.ts'

/** Which machines are apart from the others. */
export type PartitionMode = 'isolate one' | 'halves'
/** Is the way cut in both directions, or in one of them only? */
export type PartitionSymmetry = 'symmetric' | 'asymmetric'

/** The rendezvous that carries signals is a place in the network like any machine, and can be cut off like one. */
export const rendezvous = 'rendezvous'

/** Which machine can reach which. */
export class SimTopology {
  readonly #hosts = new Set<string>([rendezvous])
  /** Cut directions, as `from>to`. */
  readonly #cut = new Set<string>()
  readonly #listeners = new Set<() => void>()

  add(host: string): void {
    this.#hosts.add(host)
  }

  reaches(from: string, to: string): boolean {
    return from === to || !this.#cut.has(`${from}>${to}`)
  }

  /** Can both hear each other? */
  connects(one: string, other: string): boolean {
    return this.reaches(one, other) && this.reaches(other, one)
  }

  get whole(): boolean {
    return this.#cut.size === 0
  }

  /** Cuts every way from one set of machines to another, in this direction. */
  cut(from: readonly string[], to: readonly string[]): void {
    for (const one of from) for (const other of to) if (one !== other) this.#cut.add(`${one}>${other}`)
    this.#tell()
  }

  /** Parts the machines anew, drawn from the seed: who is apart, and on which side the rendezvous is. Returns those apart. */
  part(mode: PartitionMode, symmetry: PartitionSymmetry, random: SimRandom): readonly string[] {
    const hosts = [...this.#hosts].filter((host) => host !== rendezvous)
    for (let i = hosts.length - 1; i > 0; i--) {
      const j = random.below(i + 1)
      ;[hosts[i], hosts[j]] = [hosts[j]!, hosts[i]!]
    }
    const apart = hosts.splice(0, mode === 'halves' ? Math.ceil(hosts.length / 2) : 1)
    // In a third of the cases both sides still reach the rendezvous: signals pass, links do not.
    const place = random.below(3)
    if (place === 0) apart.push(rendezvous)
    else if (place === 1) hosts.push(rendezvous)
    this.#cut.clear()
    this.cut(apart, hosts)
    if (symmetry === 'symmetric') this.cut(hosts, apart)
    return apart
  }

  /** Every machine reaches every other again. */
  heal(): void {
    this.#cut.clear()
    this.#tell()
  }

  /** Returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
