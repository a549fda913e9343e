import { countsOf } from './counts.ts'
import type { DataItem, DataNode } from './data-node.ts'

interface Nodes {
  readonly base: DataNode | undefined
  readonly left: DataNode | undefined
  readonly right: DataNode | undefined
  readonly result: DataNode | undefined
}

/**
 * Keys of maps and lists, and scalars with their keys, that one side took out of the whole file and that a result still has, though
 * the other side put none of them: it had moved them with what is around them, to a new key or into another list, where they are not
 * found as what was taken away.
 */
export function findRevivedNames({ base, left, right, result }: Nodes): readonly string[] {
  const [ofBase, ofLeft, ofRight, ofResult] = [base, left, right, result].map(itemsOf) as [Items, Items, Items, Items]
  const [inLeft, inRight] = [new Changes(ofBase, ofLeft), new Changes(ofBase, ofRight)]
  const taken = [...new Set([...inLeft.names, ...inRight.names])].filter(
    (name) => Math.max(inLeft.of(name), inRight.of(name)) <= 0,
  )
  if (taken.length === 0) return []
  const inResult = new Changes(ofBase, ofResult)
  const least = (name: string): number => Math.min(inLeft.of(name), inRight.of(name))
  const kept = taken.filter((name) => inResult.of(name) > least(name))
  if (kept.length === 0) return []
  const inBase = countsOf(ofBase.flatMap(namesIn))
  return kept.filter((name) => inBase.get(name)! + least(name) === 0)
}

type Items = readonly DataItem[]

/** How much more often than in some items each name is in others, or less often; what is alike is not looked into. */
class Changes {
  readonly #counts = new Map<string, number>()

  constructor(from: Items, to: Items) {
    this.#compare(from, to)
  }

  get names(): Iterable<string> {
    return this.#counts.keys()
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  #compare(from: Items, to: Items): void {
    const [taken, put] = [without(from, to), without(to, from)]
    const places = new Map(put.map((item) => [item.key, item]))
    const paired = new Set<DataItem>()
    for (const item of taken) {
      const other = item.key === '' ? undefined : places.get(item.key)
      if (other && other.value.kind !== 'scalar' && item.value.kind !== 'scalar' && !paired.has(other)) {
        paired.add(other)
        this.#compare(item.value.items, other.value.items)
      } else this.#count(item, -1)
    }
    for (const item of put) if (!paired.has(item)) this.#count(item, 1)
  }

  #count(item: DataItem, by: number): void {
    for (const name of namesIn(item)) this.#counts.set(name, this.of(name) + by)
  }
}

function itemsOf(node: DataNode | undefined): Items {
  return node === undefined || node.kind === 'scalar' ? [] : node.items
}

/** The items whose like others lack. */
function without(items: Items, others: Items): Items {
  const nameOf = ({ key, value }: DataItem): string => `${value.id} ${key}`
  const left = new Map(countsOf(others.map(nameOf)))
  return items.filter((item) => {
    const name = nameOf(item)
    const count = left.get(name) ?? 0
    if (count > 0) left.set(name, count - 1)
    return count === 0
  })
}

/** What an item holds: a scalar with its key, the keys of all else. Text that is merged inside a scalar is not looked into. */
function namesIn({ key, value }: DataItem): readonly string[] {
  if (value.kind === 'scalar' && !value.isBlock) return [`${key}=${value.id}`]
  const keys = key === '' ? [] : [key]
  return value.kind === 'scalar' ? keys : [...keys, ...value.items.flatMap(namesIn)]
}
