import type { EndpointId } from '../../src/contracts/ids.ts'

interface Row {
  readonly session: number
  /** The greatest count that was seen. */
  readonly highest: number
  /** Bit n: the count `highest - n` was seen. */
  readonly seen: bigint
}

const windowSize = 64
const window = (1n << BigInt(windowSize)) - 1n
const maxEndpoints = 1024

/**
 * Lets each message of an endpoint through once, and none of a session before its newest. Like the window of RFC 4303
 * section 3.4.3, a message may come up to 64 places late: over several servers a later one can overtake.
 * The table forgets the endpoint that was silent longest; only who has the key of the topic can fill it.
 */
export class ReplayGuard {
  readonly #rows = new Map<EndpointId, Row>()

  /** Called with what has been authenticated. True once for each (from, session, count). */
  accepts(from: EndpointId, session: number, count: number): boolean {
    const row = this.#rows.get(from)
    const next = advance(row?.session === session ? row : { session, highest: 0, seen: 0n }, count)
    if (!next || (row && session < row.session)) return false
    this.#rows.delete(from)
    this.#rows.set(from, next)
    if (this.#rows.size > maxEndpoints) this.#rows.delete(this.#rows.keys().next().value!)
    return true
  }
}

function advance(row: Row, count: number): Row | undefined {
  const ahead = count - row.highest
  if (count === 0 || ahead <= -windowSize) return undefined
  if (ahead > 0) {
    const shifted = ahead < windowSize ? (row.seen << BigInt(ahead)) & window : 0n
    return { session: row.session, highest: count, seen: shifted | 1n }
  }
  const bit = 1n << BigInt(-ahead)
  return row.seen & bit ? undefined : { ...row, seen: row.seen | bit }
}
