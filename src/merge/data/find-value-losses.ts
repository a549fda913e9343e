import type { DataItem, DataNode, DataScalar } from './data-node.ts'
import { areCountsKept, countsOf, isRevived } from './counts.ts'
import type { DataRules } from './data-rules.ts'
import { uniqueIdentities } from './element-keys.ts'
import { findRevivedNames } from './find-revived-names.ts'
import { renamedItems } from './renamed-keys.ts'
import { narrowerRange } from './version-range.ts'

interface Nodes {
  readonly base: DataNode | undefined
  readonly left: DataNode | undefined
  readonly right: DataNode | undefined
  readonly result: DataNode | undefined
}

/**
 * Where a result does not have what the sides did, as paths: a value that a side added, changed or took away and that is not there, or
 * still there. All four trees are of one set of value ids. Text that is merged inside a scalar is not looked into, nor what a program
 * computes.
 */
export function findValueLosses(nodes: Nodes, rules: DataRules): readonly (readonly string[])[] {
  const losses: (readonly string[])[] = []
  look(nodes, [], { rules, losses })
  if (losses.length === 0 && findRevivedNames(nodes).length > 0) losses.push([])
  return losses
}

/** The elements of one list in base, left, right and result. */
type Lists = readonly (readonly DataItem[])[]

interface Search {
  readonly rules: DataRules
  readonly losses: (readonly string[])[]
}

function look({ base, left, right, result }: Nodes, path: readonly string[], search: Search): void {
  const expected = expectedId(base?.id, left?.id, right?.id)
  if (expected !== 'merged') {
    if (result?.id !== expected) search.losses.push(path)
    return
  }
  const computed = search.rules.ifBoth(path)
  if (computed === 'range') {
    const side = left && right && narrowerRange(base?.text, left.text, right.text)
    if (side && result?.id === (side === 'left' ? left : right).id) return
  } else if (computed) return
  if (isBlock(base) && isBlock(left) && isBlock(right) && isBlock(result)) return
  const nodes = { base, left, right, result }
  if (left?.kind === 'map' && right?.kind === 'map' && result?.kind === 'map') lookInMap(nodes, path, search)
  else if (left?.kind === 'list' && right?.kind === 'list' && result?.kind === 'list') lookInList(nodes, path, search)
  else search.losses.push(path)
}

/** What a three-way choice gives; `merged` where both sides changed. Undefined: nothing is there. */
function expectedId(
  base: number | undefined,
  left: number | undefined,
  right: number | undefined,
): number | undefined | 'merged' {
  if (left === right || right === base) return left
  return left === base ? right : 'merged'
}

function isBlock(node: DataNode | undefined): boolean {
  return node?.kind === 'scalar' && node.isBlock
}

function lookInMap(nodes: Nodes, path: readonly string[], search: Search): void {
  const maps = {
    base: byKey(nodes.base),
    left: byKey(nodes.left),
    right: byKey(nodes.right),
    result: byKey(nodes.result),
  }
  for (const key of new Set(Object.values(maps).flatMap((map) => [...map.keys()])))
    look(
      {
        base: maps.base.get(key)?.value,
        left: maps.left.get(key)?.value,
        right: maps.right.get(key)?.value,
        result: maps.result.get(key)?.value,
      },
      [...path, key],
      search,
    )
  // One side took away, or gave another key, what the other one gave a key under which it is back.
  for (const { left, right } of renamedItems(maps)) {
    const kept = [left, right].flatMap((side) => side ?? [])
    if (kept.every(({ key }) => maps.result.has(key))) search.losses.push([...path, kept[0]!.key])
  }
}

function byKey(node: DataNode | undefined): ReadonlyMap<string, DataItem> {
  return new Map(node?.kind === 'map' ? node.items.map((item) => [item.key, item]) : [])
}

function lookInList({ base, left, right, result }: Nodes, path: readonly string[], search: Search): void {
  const lists = [base, left, right, result].map((node) => (node?.kind === 'list' ? node.items : []))
  const elements = lists.map((items) => countsOf(items.map(({ value }) => `${value.id}`)))
  // A copy of an element has taken the change of its original, or nobody knows which of two it was.
  if (isRevived(elements, ofCollections(lists))) {
    search.losses.push(path)
    return
  }
  const rule = search.rules.of(path)
  const ofVersions =
    typeof rule === 'object' && 'inOrder' in rule ? uniqueIdentities(rule, lists.slice(0, 3)) : undefined
  const ofAll = ofVersions && uniqueIdentities(rule, lists)
  // Lines that were put together may double an element that all versions have once.
  const isDoubled = ofVersions?.field !== ofAll?.field
  const versions = versionsOfChanged(lists, elements, ofVersions?.keys)
  // One side has changed an element that the other one took away: the counts are those of one that was taken away, and of a new one.
  const isGone = ({ left, right }: Changed) => (left.length === 0) !== (right.length === 0)
  if (isDoubled || !versions || versions.some(isGone)) {
    search.losses.push(path)
    return
  }
  if (ofAll) return lookInElements(lists, ofAll.keys, path, search)
  if (areCountsKept(elements)) return
  // A side has put two elements for one that the other side changed, each much like it: nobody knows which of them the change is for.
  const isCopied = versions.some(({ left, right }) => Math.max(left.length, right.length) > 1)
  const leaves = lists.map((items) => countsOf(items.flatMap((item) => leavesOf(item, '').map(nameOfLeaf))))
  if (isCopied || !areCountsKept(leaves) || versions.some((each) => isLostIn(each, path, search.rules)))
    search.losses.push(path)
}

/** Does an element that both sides changed, and that stands once in the result, lack what they did? */
function isLostIn({ base, left, right, result }: Changed, path: readonly string[], rules: DataRules): boolean {
  if (left.length !== 1 || right.length !== 1 || result.length !== 1) return false
  const losses: (readonly string[])[] = []
  look({ base, left: left[0], right: right[0], result: result[0] }, [...path, ''], { rules, losses })
  return losses.length > 0
}

/** Pairs of elements of one list that are compared to find copies; where there would be more it cannot be told. */
const maxCopyComparisons = 1 << 14

/** An element of the base, and those much like it that others put. */
interface Changed {
  readonly base: DataNode
  readonly left: readonly DataNode[]
  readonly right: readonly DataNode[]
  readonly result: readonly DataNode[]
}

/** The elements of the base that neither side has any more, nor another one under their key. Undefined where there are too many to be compared. */
function versionsOfChanged(
  [base, left, right, result]: Lists,
  [, inLeft, inRight]: readonly ReadonlyMap<string, number>[],
  keys: readonly (readonly string[])[] | undefined,
): readonly Changed[] | undefined {
  const known = new Set(base!.map(({ value }) => value.id))
  const kept = new Set(keys?.slice(1).flat())
  const isIn = (counts: ReadonlyMap<string, number>, { value }: DataItem): boolean => counts.has(`${value.id}`)
  const changed = base!.filter(
    (item, at) => !(keys && kept.has(keys[0]![at]!)) && !isIn(inLeft!, item) && !isIn(inRight!, item),
  )
  const added = [left!, right!, result!].map((items) => items.filter(({ value }) => !known.has(value.id)))
  if (changed.length * Math.max(...added.map(({ length }) => length)) > maxCopyComparisons) return undefined
  const values = added.map((items) => items.map((item) => ({ node: item.value, values: valuesIn(item) })))
  return changed.map((item) => {
    const own = valuesIn(item)
    const [ofLeft, ofRight, ofResult] = values.map((some) =>
      some.flatMap(({ node, values }) => (areVersions(own, values) ? [node] : [])),
    )
    return { base: item.value, left: ofLeft!, right: ofRight!, result: ofResult! }
  })
}

/** Has an element at least half of what is in another one? Its entries alone do not tell: each of them may hold a little that is new, or have a new key. */
function areVersions(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const sizeOf = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0)
  const shared = [...one].reduce((sum, [value, count]) => sum + Math.min(count, other.get(value) ?? 0), 0)
  return shared > 0 && shared * 2 >= Math.max(sizeOf(one), sizeOf(other))
}

/** What is in a collection, each with its own key, and how often; nothing in a scalar. */
function valuesIn({ value }: DataItem): ReadonlyMap<string, number> {
  const named = ({ key, value }: DataItem): readonly string[] =>
    value.kind === 'scalar' ? [`${key}=${value.id}`] : value.items.flatMap(named)
  return countsOf(value.kind === 'scalar' ? [] : value.items.flatMap(named))
}

/** The names of elements that hold something. */
function ofCollections(lists: Lists): ReadonlySet<string> {
  return new Set(lists.flat().flatMap(({ value }) => (value.kind === 'scalar' ? [] : [`${value.id}`])))
}

function lookInElements(
  lists: Lists,
  keys: readonly (readonly string[])[],
  path: readonly string[],
  search: Search,
): void {
  const [base, left, right, result] = lists.map(
    (items, i) => new Map(items.map(({ value }, at) => [keys[i]![at]!, value])),
  )
  for (const key of new Set(keys.flat()))
    look(
      { base: base!.get(key), left: left!.get(key), right: right!.get(key), result: result!.get(key) },
      [...path, key],
      search,
    )
}

interface Leaf {
  readonly path: string
  readonly value: DataScalar
}

/** The values below an element, each with the keys that lead to it. */
function leavesOf({ key, value }: DataItem, path: string): readonly Leaf[] {
  const inner = `${path}/${key}`
  return value.kind === 'scalar' ? [{ path: inner, value }] : value.items.flatMap((item) => leavesOf(item, inner))
}

/** Text that is merged inside a scalar is not looked into. */
function nameOfLeaf({ path, value }: Leaf): string {
  return value.isBlock ? path : `${path}=${value.id}`
}
