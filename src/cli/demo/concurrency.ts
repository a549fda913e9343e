import type { RoomHost } from '../../repository/room-host.ts'
import type { Concurrency } from './peer-calls.ts'

/** Counts, by the causal pasts of the entries, which operations on a file were made without knowing another's. */
export function concurrencyAt({ room }: RoomHost, path: string): readonly Concurrency[] {
  const { live, history, views } = room.engines
  const file = live.layout.fileAt(path)
  if (!file) return []
  const operations = history
    .log(file)
    .within(live.stateOf(file))
    .filter(({ type }) => type === 'text')
  const befores = operations.map(({ feed, number }) => views.stateBefore(file, feed, number).counts)
  const knows = (one: number, other: number): boolean => {
    const { feed, number } = operations[other]!
    return (befores[one]!.get(feed) ?? 0) > number
  }
  const counts = new Map<string, { operations: number; concurrent: number }>()
  for (const [i, { feed }] of operations.entries()) {
    const name = room.membership.owner(feed)?.admission.person.name ?? 'unknown'
    const isConcurrent = operations.some((other, j) => other.feed !== feed && !knows(i, j) && !knows(j, i))
    const count = counts.get(name) ?? { operations: 0, concurrent: 0 }
    counts.set(name, { operations: count.operations + 1, concurrent: count.concurrent + (isConcurrent ? 1 : 0) })
  }
  return [...counts].map(([name, count]) => ({ name, ...count })).sort((a, b) => (a.name < b.name ? -1 : 1))
}
