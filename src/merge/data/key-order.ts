export interface KeyOrders {
  readonly base: readonly string[]
  readonly left: readonly string[]
  readonly right: readonly string[]
  /** What the result holds: keys of the left, the right, or both. */
  readonly kept: ReadonlySet<string>
  readonly rank: (key: string) => number
}

/** A place at which both sides put keys of their own. */
export interface SharedGap {
  readonly left: readonly string[]
  readonly right: readonly string[]
  /** Keys of the base at this place that both sides took away. */
  readonly replaced: readonly string[]
}

export interface KeyOrder {
  readonly keys: readonly string[]
  readonly sharedGaps: readonly SharedGap[]
  /** Both sides put the keys of the base into another order, each its own. */
  readonly isMovedByBoth: boolean
}

/**
 * The order of the keys of a merged map. The order of a side that moved keys counts, else the left one; what the other side
 * added stands behind its neighbour. Where both added at one place: in sorted order if the map is sorted there, else the left first.
 */
export function mergeKeyOrder({ base, left, right, kept, rank }: KeyOrders): KeyOrder {
  const inBase = places(base)
  const [keptLeft, keptRight] = [left.filter((key) => kept.has(key)), right.filter((key) => kept.has(key))]
  const [leftSet, rightSet] = [new Set(keptLeft), new Set(keptRight)]
  const moved = [isMoved(keptLeft, inBase), isMoved(keptRight, inBase)]
  const isMovedByBoth = moved[0]! && moved[1]! && !isSameOrder(keptLeft, keptRight, leftSet, rightSet)
  const isLeftMaster = moved[0]! || !moved[1]
  const [master, other] = isLeftMaster ? [keptLeft, keptRight] : [keptRight, keptLeft]
  const [masterSet, otherSet] = isLeftMaster ? [leftSet, rightSet] : [rightSet, leftSet]
  const added = runsBehind(other, masterSet)
  const gone = base.filter((key) => !leftSet.has(key) && !rightSet.has(key))
  const anchors = { left: anchorsOf(left, inBase), right: anchorsOf(right, inBase) }
  const keys: string[] = []
  const sharedGaps: SharedGap[] = []
  const isSortedMap = isMostlySorted(base.length >= 3 ? base : keptLeft)
  for (let i = -1; i < master.length; i++) {
    const key = i < 0 ? undefined : master[i]
    if (key !== undefined) {
      keys.push(key)
      if (!otherSet.has(key)) continue
    }
    const run = added.get(key)
    if (!run) continue
    const own: string[] = []
    for (let next = i + 1; next < master.length && !otherSet.has(master[next]!); next++) own.push(master[next]!)
    const [leftRun, rightRun] = isLeftMaster ? [own, run] : [run, own]
    const after = master[i + 1 + own.length]
    keys.push(...mergeRuns(leftRun, rightRun, { before: key, after, rank, anchors, isSortedMap }))
    i += own.length
    if (own.length === 0) continue
    const from = key === undefined ? -1 : (inBase.get(key) ?? -1)
    const end = after === undefined ? base.length : (inBase.get(after) ?? base.length)
    const replaced = gone.filter((goneKey) => inBase.get(goneKey)! > from && inBase.get(goneKey)! < end)
    sharedGaps.push({ left: leftRun, right: rightRun, replaced })
  }
  return { keys, sharedGaps, isMovedByBoth }
}

function places(keys: readonly string[]): Map<string, number> {
  return new Map(keys.map((key, i) => [key, i]))
}

function isMoved(keys: readonly string[], inBase: ReadonlyMap<string, number>): boolean {
  let last = -1
  for (const key of keys) {
    const place = inBase.get(key)
    if (place === undefined) continue
    if (place < last) return true
    last = place
  }
  return false
}

function isSameOrder(
  one: readonly string[],
  other: readonly string[],
  oneSet: Set<string>,
  otherSet: Set<string>,
): boolean {
  const shared = one.filter((key) => otherSet.has(key))
  return other.filter((key) => oneSet.has(key)).every((key, i) => key === shared[i])
}

/** The keys that are not of the master, by the key of the master that they stand behind; undefined: at the start. */
function runsBehind(keys: readonly string[], master: ReadonlySet<string>): Map<string | undefined, string[]> {
  const runs = new Map<string | undefined, string[]>()
  let behind: string | undefined
  for (const key of keys) {
    if (master.has(key)) behind = key
    else runs.set(behind, [...(runs.get(behind) ?? []), key])
  }
  return runs
}

/** For each key the place in the base of the last key before it that the base has. */
function anchorsOf(keys: readonly string[], inBase: ReadonlyMap<string, number>): Map<string, number> {
  const anchors = new Map<string, number>()
  let last = -1
  for (const key of keys) {
    last = inBase.get(key) ?? last
    anchors.set(key, last)
  }
  return anchors
}

interface Gap {
  readonly before: string | undefined
  readonly after: string | undefined
  readonly rank: (key: string) => number
  readonly anchors: { readonly left: ReadonlyMap<string, number>; readonly right: ReadonlyMap<string, number> }
  readonly isSortedMap: boolean
}

function mergeRuns(left: readonly string[], right: readonly string[], gap: Gap): readonly string[] {
  if (left.length === 0 || right.length === 0) return left.length === 0 ? right : left
  const around = (keys: readonly string[]) => [gap.before, ...keys, gap.after].filter((key) => key !== undefined)
  const compare = comparators.find(
    (compare) => gap.isSortedMap && isSorted(around(left), compare) && isSorted(around(right), compare),
  )
  const place = (key: string, side: 'left' | 'right') => gap.anchors[side].get(key) ?? -1
  const all = [
    ...left.map((key) => ({ key, rank: gap.rank(key), place: place(key, 'left') })),
    ...right.map((key) => ({ key, rank: gap.rank(key), place: place(key, 'right') })),
  ]
  // Sorting is stable: what compares as equal stays, the left first.
  all.sort((one, other) => one.rank - other.rank || (compare ? compare(one.key, other.key) : one.place - other.place))
  return all.map(({ key }) => key)
}

type Compare = (one: string, other: string) => number

const byUnits: Compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0)
const comparators: readonly Compare[] = [
  byUnits,
  (one, other) => byUnits(one.toLowerCase(), other.toLowerCase()) || byUnits(one, other),
]

function isSorted(keys: readonly string[], compare: Compare): boolean {
  return keys.every((key, i) => i === 0 || compare(keys[i - 1]!, key) <= 0)
}

/** Whether some keys stand as a sorted map has them. */
export function areSorted(keys: readonly string[]): boolean {
  return comparators.some((compare) => isSorted(keys, compare))
}

export function isMostlySorted(keys: readonly string[]): boolean {
  if (keys.length < 3) return false
  let ascending = 0
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]!.toLowerCase() <= keys[i]!.toLowerCase()) ascending++
  return ascending >= (keys.length - 1) * 0.8
}
