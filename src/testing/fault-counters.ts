import type { SimTrace } from './sim-trace.ts'

/** How often each kind of fault has happened. A simulation that never had one of them has not tested for it. */
export class FaultCounters<Kind extends string> {
  readonly #trace: SimTrace
  readonly #counts: Map<Kind, number>

  constructor(kinds: readonly Kind[], trace: SimTrace) {
    this.#trace = trace
    this.#counts = new Map(kinds.map((kind) => [kind, 0]))
  }

  add(kind: Kind, where: string, count = 1): void {
    if (!count) return
    this.#counts.set(kind, this.of(kind) + count)
    this.#trace.add(`fault ${kind} ${where}${count > 1 ? ` x${count}` : ''}`)
  }

  of(kind: Kind): number {
    return this.#counts.get(kind)!
  }

  get all(): ReadonlyMap<Kind, number> {
    return this.#counts
  }
}
