import type { LabelRule } from '../languages/merge-rules.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/** Labels and conditions of branches, keys of literals, values of enumerations and names of elements that one list has more often than any list of either side: of two branches with one label the second one is never taken. */
export function repeatedLabels(left: Source, right: Source, merged: Source): readonly Finding[] {
  const repeated = [...labels(merged)].filter(([, count]) => count > 1)
  if (repeated.length === 0) return []
  const sides = [left, right].map(labels)
  return repeated.flatMap(([label, count]) =>
    sides.every((side) => count > (side.get(label) ?? 0)) ? [{ check: 'duplicates', name: label }] : [],
  )
}

/** How often a label stands in one list, where it does so most often. */
function labels(source: Source): ReadonlyMap<string, number> {
  const { tree } = source
  const rules: (LabelRule | undefined)[] = []
  for (const [kind, rule] of Object.entries(source.rules.labels)) rules[tree.grammar.kind(kind) ?? 0] = rule
  const lists = new Map<number, Map<string, number>>()
  const most = new Map<string, number>()
  for (let node = 1; node < tree.size; node++) {
    const rule = rules[tree.kind[node]!]
    if (!rule) continue
    const list = listOf(source, node, rule)
    const counts = lists.get(list) ?? new Map<string, number>()
    lists.set(list, counts)
    for (const label of labelsOf(source, node, rule)) {
      const count = (counts.get(label) ?? 0) + 1
      counts.set(label, count)
      most.set(label, Math.max(count, most.get(label) ?? 0))
    }
  }
  return most
}

function listOf(source: Source, node: number, rule: LabelRule): number {
  if ('each' in rule) return node
  if ('named' in rule) return 0
  return 'chain' in rule ? chainOf(source, node) : parentOf(source, node)
}

/** The first of the branches that stand behind the `else` of each other. */
function chainOf(source: Source, node: number): number {
  const { tree } = source
  const isBehindElse = (at: number) => tree.parent[at - 1] === tree.parent[at] && source.kind(at - 1) === 'else'
  let first = node
  while (first > 0 && (source.fieldOf(first) === 'alternative' || isBehindElse(first))) first = tree.parent[first]!
  return first
}

/** What a node stands in, past what only wraps it. */
function parentOf({ tree }: Source, node: number): number {
  let list = tree.parent[node]!
  while (list > 0 && tree.next[list + 1] === tree.next[list]) list = tree.parent[list]!
  return list
}

function labelsOf(source: Source, node: number, rule: LabelRule): readonly string[] {
  const children = source.children(node)
  if ('before' in rule) {
    const isEnd = (child: number): boolean => source.textOf(child) === rule.before || source.kind(child) === rule.before
    const end = children.findIndex(isEnd)
    return end > 0 ? branchLabels(source, children.slice(0, end), rule) : []
  }
  if ('named' in rule) return valueBehind(source, children, rule.named)
  if ('chain' in rule) {
    const end = children.findLastIndex((child) => source.fieldOf(child) === rule.chain) + 1
    return end > 0 ? [textOf(source, children.slice(0, end))] : []
  }
  const field = 'each' in rule ? rule.each : rule.value
  const texts = children.flatMap((child) => (source.fieldOf(child) === field ? [oneLine(source.textOf(child))] : []))
  // A value that is a name makes one member another name of another one.
  return 'each' in rule ? texts : texts.filter((text) => /^[-\d"']/.test(text))
}

type BranchRule = Extract<LabelRule, { readonly before: string }>

/** `case 1, 2 if x` has the labels `case 1 if x` and `case 2 if x` where both stand in a node of their own. */
function branchLabels(source: Source, nodes: readonly number[], rule: BranchRule): readonly string[] {
  const [first] = nodes
  const isWord = nodes.length > 1 && !source.isNamed(first!) && /^\p{L}+$/u.test(source.textOf(first!))
  if (isWord) return branchLabels(source, nodes.slice(1), rule).map((label) => `${source.textOf(first!)} ${label}`)
  const parts = partsOf(nodes, (node) => source.textOf(node) === rule.between)
  if (parts.length > 1) return parts.flatMap((part) => branchLabels(source, part, rule))
  const at = nodes.findIndex((node) => rule.in?.includes(source.kind(node)))
  if (at < 0) return [textOf(source, nodes)]
  const [before, behind] = [nodes.slice(0, at), nodes.slice(at + 1)].map((some) => textOf(source, some))
  const within = branchLabels(source, source.children(nodes[at]!), rule)
  return within.map((label) => [before, label, behind].filter(Boolean).join(' '))
}

function partsOf(nodes: readonly number[], isBetween: (node: number) => boolean): readonly (readonly number[])[] {
  const parts: number[][] = [[]]
  for (const node of nodes)
    if (isBetween(node)) parts.push([])
    else parts.at(-1)!.push(node)
  return parts.filter((part) => part.length > 0)
}

/** None where a template computes it. */
function valueBehind(source: Source, children: readonly number[], name: string): readonly string[] {
  const [first, last] = [children[0]!, children.at(-1)!]
  const value = source.textOf(last).replace(/^(["'])(.*)\1$/s, '$2')
  const isIt = first !== last && source.textOf(first).toLowerCase() === name
  return isIt && value !== '' && !/[<>{}$%]/.test(value) ? [`${name}="${value}"`] : []
}

function textOf(source: Source, nodes: readonly number[]): string {
  return nodes.map((node) => oneLine(source.textOf(node))).join(' ')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
