import type { DataItem, DataNode } from './data-node.ts'
import { keyNoteSeparator } from './data-node.ts'
import type { DataRules } from './data-rules.ts'
import { tellingKey } from './element-keys.ts'

interface Nodes {
  readonly base: DataNode | undefined
  readonly left: DataNode
  readonly right: DataNode
  readonly result: DataNode
}

/**
 * Lists that hold two elements of one key, where the key tells all elements apart on both sides: lines put what one side added into another place than what
 * the other side added. As clauses.
 */
export function findDoubledElements(nodes: Nodes, rules: DataRules, path: readonly string[] = []): readonly string[] {
  const { base, left, right, result } = nodes
  // What is as a side has it is no matter of the merge.
  if (result.id === left.id || result.id === right.id || result.kind === 'scalar') return []
  const all = [base, left, right, result].map((node) => (node?.kind === result.kind ? node.items : []))
  const keyOf = result.kind === 'map' ? (item: DataItem) => item.key : listKey(all, rules, path)
  if (!keyOf) return []
  const clauses: string[] = []
  const [inBase, inLeft, inRight] = all.slice(0, 3).map((items) => new Map(items.map((item) => [keyOf(item), item])))
  const seen = new Set<string>()
  for (const item of result.items) {
    const key = keyOf(item)
    if (key === undefined) continue
    const name = key.split(keyNoteSeparator, 1)[0]!
    if (seen.size === seen.add(key).size) clauses.push(`${path.join('/')} holds ${name} twice`)
    const [ofLeft, ofRight] = [inLeft!.get(key), inRight!.get(key)]
    if (!ofLeft || !ofRight) continue
    const inner = { base: inBase!.get(key)?.value, left: ofLeft.value, right: ofRight.value, result: item.value }
    clauses.push(...findDoubledElements(inner, rules, [...path, name]))
  }
  return clauses
}

/** What tells the elements of a list apart, so that none stands twice in base, left and right. */
function listKey(
  all: readonly (readonly DataItem[])[],
  rules: DataRules,
  path: readonly string[],
): ((item: DataItem) => string | undefined) | undefined {
  const keyOf = tellingKey(rules.of(path), all.slice(0, 3))
  return keyOf && (({ value }) => keyOf(value))
}
